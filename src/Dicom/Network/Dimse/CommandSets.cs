namespace CloudPacs.Dicom.Network.Dimse;

/// <summary>Builds the command sets of messages (PS3.7 9.3, 10.3).</summary>
internal static class CommandSets
{
    /// <summary>The response to a request. N-SET, N-GET and N-ACTION ask with requested UIDs and are answered with affected ones.</summary>
    public static CommandSet Response(CommandSet request, ushort status) => new()
    {
        Field = request.Field | CommandField.Response,
        AffectedSopClassUid = request.AffectedSopClassUid ?? request.RequestedSopClassUid,
        AffectedSopInstanceUid = request.AffectedSopInstanceUid ?? request.RequestedSopInstanceUid,
        MessageIdBeingRespondedTo = request.MessageIdOrZero,
        Status = status,
    };

    public static CommandSet Echo(ushort messageId) => new()
    {
        Field = CommandField.CEcho,
        AffectedSopClassUid = Uids.Verification,
        MessageId = messageId,
    };

    public static CommandSet Find(ushort messageId, string sopClassUid) => new()
    {
        Field = CommandField.CFind,
        AffectedSopClassUid = sopClassUid,
        MessageId = messageId,
        Priority = 0,
        HasDataSet = true,
    };

    public static CommandSet Store(
        ushort messageId, string sopClassUid, string sopInstanceUid, MoveOriginator? originator = null, ushort priority = 0) => new()
        {
            Field = CommandField.CStore,
            MoveOriginator = originator,
            AffectedSopClassUid = sopClassUid,
            AffectedSopInstanceUid = sopInstanceUid,
            MessageId = messageId,
            Priority = priority,
            HasDataSet = true,
        };

    /// <summary>C-GET, or C-MOVE when a destination is named.</summary>
    public static CommandSet Retrieve(ushort messageId, string sopClassUid, string? destination = null) => new()
    {
        Field = destination is null ? CommandField.CGet : CommandField.CMove,
        AffectedSopClassUid = sopClassUid,
        MessageId = messageId,
        MoveDestination = destination,
        Priority = 0,
        HasDataSet = true,
    };

    public static CommandSet Create(ushort messageId, string sopClassUid, string? sopInstanceUid) => new()
    {
        Field = CommandField.NCreate,
        AffectedSopClassUid = sopClassUid,
        AffectedSopInstanceUid = sopInstanceUid,
        MessageId = messageId,
        HasDataSet = true,
    };

    public static CommandSet Set(ushort messageId, string sopClassUid, string sopInstanceUid) => new()
    {
        Field = CommandField.NSet,
        RequestedSopClassUid = sopClassUid,
        RequestedSopInstanceUid = sopInstanceUid,
        MessageId = messageId,
        HasDataSet = true,
    };

    public static CommandSet Get(ushort messageId, string sopClassUid, string sopInstanceUid, IReadOnlyList<Tag> attributes) => new()
    {
        Field = CommandField.NGet,
        RequestedSopClassUid = sopClassUid,
        RequestedSopInstanceUid = sopInstanceUid,
        MessageId = messageId,
        AttributeIdentifiers = attributes,
    };

    public static CommandSet Action(ushort messageId, string sopClassUid, string sopInstanceUid, ushort type) => new()
    {
        Field = CommandField.NAction,
        RequestedSopClassUid = sopClassUid,
        RequestedSopInstanceUid = sopInstanceUid,
        MessageId = messageId,
        ActionTypeId = type,
        HasDataSet = true,
    };

    public static CommandSet EventReport(ushort messageId, string sopClassUid, string sopInstanceUid, ushort type, bool hasInformation) =>
        new()
        {
            Field = CommandField.NEventReport,
            AffectedSopClassUid = sopClassUid,
            AffectedSopInstanceUid = sopInstanceUid,
            MessageId = messageId,
            EventTypeId = type,
            HasDataSet = hasInformation,
        };

    public static CommandSet Cancel(ushort messageId) => new()
    {
        Field = CommandField.CCancel,
        MessageIdBeingRespondedTo = messageId,
    };
}
