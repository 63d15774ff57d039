using System.Collections.Frozen;
using CloudPacs.Dicom;

namespace CloudPacs.DicomWeb.Search;

public static partial class SearchAttributes
{
    /// <summary>Attributes that say something of the answer or of whatever it is about.</summary>
    private static readonly FrozenSet<Tag> OfEveryLevel =
        new[] { Tags.SpecificCharacterSet, Tags.TimezoneOffsetFromUtc, Tags.RetrieveUrl, Tags.InstanceAvailability }.ToFrozenSet();

    /// <summary>PS3.18 tables 10.6.3-3 (studies), 10.6.3-4 (series), 10.6.3-5 (instances).</summary>
    private static readonly SortedDictionary<SearchLevel, Tag[]> Usual = new()
    {
        [SearchLevel.Study] = List(
            0x00080005, 0x00080020, 0x00080030, 0x00080050, 0x00080056, 0x00080061, 0x00080090, 0x00080201, 0x00081190, 0x00100010, 0x00100020, 0x00100030,
            0x00100040, 0x0020000D, 0x00200010, 0x00201206, 0x00201208),
        [SearchLevel.Series] = List(
            0x00080005, 0x00080060, 0x00080201, 0x0008103E, 0x00081190, 0x0020000E, 0x00200011, 0x00201209, 0x00400244, 0x00400245, 0x00400275),
        [SearchLevel.Instance] = List(
            0x00080005, 0x00080016, 0x00080018, 0x00080056, 0x00080201, 0x00081190, 0x00200013, 0x00280008, 0x00280010, 0x00280011, 0x00280100),
    };

    /// <summary>Required keys (PS3.18 tables 10.6.1-5 to 10.6.1-7, PS3.4 C.6.1.1 and C.6.2.1), then the optional ones that workstations send.</summary>
    private static readonly SortedDictionary<SearchLevel, Tag[]> Matched = new()
    {
        [SearchLevel.Study] = List(
            0x00080020, 0x00080030, 0x00080050, 0x00080061, 0x00080090, 0x00100010, 0x00100020, 0x0020000D, 0x00200010,
            0x00080051, 0x00080062, 0x00080080, 0x00081030, 0x00081032, 0x00081060, 0x00100021, 0x00100024, 0x00100030, 0x00100040, 0x00101002),
        [SearchLevel.Series] = List(
            0x00080060, 0x0020000E, 0x00200011, 0x00400244, 0x00400245, 0x00400275,
            0x00080021, 0x00080031, 0x00080070, 0x00081010, 0x0008103E, 0x00180015, 0x00181030, 0x00200060),
        [SearchLevel.Instance] = List(
            0x00080016, 0x00080018, 0x00200013, 0x00080023, 0x00080033, 0x00280008, 0x0040A491, 0x0040A493),
    };

    /// <summary>Keys in the items of sequences.</summary>
    private static readonly FrozenDictionary<Tag, Tag[]> Items = new Dictionary<Tag, Tag[]>
    {
        [new(0x00400275)] = List(0x00400009, 0x00401001, 0x00080050, 0x00080051, 0x0020000D),
        [new(0x00081032)] = List(0x00080100, 0x00080102, 0x00080103, 0x00080104),
        [new(0x00080051)] = List(0x00400031, 0x00400032, 0x00400033),
        [new(0x00100024)] = List(0x00400031, 0x00400032, 0x00400033),
        [new(0x00101002)] = List(0x00100020, 0x00100021, 0x00100022),
    }.ToFrozenDictionary();

    /// <summary>Results when the caller names no limit, and the most of an answer.</summary>
    private static readonly SortedDictionary<SearchLevel, (int Usual, int Most)> Sizes = new()
    {
        [SearchLevel.Study] = (100, 5_000),
        [SearchLevel.Series] = (20_000, 20_000),
        [SearchLevel.Instance] = (20_000, 20_000),
    };

    private static Tag[] List(params uint[] tags) => [.. tags.Select(static tag => new Tag(tag))];
}
