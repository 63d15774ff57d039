using CloudPacs.Dicom;
using CloudPacs.Mapping.Findings;

namespace CloudPacs.Mapping.Standards;

/// <summary>Attributes by the names that maps use: keywords of the data dictionary (PS3.6), or eight hexadecimal digits.</summary>
internal static class DicomKeywords
{
    private static readonly ushort[] Groups = [0x0008, 0x0010, 0x0018, 0x0020, 0x0032, 0x0038, 0x0040, 0x0074];
    private static readonly Lazy<IReadOnlyList<string>> Known = new(Load);

    public static DictionaryEntry? Find(string name)
    {
        if (DicomDictionary.TryGet(name, out var entry)) return entry;
        return name.Length == 8 && Tag.TryParse(name, out var tag) && DicomDictionary.TryGet(tag, out entry) ? entry : null;
    }

    public static string HintFor(string name) =>
        Hints.DidYouMean(name, Known.Value, "Write a keyword of the data dictionary or eight hexadecimal digits.");

    private static List<string> Load()
    {
        List<string> keywords = [];
        foreach (var group in Groups)
        {
            for (var element = 1; element <= 0xFFFF; element++)
            {
                if (DicomDictionary.TryGet(new Tag(group, (ushort)element), out var entry) && entry.Keyword.Length > 0)
                    keywords.Add(entry.Keyword);
            }
        }

        return keywords;
    }
}
