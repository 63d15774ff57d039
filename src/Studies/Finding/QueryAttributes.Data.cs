using System.Collections.Frozen;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Matching;

namespace CloudPacs.Studies.Finding;

/// <summary>
/// Attributes that can be asked for at each level, with those of the levels above it (PS3.4 C.6.1.1, C.6.2.1; PS3.18 10.6). A key outside
/// of them is not supported: it is not matched, and the answers say so.
/// </summary>
public sealed class QueryAttributes : ISupportedKeys
{
    private static readonly uint[] Patient =
    [
        0x00080005, 0x00080201, 0x00080052, 0x00080054, 0x00080056,
        0x00100010, 0x00100020, 0x00100021, 0x00100024, 0x00100030, 0x00100040, 0x00101002, 0x00104000,
        0x00201200, 0x00201202, 0x00201204,
    ];

    private static readonly uint[] Study =
    [
        0x00080020, 0x00080030, 0x00080050, 0x00080051, 0x00080061, 0x00080062, 0x00080080, 0x00080090, 0x00080096, 0x00081030, 0x00081032,
        0x00081060, 0x00101010, 0x00101020, 0x00101030, 0x0020000D, 0x00200010, 0x00201206, 0x00201208, 0x00380010, 0x00380014, 0x00081190,
    ];

    private static readonly uint[] Series =
    [
        0x00080021, 0x00080031, 0x00080060, 0x0008103E, 0x00181030, 0x00180015, 0x00080070, 0x00081010, 0x00081040, 0x00081050, 0x00081070,
        0x00081090, 0x00185100, 0x0020000E, 0x00200011, 0x00200060, 0x00201209, 0x00400243, 0x00400244, 0x00400245, 0x00400275, 0x00081111,
        0x00082218,
    ];

    private static readonly uint[] Image =
    [
        0x00080008, 0x00080016, 0x00080018, 0x00080022, 0x00080023, 0x00080032, 0x00080033, 0x00083002, 0x00200012, 0x00200013, 0x00280008,
        0x00280010, 0x00280011, 0x00280100, 0x0040A043, 0x0040A491, 0x0040A493, 0x00420010, 0x00700080,
    ];

    /// <summary>
    /// Descriptions: of a study, a series, a requested procedure, a scheduled step. People look for words in them that every modality
    /// writes in its own way.
    /// </summary>
    private static readonly FrozenSet<uint> Descriptions = FrozenSet.Create<uint>(0x00081030, 0x0008103E, 0x00321060, 0x00400007);

    /// <summary>What items of sequences may hold.</summary>
    private static readonly QueryAttributes Item = new(
        0x00080050, 0x00080051, 0x00080100, 0x00080102, 0x00080104, 0x00081150, 0x00081155, 0x0020000D, 0x00321060, 0x00321064, 0x00400007,
        0x00400009, 0x00401001, 0x00402016, 0x00402017, 0x00400031, 0x00400032, 0x00400033, 0x00100020, 0x00100021, 0x00100022);

    private static readonly QueryAttributes[] Levels =
    [
        new(Patient), new([.. Patient, .. Study]), new([.. Patient, .. Study, .. Series]), new([.. Patient, .. Study, .. Series, .. Image]),
    ];

    private readonly FrozenSet<uint> _tags;

    private QueryAttributes(params uint[] tags) => _tags = tags.ToFrozenSet();

    public static QueryAttributes Of(QueryLevel level) => Levels[(int)level];

    public bool Include(Tag tag) => _tags.Contains(tag.Value);

    public bool IgnoresCase(Tag tag) => Descriptions.Contains(tag.Value);

    public ISupportedKeys In(Tag sequence) => Item;
}
