using CloudPacs.Dicom;

namespace CloudPacs.Mapping.Targets;

/// <summary>Which attributes of a patient map belong to the visit (PS3.3 C.3.1 to C.3.4); all others are the patient's.</summary>
internal static class VisitAttributes
{
    private static readonly HashSet<uint> Set =
    [
        0x00380010, 0x00380014, 0x00380300, 0x00380400, 0x00080080, 0x00080081, 0x00081040, 0x00380016, 0x00380020, 0x00380021,
        0x00081080, 0x00081084, 0x00080090, 0x00080096, 0x00081120, 0x00081048, 0x00081049, 0x00380008, 0x00380060, 0x00380062,
        0x00384000, 0x00080082, 0x00081110, 0x00080092, 0x00080094,
    ];

    public static bool Contains(Tag tag) => Set.Contains(tag.Value);
}
