using System.Text.Json;

namespace CloudPacs.Mapping.Fhir;

/// <summary>Members of meta beside version and time, which are the server's: a map adds security labels, tags and profiles.</summary>
internal static class FhirMeta
{
    /// <summary>Writes them into the open meta.</summary>
    /// <returns>Whether they differ from what is stored.</returns>
    public static bool Write(StoredResource? stored, FhirPatch patch, JsonText json)
    {
        var before = stored is null ? [] : stored["meta"u8];
        FhirElementPatch? element = null;
        foreach (var known in patch.Elements)
        {
            if (known.Name == "meta") element = known;
        }

        if (element is null && before.IsEmpty) return false;
        var kept = before.IsEmpty ? [] : Others(before);
        if (element is null && kept.Count == 0) return false;
        var merged = element is { IsRemoved: true } ? [] : kept.ToList();
        foreach (var (name, value) in element is { Value.IsNone: false } ? Members(element) : [])
        {
            var index = merged.FindIndex(member => member.Name == name);
            if (index >= 0) merged[index] = (name, value);
            else merged.Add((name, value));
        }

        foreach (var (name, value) in merged)
        {
            json.Name(name);
            json.Raw(value);
        }

        return merged.Count != kept.Count
            || !merged.Zip(kept).All(static pair => pair.First.Value.AsSpan().SequenceEqual(pair.Second.Value));
    }

    private static List<(string Name, byte[] Value)> Others(ReadOnlySpan<byte> meta)
    {
        List<(string, byte[])> others = [];
        var reader = new Utf8JsonReader(meta);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueTextEquals("versionId"u8) || reader.ValueTextEquals("lastUpdated"u8) ? null : reader.GetString();
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (name is not null) others.Add((name, meta[start..(int)reader.BytesConsumed].ToArray()));
        }

        return others;
    }

    private static List<(string Name, byte[] Value)> Members(FhirElementPatch news)
    {
        var json = new JsonText();
        List<(string, byte[])> members = [];
        foreach (var (name, value) in (news.Value.Made as JsonBranch ?? news.BranchOf(news.Value)).Members)
        {
            if (JsonBranch.Write(value, json)) members.Add((name, json.Take(0)));
        }

        return members;
    }
}
