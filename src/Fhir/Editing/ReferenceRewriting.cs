using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CloudPacs.Fhir.Definitions;

namespace CloudPacs.Fhir.Editing;

/// <summary>
/// Gives the resources of a transaction the addresses that the others got (FHIR R4 http.html 3.1.0.11.2): in references, in elements of the
/// types uri, url, oid and uuid, and in the links of narratives; canonical addresses and texts stay.
/// </summary>
public static partial class ReferenceRewriting
{
    private const string History = "/_history/";

    /// <param name="json">A resource.</param>
    /// <param name="addresses">New addresses, such as <c>Patient/1</c>, by the fullUrl of their entries.</param>
    /// <param name="conditional">Told each reference that is a search (<c>Patient?identifier=1</c>); gives what it finds, or null.</param>
    /// <param name="ownBase">Address of the server with a slash at its end, which references are kept without; null for none.</param>
    /// <returns>The same bytes when nothing is replaced.</returns>
    public static ReadOnlyMemory<byte> Rewrite(
        ReadOnlyMemory<byte> json, IReadOnlyDictionary<string, string> addresses, Func<string, string?> conditional,
        string? ownBase = null)
    {
        if (json.Span.StartsWith("\uFEFF"u8)) json = json[3..];
        // Nothing to look for, and nothing that could be a search: the question mark may be escaped.
        if (addresses.Count == 0 && json.Span.IndexOfAny((byte)'?', (byte)'\\') < 0
            && (ownBase is null || json.Span.IndexOf(Encoding.UTF8.GetBytes(ownBase)) < 0))
            return json;
        var edits = new JsonEdits();
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = 256 });
        reader.Read();
        new Walk(addresses, conditional, ownBase, edits).Resource(ref reader);
        return edits.IsEmpty ? json : edits.ApplyTo(json.Span);
    }

    [GeneratedRegex("""(?<=\s(?:href|src)\s*=\s*(?<quote>["']))[^"']+(?=\k<quote>)""", RegexOptions.CultureInvariant)]
    private static partial Regex Links();

    private sealed class Walk(
        IReadOnlyDictionary<string, string> addresses, Func<string, string?> conditional, string? ownBase, JsonEdits edits)
    {
        public void Resource(ref Utf8JsonReader reader)
        {
            if (reader.TokenType != JsonTokenType.StartObject || TypeOf(reader) is not { } type) reader.Skip();
            else Object(ref reader, type);
        }

        private void Object(ref Utf8JsonReader reader, FhirType type)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                var isSide = name.StartsWith('_');
                reader.Read();
                if (type.Member(isSide ? name[1..] : name) is not var (element, elementType))
                {
                    reader.Skip();
                    continue;
                }

                var isList = reader.TokenType == JsonTokenType.StartArray;
                while (!isList || (reader.Read() && reader.TokenType != JsonTokenType.EndArray))
                {
                    Value(ref reader, type, element, elementType, isSide);
                    if (!isList) break;
                }
            }
        }

        private void Value(ref Utf8JsonReader reader, FhirType owner, FhirElement element, ElementType type, bool isSide)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject when isSide: Object(ref reader, FhirDefinitions.Get("Element")); break;
                case JsonTokenType.StartObject when type.Name == "Resource": Resource(ref reader); break;
                case JsonTokenType.StartObject: Object(ref reader, FhirDefinitions.TypeOf(element, type)); break;
                case JsonTokenType.StartArray: reader.Skip(); break;
                case JsonTokenType.String when owner.Name == "Reference" && element.Name == "reference": Reference(reader); break;
                case JsonTokenType.String when type.Name is "uri" or "url" or "oid" or "uuid": Address(reader); break;
                case JsonTokenType.String when type.Name == "xhtml": Narrative(reader); break;
            }
        }

        private void Reference(in Utf8JsonReader reader)
        {
            var text = reader.GetString()!;
            var found = Find(text) ?? (text.Contains('?', StringComparison.Ordinal) ? conditional(text) : null) ?? Relative(text);
            if (found is not null) edits.Replace(reader, found);
        }

        private string? Relative(string text)
        {
            if (ownBase is null || !text.StartsWith(ownBase, StringComparison.Ordinal)) return null;
            var relative = text[ownBase.Length..];
            return FhirDefinitions.Find(relative.Split('/')[0]) is { IsResource: true } ? Find(relative) ?? relative : null;
        }

        private void Address(in Utf8JsonReader reader)
        {
            if (Find(reader.GetString()!) is { } found) edits.Replace(reader, found);
        }

        private void Narrative(in Utf8JsonReader reader)
        {
            var text = reader.GetString()!;
            var replaced = Links().Replace(text, match => Find(match.Value) ?? match.Value);
            if (replaced != text) edits.Replace(reader, replaced);
        }

        /// <summary>A fragment stays; what names a version names the first one of what is new.</summary>
        private string? Find(string text)
        {
            if (addresses.TryGetValue(text, out var found)) return found;
            if (text.IndexOf('#', StringComparison.Ordinal) is > 0 and var fragment)
                return addresses.TryGetValue(text[..fragment], out found) ? found + text[fragment..] : null;
            if (text.IndexOf(History, StringComparison.Ordinal) is > 0 and var history)
                return addresses.TryGetValue(text[..history], out found) ? found + History + "1" : null;
            return null;
        }

        private static FhirType? TypeOf(Utf8JsonReader ahead)
        {
            while (ahead.Read() && ahead.TokenType == JsonTokenType.PropertyName)
            {
                var isType = ahead.ValueTextEquals("resourceType"u8);
                ahead.Read();
                if (isType) return ahead.TokenType == JsonTokenType.String ? FhirDefinitions.Find(ahead.GetString()!) : null;
                ahead.Skip();
            }

            return null;
        }
    }
}
