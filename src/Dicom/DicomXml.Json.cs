using System.Text.Json;
using System.Xml;

namespace CloudPacs.Dicom;

/// <content>
/// From the JSON model (PS3.18 annex F) to the Native DICOM Model (PS3.19 annex A.1): values that are not at hand stay addresses.
/// </content>
public static partial class DicomXml
{
    private static readonly string[] NameParts = ["FamilyName", "GivenName", "MiddleName", "NamePrefix", "NameSuffix"];

    /// <summary>One object as one document, UTF-8.</summary>
    /// <param name="json">As <see cref="DicomJson"/> and <see cref="MetadataWriter"/> write it.</param>
    public static byte[] FromJson(ReadOnlyMemory<byte> json)
    {
        using var source = JsonDocument.Parse(
            json, new JsonDocumentOptions { MaxDepth = 3 * DataSetReaderOptions.Standard.MaxDepth });
        return ToUtf8Bytes(writer => WriteObject(source.RootElement, writer));
    }

    private static void WriteObject(JsonElement source, XmlWriter writer)
    {
        foreach (var member in source.EnumerateObject())
        {
            // XML says itself what its text is in.
            if (!Tag.TryParse(member.Name, out var tag) || !WebModel.Has(tag)) continue;
            var vr = member.Value.GetProperty("vr").GetString()!;
            StartAttribute(tag, vr, writer);
            if (member.Value.TryGetProperty("Value", out var values)) WriteValues(values, vr, writer);
            else if (member.Value.TryGetProperty("InlineBinary", out var bytes))
                writer.WriteElementString("InlineBinary", bytes.GetString());
            else if (member.Value.TryGetProperty("BulkDataURI", out var uri))
            {
                writer.WriteStartElement("BulkData");
                writer.WriteAttributeString("uri", uri.GetString());
                writer.WriteEndElement();
            }

            writer.WriteEndElement();
        }
    }

    private static void WriteValues(JsonElement values, string vr, XmlWriter writer)
    {
        var (number, count) = (0, values.GetArrayLength());
        foreach (var value in values.EnumerateArray())
        {
            number++;
            // An empty value is a number that is missing; the last one would be missed.
            if (value.ValueKind == JsonValueKind.Null && vr != "SQ" && number < count) continue;
            Start(vr switch { "SQ" => "Item", "PN" => "PersonName", _ => "Value" }, number, writer);
            if (value.ValueKind != JsonValueKind.Object) writer.WriteString(Storable(value.ToString()));
            else if (vr == "SQ") WriteObject(value, writer);
            else WriteName(value, writer);
            writer.WriteEndElement();
        }
    }

    private static void WriteName(JsonElement name, XmlWriter writer)
    {
        foreach (var group in name.EnumerateObject())
        {
            writer.WriteStartElement(group.Name);
            var parts = group.Value.GetString()!.Split('^');
            for (var i = 0; i < Math.Min(parts.Length, NameParts.Length); i++)
                if (parts[i].Length > 0) writer.WriteElementString(NameParts[i], Storable(parts[i]));
            writer.WriteEndElement();
        }
    }
}
