using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace CloudPacs.Dicom.Network.Pdu;

/// <summary>
/// Reads the body of an A-ASSOCIATE-RQ or -AC (PS3.8 9.3.2, 9.3.3). Unknown items are skipped by length; a body that does not add up is
/// refused, never an exception.
/// </summary>
internal static class AssociateReader
{
    /// <summary>Version, two reserved bytes, both AE titles and 32 reserved bytes: what comes before the items.</summary>
    public const int FixedBytes = 68;

    /// <summary>Stands for a control character, which neither a title nor a UID may hold (PS3.5 6.2).</summary>
    public const char ControlCharacter = '\uFFFD';

    private const int AeTitleBytes = 16;
    private const int MaxContexts = 128;

    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out AssociateParameters? parameters)
    {
        parameters = null;
        if (body.Length < FixedBytes) return false;

        var read = new AssociateParameters
        {
            ProtocolVersion = BinaryPrimitives.ReadUInt16BigEndian(body),
            CalledAe = AeTitle(body.Slice(4, AeTitleBytes)),
            CallingAe = AeTitle(body.Slice(4 + AeTitleBytes, AeTitleBytes)),
            Echo = body[4..FixedBytes].ToArray(),
            ApplicationContext = null,
        };
        var rest = body[FixedBytes..];
        while (!rest.IsEmpty)
        {
            if (!TryTake(ref rest, out var type, out var content)) return false;
            var isGood = type switch
            {
                AssociateItems.ApplicationContext => (read.ApplicationContext = Uid(content)) is not null,
                AssociateItems.ProposedContext or AssociateItems.AnsweredContext => TryReadContext(content, read.Contexts),
                AssociateItems.UserInformation => TryReadUserInformation(content, read),
                _ => true,
            };
            if (!isGood) return false;
        }

        parameters = read;
        return true;
    }

    private static bool TryReadContext(ReadOnlySpan<byte> content, List<ContextItem> contexts)
    {
        if (content.Length < 4 || contexts.Count == MaxContexts) return false;
        var id = content[0];
        if (id % 2 == 0 || contexts.Exists(known => known.Id == id)) return false;

        var abstractSyntax = "";
        var transferSyntaxes = new List<string>();
        var rest = content[4..];
        while (!rest.IsEmpty)
        {
            if (!TryTake(ref rest, out var type, out var uid)) return false;
            if (type == AssociateItems.AbstractSyntax) abstractSyntax = Uid(uid);
            else if (type == AssociateItems.TransferSyntax) transferSyntaxes.Add(Uid(uid));
        }

        contexts.Add(new ContextItem(id, (ContextResult)content[2], abstractSyntax, transferSyntaxes));
        return true;
    }

    private static bool TryReadUserInformation(ReadOnlySpan<byte> rest, AssociateParameters read)
    {
        while (!rest.IsEmpty)
        {
            if (!TryTake(ref rest, out var type, out var content)) return false;
            if (!TryReadSubItem(type, content, read)) return false;
        }

        return true;
    }

    private static bool TryReadSubItem(byte type, ReadOnlySpan<byte> content, AssociateParameters read)
    {
        switch (type)
        {
            case AssociateItems.MaximumLength:
                if (content.Length < 4) return false;
                read.MaxLength = BinaryPrimitives.ReadUInt32BigEndian(content);
                return true;
            case AssociateItems.ImplementationClassUid:
                read.ImplementationClassUid = Uid(content);
                return true;
            case AssociateItems.ImplementationVersionName:
                read.ImplementationVersionName = Uid(content);
                return true;
            case AssociateItems.AsynchronousWindow:
                if (content.Length < 4) return false;
                read.Window = new(BinaryPrimitives.ReadUInt16BigEndian(content), BinaryPrimitives.ReadUInt16BigEndian(content[2..]));
                return true;
            case AssociateItems.RoleSelection:
                if (!TryTakeCounted(ref content, out var roleUid) || content.Length < 2) return false;
                read.Roles[Uid(roleUid)] = new RoleSelection(content[0] == 1, content[1] == 1);
                return true;
            case AssociateItems.ExtendedNegotiation:
                if (!TryTakeCounted(ref content, out var sopClass)) return false;
                read.ExtendedNegotiation[Uid(sopClass)] = content.ToArray();
                return true;
            case AssociateItems.CommonExtendedNegotiation:
                return TryReadCommonExtended(content, read);
            case AssociateItems.UserIdentity:
                if (content.Length < 2) return false;
                var identity = content[2..];
                if (!TryTakeCounted(ref identity, out var primary) || !TryTakeCounted(ref identity, out var secondary)) return false;
                read.UserIdentity = new UserIdentity((UserIdentityType)content[0], primary.ToArray(), secondary.ToArray(), content[1] == 1);
                return true;
            case AssociateItems.UserIdentityResponse:
                if (!TryTakeCounted(ref content, out var response)) return false;
                read.UserIdentityResponse = response.ToArray();
                return true;
            default:
                return true;
        }
    }

    private static bool TryReadCommonExtended(ReadOnlySpan<byte> content, AssociateParameters read)
    {
        if (!TryTakeCounted(ref content, out var sopClass) || !TryTakeCounted(ref content, out var serviceClass)) return false;
        if (!TryTakeCounted(ref content, out var list)) return false;
        var related = new List<string>();
        while (!list.IsEmpty)
        {
            if (!TryTakeCounted(ref list, out var uid)) return false;
            related.Add(Uid(uid));
        }

        read.CommonExtendedNegotiation[Uid(sopClass)] = new CommonExtendedNegotiation(Uid(serviceClass), related);
        return true;
    }

    // Item type, reserved byte, 16-bit length, content.
    private static bool TryTake(ref ReadOnlySpan<byte> rest, out byte type, out ReadOnlySpan<byte> content)
    {
        type = 0;
        content = default;
        if (rest.Length < 4) return false;
        type = rest[0];
        rest = rest[2..];
        return TryTakeCounted(ref rest, out content);
    }

    private static bool TryTakeCounted(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (rest.Length < 2) return false;
        var length = BinaryPrimitives.ReadUInt16BigEndian(rest);
        if (length > rest.Length - 2) return false;
        content = rest.Slice(2, length);
        rest = rest[(2 + length)..];
        return true;
    }

    // UIDs are sent unpadded here, yet some peers pad them with a NUL or a space.
    private static string Uid(ReadOnlySpan<byte> text) => Text(text.Trim("\0 "u8));

    // Leading and trailing spaces are not significant (PS3.8 table 9-11).
    private static string AeTitle(ReadOnlySpan<byte> text) => Text(text.Trim("\0 "u8));

    // So that it neither ends a line of a log nor colours a terminal.
    private static string Text(ReadOnlySpan<byte> text) =>
        string.Create(text.Length, Encoding.Latin1.GetString(text), static (clean, read) =>
        {
            for (var i = 0; i < clean.Length; i++) clean[i] = char.IsControl(read[i]) ? ControlCharacter : read[i];
        });
}
