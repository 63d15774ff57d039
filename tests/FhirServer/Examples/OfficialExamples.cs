using System.IO.Compression;

namespace CloudPacs.FhirServer.Tests.Examples;

/// <summary>The official examples of FHIR R4.</summary>
internal static class OfficialExamples
{
    private static readonly Lazy<IReadOnlyDictionary<string, byte[]>> Loaded = new(Load);

    /// <summary>JSON by the name of its file.</summary>
    public static IReadOnlyDictionary<string, byte[]> All => Loaded.Value;

    private static SortedDictionary<string, byte[]> Load()
    {
        using var stream = typeof(OfficialExamples).Assembly.GetManifestResourceStream("r4-examples.zip")!;
        using var zip = new ZipArchive(stream);
        var examples = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var entry in zip.Entries)
        {
            using var content = new MemoryStream();
            using (var source = entry.Open()) source.CopyTo(content);
            examples.Add(entry.Name, content.ToArray());
        }

        return examples;
    }
}
