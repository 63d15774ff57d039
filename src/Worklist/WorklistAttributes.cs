using System.Collections.Frozen;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Matching;

namespace CloudPacs.Worklist;

/// <summary>
/// Attributes that an entry may hold at one level (PS3.4 table K.6-1). A key outside them is an optional key that is not
/// supported: it matches everything, is answered with zero length, and the responses say FF01 (PS3.4 C.2.2.1.3, K.4.1.1.4).
/// </summary>
internal sealed class WorklistAttributes : ISupportedKeys
{
    private static readonly WorklistAttributes Item = new(
        0x00080100, 0x00080102, 0x00080103, 0x00080104, 0x00080119, 0x00080120, 0x00400031, 0x00400032, 0x00400033, 0x00401101, 0x00081150,
        0x00081155,
        0x00100020, 0x00100021, 0x00100022, 0x00100024, 0x00080080, 0x00080081, 0x00080082, 0x00400440,
        0x0040A040, 0x0040A043, 0x0040A160, 0x0040A168, 0x0040A30A, 0x004008EA);

    /// <summary>Scheduled Procedure Step Sequence.</summary>
    public static WorklistAttributes Step { get; } = new(
        0x00400001, 0x00400002, 0x00400003, 0x00400004, 0x00400005, 0x00080060, 0x00400006, 0x0040000B, 0x00400007, 0x00400008, 0x00400440,
        0x00400009, 0x00400010, 0x00400011, 0x00400012, 0x00321070, 0x00400020, 0x00400400, 0x00741202, 0x00400500);

    private readonly FrozenSet<uint> _tags;

    private WorklistAttributes(params uint[] tags) => _tags = tags.ToFrozenSet();

    public static WorklistAttributes Patient { get; } = new(
        0x00100010, 0x00100020, 0x00100021, 0x00100022, 0x00100024, 0x00101002, 0x00100030, 0x00100040, 0x00101020, 0x00101030, 0x00102160,
        0x00101040, 0x00102154, 0x00104000, 0x00403001, 0x00380500, 0x001021C0, 0x00102000, 0x00102110, 0x00380050);

    public static WorklistAttributes Visit { get; } = new(
        0x00380010, 0x00380014, 0x00380300, 0x00380400, 0x00080080, 0x00080081, 0x00081040, 0x00380016, 0x00380020, 0x00380021, 0x00081080,
        0x00081084, 0x00080090, 0x00080096, 0x00081120, 0x00081048);

    /// <summary>
    /// Imaging service request and requested procedure, with what an order says of its patient; a visit without a number shows there.
    /// </summary>
    public static WorklistAttributes Procedure { get; } = new(
    [
        .. Visit._tags,
        0x00080050, 0x00080051, 0x00402016, 0x00400026, 0x00402017, 0x00400027, 0x00321032, 0x00321031, 0x00321033, 0x00321034,
        0x00402008, 0x00402009, 0x00402010, 0x00402004, 0x00402005, 0x00402400, 0x00321066, 0x00401008, 0x00401001, 0x0020000D,
        0x00321060, 0x00321064, 0x00401002, 0x0040100A, 0x00401003, 0x00401004, 0x00401005, 0x00401400, 0x00401010, 0x00081110,
        0x00080020, 0x00080030, 0x00102000, 0x00380500, 0x00403001,
    ]);

    /// <summary>All of them, with the step's sequence and what some maps keep beside it.</summary>
    public static WorklistAttributes Root { get; } = new(
        [0x00080005, 0x00080201, .. Patient._tags, .. Visit._tags, .. Procedure._tags, 0x00400100, 0x00400500]);

    public bool Include(Tag tag) => _tags.Contains(tag.Value);

    public ISupportedKeys In(Tag sequence) => this == Root && sequence == Tags.ScheduledProcedureStepSequence ? Step : Item;
}
