using System.Text.Json.Nodes;
using CloudPacs.Mapping.Fhir;

namespace CloudPacs.Mapping.Tests;

/// <summary>A resource after patches, without what the server says of its version.</summary>
internal sealed record MergedResource(byte[] Content, bool IsChanged)
{
    public static MergedResource New(FhirPatch patch) => Merge(null, patch);

    public JsonObject Json
    {
        get
        {
            var json = (JsonObject)JsonNode.Parse(Content)!;
            json.Remove("id");
            var meta = (JsonObject)json["meta"]!;
            meta.Remove("versionId");
            meta.Remove("lastUpdated");
            if (meta.Count == 0) json.Remove("meta");
            return json;
        }
    }

    public MergedResource With(FhirPatch patch, string slots = "", OwnedElements? owned = null) =>
        Merge(new StoredResource(Content, slots, owned ?? OwnedElements.None), patch);

    /// <summary>As if somebody else had written the resource.</summary>
    public MergedResource Changed(Action<JsonObject> change)
    {
        var json = (JsonObject)JsonNode.Parse(Content)!;
        change(json);
        return this with { Content = System.Text.Encoding.UTF8.GetBytes(json.ToJsonString()) };
    }

    /// <summary>The ids of a list's items; "-" for one that has none.</summary>
    public IEnumerable<string> Ids(string list) => Json[list]!.AsArray().Select(static item => (string?)item!["id"] ?? "-");

    private static MergedResource Merge(StoredResource? stored, FhirPatch patch)
    {
        var json = new JsonText();
        var isChanged = FhirMerge.Write(stored, patch, new ResourceHead("1", 1, DateTimeOffset.UnixEpoch), json);
        return new MergedResource(json.Take(0), isChanged);
    }
}
