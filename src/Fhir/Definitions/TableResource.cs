using System.Text;

namespace CloudPacs.Fhir.Definitions;

/// <summary>Reads an embedded table: lines of fields with tabs between them.</summary>
internal static class TableResource
{
    public static IEnumerable<string[]> Lines(string name)
    {
        using var stream = typeof(TableResource).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing from the build.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (reader.ReadLine() is { } line) yield return line.Split('\t');
    }
}
