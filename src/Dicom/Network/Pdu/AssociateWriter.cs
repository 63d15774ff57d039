using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace CloudPacs.Dicom.Network.Pdu;

/// <summary>Writes an A-ASSOCIATE-RQ or -AC (PS3.8 9.3.2, 9.3.3; PS3.7 annex D.3).</summary>
internal static class AssociateWriter
{
    private const int AeTitleBytes = 16;

    public static byte[] Write(AssociateParameters parameters, PduType type)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        UInt16(body, parameters.ProtocolVersion);
        UInt16(body, 0);
        if (type == PduType.AssociateAc)
        {
            body.Write(parameters.Echo.Span);
        }
        else
        {
            AeTitle(body, parameters.CalledAe);
            AeTitle(body, parameters.CallingAe);
            body.Write(stackalloc byte[32]);
        }

        Item(body, AssociateItems.ApplicationContext, parameters.ApplicationContext ?? "");
        foreach (var context in parameters.Contexts) Context(body, context, type);
        Item(body, AssociateItems.UserInformation, UserInformation(parameters));

        var pdu = new byte[PduWriter.HeaderBytes + body.WrittenCount];
        pdu[0] = (byte)type;
        BinaryPrimitives.WriteInt32BigEndian(pdu.AsSpan(2), body.WrittenCount);
        body.WrittenSpan.CopyTo(pdu.AsSpan(PduWriter.HeaderBytes));
        return pdu;
    }

    private static void Context(ArrayBufferWriter<byte> body, ContextItem context, PduType type)
    {
        var content = new ArrayBufferWriter<byte>(128);
        content.Write((ReadOnlySpan<byte>)[context.Id, 0, (byte)context.Result, 0]);
        if (type == PduType.AssociateRq) Item(content, AssociateItems.AbstractSyntax, context.AbstractSyntax);
        foreach (var syntax in context.TransferSyntaxes) Item(content, AssociateItems.TransferSyntax, syntax);
        Item(body, type == PduType.AssociateRq ? AssociateItems.ProposedContext : AssociateItems.AnsweredContext, content.WrittenSpan);
    }

    private static ReadOnlySpan<byte> UserInformation(AssociateParameters parameters)
    {
        var content = new ArrayBufferWriter<byte>(256);
        var value = new ArrayBufferWriter<byte>(64);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(length, parameters.MaxLength);
        Item(content, AssociateItems.MaximumLength, length);
        if (parameters.ImplementationClassUid is { } classUid) Item(content, AssociateItems.ImplementationClassUid, classUid);
        if (parameters.Window is { } window)
        {
            value.ResetWrittenCount();
            UInt16(value, window.Invoked);
            UInt16(value, window.Performed);
            Item(content, AssociateItems.AsynchronousWindow, value.WrittenSpan);
        }

        foreach (var (sopClass, role) in parameters.Roles)
        {
            value.ResetWrittenCount();
            Counted(value, Encoding.Latin1.GetBytes(sopClass));
            value.Write((ReadOnlySpan<byte>)[(byte)(role.IsScu ? 1 : 0), (byte)(role.IsScp ? 1 : 0)]);
            Item(content, AssociateItems.RoleSelection, value.WrittenSpan);
        }

        if (parameters.ImplementationVersionName is { } version) Item(content, AssociateItems.ImplementationVersionName, version);
        foreach (var (sopClass, information) in parameters.ExtendedNegotiation)
        {
            value.ResetWrittenCount();
            Counted(value, Encoding.Latin1.GetBytes(sopClass));
            value.Write(information.Span);
            Item(content, AssociateItems.ExtendedNegotiation, value.WrittenSpan);
        }

        foreach (var (sopClass, common) in parameters.CommonExtendedNegotiation)
        {
            var list = new ArrayBufferWriter<byte>(64);
            foreach (var uid in common.RelatedGeneralSopClasses) Counted(list, Encoding.Latin1.GetBytes(uid));
            value.ResetWrittenCount();
            Counted(value, Encoding.Latin1.GetBytes(sopClass));
            Counted(value, Encoding.Latin1.GetBytes(common.ServiceClassUid));
            Counted(value, list.WrittenSpan);
            Item(content, AssociateItems.CommonExtendedNegotiation, value.WrittenSpan);
        }

        if (parameters.UserIdentity is { } identity)
        {
            value.ResetWrittenCount();
            value.Write((ReadOnlySpan<byte>)[(byte)identity.Type, (byte)(identity.IsResponseRequested ? 1 : 0)]);
            Counted(value, identity.Primary.Span);
            Counted(value, identity.Secondary.Span);
            Item(content, AssociateItems.UserIdentity, value.WrittenSpan);
        }

        if (parameters.UserIdentityResponse is { } response)
        {
            value.ResetWrittenCount();
            Counted(value, response.Span);
            Item(content, AssociateItems.UserIdentityResponse, value.WrittenSpan);
        }

        return content.WrittenSpan;
    }

    private static void Item(ArrayBufferWriter<byte> body, byte type, string text) => Item(body, type, Encoding.Latin1.GetBytes(text));

    private static void Item(ArrayBufferWriter<byte> body, byte type, ReadOnlySpan<byte> content)
    {
        body.Write((ReadOnlySpan<byte>)[type, 0]);
        Counted(body, content);
    }

    private static void Counted(ArrayBufferWriter<byte> body, ReadOnlySpan<byte> content)
    {
        UInt16(body, checked((ushort)content.Length));
        body.Write(content);
    }

    private static void UInt16(ArrayBufferWriter<byte> body, ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(body.GetSpan(2), value);
        body.Advance(2);
    }

    private static void AeTitle(ArrayBufferWriter<byte> body, string title)
    {
        var field = body.GetSpan(AeTitleBytes)[..AeTitleBytes];
        field.Fill((byte)' ');
        Encoding.Latin1.GetBytes(title, field);
        body.Advance(AeTitleBytes);
    }
}
