using System.Text.Json;
using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Studies;

namespace CloudPacs.Resources;

/// <summary>
/// Puts the instances into an ImagingStudy that is read: they stand in rows, and not in each of its versions. A version has as many of each
/// series as it counts, the first that came: so it says the same however often it is read, also while further images come.
/// </summary>
internal static class ImagingStudyInstances
{
    /// <summary>A study that counts more shows its series alone; QIDO-RS lists its instances in pages.</summary>
    private const int Most = 20_000;

    /// <summary>A study with the instances that were read with it; any other resource as it is.</summary>
    public static FhirResourceRow Complete(FhirResourceRow resource) => resource.Instances.Count == 0
        ? resource
        : resource with { Content = Put(resource.Content, resource.Instances), Instances = [] };

    private static ReadOnlyMemory<byte> Put(ReadOnlyMemory<byte> resource, IReadOnlyList<ShownInstance> instances)
    {
        var series = SeriesOf(resource);
        if (series.Sum(static one => one.Count) > Most) return resource;
        var bySeries = instances.ToLookup(static one => one.SeriesInstanceUid, StringComparer.Ordinal);
        var json = new JsonText(resource.Length + 4096);
        var copied = 0;
        foreach (var (uid, count, end) in series)
        {
            List<ShownInstance> shown =
            [
                .. bySeries[uid].Take(count).OrderBy(static one => one.Number ?? int.MaxValue)
                    .ThenBy(static one => one.SopInstanceUid, StringComparer.Ordinal),
            ];
            if (shown.Count == 0) continue;
            json.Raw(resource.Span[copied..end]);
            json.Name("instance"u8);
            json.List(shown, Write);
            copied = end;
        }

        json.Raw(resource.Span[copied..]);
        return json.Take(0);
    }

    private static void Write(JsonText json, ShownInstance instance)
    {
        json.BeginObject();
        json.Text("uid"u8, instance.SopInstanceUid);
        json.Name("sopClass"u8);
        json.BeginObject();
        json.Text("system"u8, "urn:ietf:rfc:3986");
        json.Text("code"u8, "urn:oid:" + instance.SopClassUid);
        json.EndObject();
        if (instance.Number is >= 0)
        {
            json.Name("number"u8);
            json.Number(instance.Number.Value);
        }

        json.Text("title"u8, TitleOf(Attributes.Read(instance.Attributes)));
        json.EndObject();
    }

    /// <summary>The title of a document, what a report is about, the label of a presentation, else what kind of image it is.</summary>
    private static string? TitleOf(DataSet attributes) =>
        attributes.GetString(Tags.DocumentTitle)
        ?? (attributes.GetItems(Tags.ConceptNameCodeSequence) is [var concept, ..] ? concept.GetString(Tags.CodeMeaning) : null)
        ?? attributes.GetString(Tags.ContentLabel)
        ?? (attributes.GetStrings(Tags.ImageType) is { Count: > 0 } types ? string.Join('\\', types) : null);

    /// <summary>UID and count of each series, and where its object closes.</summary>
    private static List<(string Uid, int Count, int End)> SeriesOf(ReadOnlyMemory<byte> resource)
    {
        var found = new List<(string, int, int)>();
        var reader = new Utf8JsonReader(resource.Span);
        while (reader.Read())
        {
            if (reader.CurrentDepth != 1 || reader.TokenType != JsonTokenType.PropertyName) continue;
            if (!reader.ValueTextEquals("series"u8))
            {
                reader.Skip();
                continue;
            }

            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject) found.Add(ReadSeries(ref reader));
        }

        return found;
    }

    private static (string Uid, int Count, int End) ReadSeries(ref Utf8JsonReader reader)
    {
        var (uid, count) = ("", 0);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isUid, isCount) = (reader.ValueTextEquals("uid"u8), reader.ValueTextEquals("numberOfInstances"u8));
            reader.Read();
            if (isUid) uid = reader.GetString()!;
            else if (isCount) count = reader.GetInt32();
            else reader.Skip();
        }

        return (uid, count, (int)reader.TokenStartIndex);
    }
}
