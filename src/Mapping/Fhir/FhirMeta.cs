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
        var element = FindIn(patch);
        if (element is null && before.IsEmpty) return false;
        if (element is null)
        {
            WriteKept(before, json);
            return false;
        }

        var kept = JsonBranch.Of(before);
        kept.Remove("versionId");
        kept.Remove("lastUpdated");
        var start = json.Length;
        var news = element.Value.Made as JsonBranch ?? element.BranchOf(element.Value);
        news.WriteOver(element.IsRemoved ? new JsonBranch() : kept, json);
        var former = new JsonText();
        former.BeginObject();
        var formerStart = former.Length;
        kept.WriteMembers(former);
        return !Members(json.Written[start..]).SequenceEqual(Members(former.Written[formerStart..]));
    }

    /// <summary>Writes what is stored beside version and time; as a rule there is nothing.</summary>
    private static void WriteKept(ReadOnlySpan<byte> before, JsonText json)
    {
        var reader = new Utf8JsonReader(before);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            var isServers = reader.ValueTextEquals("versionId"u8) || reader.ValueTextEquals("lastUpdated"u8);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (isServers) continue;
            json.Name(name);
            json.Raw(before[start..(int)reader.BytesConsumed]);
        }
    }

    /// <summary>Without the comma that joins them to what stands before.</summary>
    private static ReadOnlySpan<byte> Members(ReadOnlySpan<byte> written) => written is [(byte)',', ..] ? written[1..] : written;

    private static FhirElementPatch? FindIn(FhirPatch patch)
    {
        foreach (var known in patch.Elements)
        {
            if (known.Name == "meta") return known;
        }

        return null;
    }
}
