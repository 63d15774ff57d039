using System.Collections.Frozen;

namespace CloudPacs.DicomWeb.Storing;

public static partial class StoreReasons
{
    public const ushort ProcessingFailure = 0x0110;
    public const ushort SopClassNotSupported = 0x0122;
    public const ushort NotAllowed = 0x0124;
    public const ushort OutOfResources = 0xA700;
    public const ushort RejectedBefore = 0xA771;
    public const ushort UidsDiffer = 0xA900;
    public const ushort StudyDiffersFromPath = 0xA901;
    public const ushort BulkDataMissing = 0xA922;
    public const ushort CannotUnderstand = 0xC000;
    public const ushort TransferSyntaxNotSupported = 0xC122;
    public const ushort OtherStudyOrSeries = 0xC409;
    public const ushort OtherContent = 0xC410;
    public const ushort Coerced = 0xB000;
    public const ushort ElementsDiscarded = 0xB006;
    public const ushort DoesNotMatchClass = 0xB007;
    public const ushort StoredBefore = 0xB00E;
    public const ushort KeptAside = 0xB010;

    private static readonly FrozenDictionary<ushort, (string Text, bool IsWarning)> Table = new Dictionary<ushort, (string, bool)>
    {
        [ProcessingFailure] = ("The instance could not be processed.", false),
        [SopClassNotSupported] = ("Instances of this SOP class are not stored here.", false),
        [NotAllowed] = ("The caller may not store this instance.", false),
        [OutOfResources] = ("There is no room at present: send it again later.", false),
        [RejectedBefore] = ("The instance was rejected and must not come back.", false),
        [UidsDiffer] = ("The data set does not match its SOP class, or its UIDs differ.", false),
        [StudyDiffersFromPath] = ("The Study Instance UID is not the one of the path.", false),
        [BulkDataMissing] = ("The metadata refer to bytes that are not in the request.", false),
        [CannotUnderstand] = ("The part cannot be read as an instance.", false),
        [TransferSyntaxNotSupported] = ("The transfer syntax is not supported.", false),
        [OtherStudyOrSeries] = ("The instance is known in another study or series.", false),
        [OtherContent] = ("The instance is known with other content.", false),
        [Coerced] = ("Values were changed.", true),
        [ElementsDiscarded] = ("Elements were left out.", true),
        [DoesNotMatchClass] = ("The data set does not match its SOP class.", true),
        [StoredBefore] = ("The instance was stored before.", true),
        [KeptAside] = ("The instance is kept aside, and not shown until somebody has decided.", true),
    }.ToFrozenDictionary();
}
