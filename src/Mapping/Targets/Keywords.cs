using CloudPacs.Dicom;

namespace CloudPacs.Mapping.Targets;

/// <summary>Keywords of the data dictionary, for hints.</summary>
internal static class Keywords
{
    private static readonly ushort[] Groups = [0x0008, 0x0010, 0x0018, 0x0020, 0x0032, 0x0038, 0x0040, 0x0074];
    private static readonly Lazy<IReadOnlyList<string>> Known = new(Load);

    public static IEnumerable<string> All => Known.Value;

    private static List<string> Load()
    {
        List<string> keywords = [];
        foreach (var group in Groups)
        {
            for (var element = 1; element <= 0xFFFF; element++)
            {
                if (DicomDictionary.TryGet(new Tag(group, (ushort)element), out var entry) && entry.Keyword.Length > 0) keywords.Add(entry.Keyword);
            }
        }

        return keywords;
    }
}
