namespace CloudPacs.Dicom.Network;

/// <summary>DIMSE status codes (PS3.7 annex C, PS3.4 C.4.1.1.4).</summary>
public static class DimseStatus
{
    public const ushort Success = 0x0000;
    public const ushort NoSuchAttribute = 0x0105;
    public const ushort InvalidAttributeValue = 0x0106;

    /// <summary>Warning: some attributes were not taken.</summary>
    public const ushort AttributeListError = 0x0107;
    public const ushort ProcessingFailure = 0x0110;
    public const ushort DuplicateSopInstance = 0x0111;
    public const ushort NoSuchSopInstance = 0x0112;
    public const ushort NoSuchEventType = 0x0113;
    public const ushort InvalidArgumentValue = 0x0115;
    public const ushort InvalidSopInstance = 0x0117;
    public const ushort MissingAttribute = 0x0120;
    public const ushort MissingAttributeValue = 0x0121;
    public const ushort SopClassNotSupported = 0x0122;
    public const ushort NoSuchActionType = 0x0123;
    public const ushort NotAuthorized = 0x0124;

    /// <summary>Of storage commitment (PS3.3 C.14.1.1).</summary>
    public const ushort DuplicateTransactionUid = 0x0131;
    public const ushort DuplicateInvocation = 0x0210;
    public const ushort UnrecognizedOperation = 0x0211;
    public const ushort MistypedArgument = 0x0212;
    public const ushort ResourceLimitation = 0x0213;
    public const ushort OutOfResources = 0xA700;

    /// <summary>C-GET and C-MOVE: what matches cannot be told now (PS3.4 C.4.2.1.5).</summary>
    public const ushort MatchesNotCounted = 0xA701;

    /// <summary>C-GET, C-MOVE: not one sub-operation could be performed.</summary>
    public const ushort SubOperationsFailed = 0xA702;
    public const ushort MoveDestinationUnknown = 0xA801;
    public const ushort IdentifierDoesNotMatchSopClass = 0xA900;
    public const ushort UnableToProcess = 0xC000;

    /// <summary>C-GET, C-MOVE: done, and one or more sub-operations failed or ended with a warning.</summary>
    public const ushort SubOperationsIncomplete = 0xB000;
    public const ushort Cancel = 0xFE00;
    public const ushort Pending = 0xFF00;

    /// <summary>Pending; one or more optional keys were not supported for matching or existence.</summary>
    public const ushort PendingOptionalKeysUnsupported = 0xFF01;

    /// <summary>More responses follow.</summary>
    public static bool IsPending(ushort status) => status is Pending or PendingOptionalKeysUnsupported;

    /// <summary>Done, if with a reservation.</summary>
    public static bool IsWarning(ushort status) => status is 0x0001 or 0x0107 or 0x0116 || status >> 12 == 0xB;

    /// <summary>Neither success, warning, pending nor cancel.</summary>
    public static bool IsFailure(ushort status) => status is not (Success or Cancel) && !IsPending(status) && !IsWarning(status);
}
