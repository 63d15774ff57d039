using CloudPacs.Dicom.Network.Pdu;

namespace CloudPacs.Dicom.Network.Scu;

/// <summary>Builds the association request from a client's settings.</summary>
internal static class AssociationRequests
{
    private const int MaxContexts = 128;

    public static byte ContextId(int index) => (byte)((2 * index) + 1);

    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public static AssociateParameters Create(DicomClientOptions options)
    {
        if (!AeTitle.IsValid(options.CallingAe))
            throw new ArgumentException("CallingAe must be 1 to 16 ASCII characters.", nameof(options));
        if (!AeTitle.IsValid(options.CalledAe)) throw new ArgumentException("CalledAe must be 1 to 16 ASCII characters.", nameof(options));
        if (options.Contexts.Count is 0 or > MaxContexts) throw new ArgumentException("Contexts must be 1 to 128.", nameof(options));
        if (options.MaxPduBytes is < 4096 or > 16 << 20)
            throw new ArgumentException("MaxPduBytes must be 4096 to 16777216.", nameof(options));
        return new AssociateParameters
        {
            CallingAe = options.CallingAe,
            CalledAe = options.CalledAe,
            Contexts = [.. options.Contexts.Select((context, index) => new ContextItem(
                ContextId(
                    index), ContextResult.Acceptance, context.AbstractSyntax, [.. context.TransferSyntaxes.Select(syntax => syntax.Uid)]))],
            MaxLength = (uint)options.MaxPduBytes,
            ImplementationClassUid = Implementation.ClassUid,
            ImplementationVersionName = Implementation.VersionName,
            Window = options.MaxOperations > 1 ? new AsynchronousWindow(options.MaxOperations, 1) : null,
            Roles = new Dictionary<string, RoleSelection>(options.Roles),
            ExtendedNegotiation = options.ExtendedNegotiation.ToDictionary(item => item.Key, item => (ReadOnlyMemory<byte>)item.Value),
            UserIdentity = options.UserIdentity,
        };
    }
}
