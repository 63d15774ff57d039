using System.Text;
using System.Text.Json;
using CloudPacs.Fhir.Search.Values;

namespace CloudPacs.Fhir.Search.Indexing;

/// <summary>Takes the values of coded elements, identifiers and contact points (FHIR R4 search.html 3.1.1.4.10).</summary>
internal static class CodedValues
{
    private static readonly byte[] OidPrefix = "urn:oid:"u8.ToArray(), DicomUids = "urn:dicom:uid"u8.ToArray();

    /// <param name="place">Where the code is found.</param>
    /// <param name="textPlace">The element whose texts the display is one of.</param>
    public static void TakeCoding(ref Utf8JsonReader reader, long place, long textPlace, ValueCollector to)
    {
        var (system, code, display) = (default(Slice), default(Slice), default(Slice));
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (reader.ValueTextEquals("system"u8)) system = MemberValues.Next(ref reader, to);
            else if (reader.ValueTextEquals("code"u8)) code = MemberValues.Next(ref reader, to);
            else if (reader.ValueTextEquals("display"u8)) display = MemberValues.Next(ref reader, to);
            else MemberValues.Pass(ref reader);
        }

        if (display.IsGiven) to.Folded(to.Keys.TextsOf(textPlace), display);
        TakeToken(place, system, code, to);
    }

    private static void TakeToken(long place, Slice system, Slice code, ValueCollector to)
    {
        if (system.Length > 0) to.System(place, to.Keys.System(to[system]));
        if (code.Length == 0) return;
        to.Key(place, to.Keys.Code(to[code]));
        to.Key(place, to.Keys.CodeOf(to[system], to[code]));
    }

    public static void TakeConcept(ref Utf8JsonReader reader, long place, ValueCollector to)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (reader.ValueTextEquals("coding"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.StartObject) TakeCoding(ref reader, place, place, to);
                if (reader.TokenType != JsonTokenType.StartArray) continue;
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    if (reader.TokenType == JsonTokenType.StartObject) TakeCoding(ref reader, place, place, to);
                }
            }
            else if (reader.ValueTextEquals("text"u8))
            {
                if (MemberValues.Next(ref reader, to) is { IsGiven: true } text) to.Folded(to.Keys.TextsOf(place), text);
            }
            else
            {
                MemberValues.Pass(ref reader);
            }
        }
    }

    /// <param name="reader">Stands at the beginning of the identifier.</param>
    /// <param name="place">Where it is found.</param>
    /// <param name="hasTypes">It is searched by its type as well; that of a reference is not.</param>
    /// <param name="to">Gets the values.</param>
    public static void TakeIdentifier(ref Utf8JsonReader reader, long place, bool hasTypes, ValueCollector to)
    {
        var (system, value) = (default(Slice), default(Slice));
        to.Types.Clear();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (reader.ValueTextEquals("system"u8)) system = MemberValues.Next(ref reader, to);
            else if (reader.ValueTextEquals("value"u8)) value = MemberValues.Next(ref reader, to);
            else if (reader.ValueTextEquals("type"u8)) TakeIdentifierType(ref reader, place, to);
            else MemberValues.Pass(ref reader);
        }

        TakeToken(place, system, value, to);
        if (value.Length == 0) return;
        foreach (var type in hasTypes ? to.Types : []) to.Key(place, to.Keys.OfType(type, to[value]));
        // A UID is found with and without the prefix that FHIR gives it.
        if (!to[system].SequenceEqual(DicomUids) || !to[value].StartsWith(OidPrefix)) return;
        var uid = new Slice(value.Start + OidPrefix.Length, value.Length - OidPrefix.Length, true);
        TakeToken(place, system, uid, to);
    }

    /// <summary>The type of an identifier: its codes for <c>:of-type</c>, its text for <c>:text</c>.</summary>
    private static void TakeIdentifierType(ref Utf8JsonReader reader, long place, ValueCollector to)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) return;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (reader.ValueTextEquals("text"u8))
            {
                if (MemberValues.Next(ref reader, to) is { IsGiven: true } text) to.Folded(to.Keys.TextsOf(place), text);
                continue;
            }

            if (!reader.ValueTextEquals("coding"u8))
            {
                MemberValues.Pass(ref reader);
                continue;
            }

            reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray) continue;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var (system, code) = CodingOf(ref reader, to);
                if (code.Length > 0) to.Types.Add(to.Keys.CodeOf(to[system], to[code]));
            }
        }
    }

    private static (Slice System, Slice Code) CodingOf(ref Utf8JsonReader reader, ValueCollector to)
    {
        var (system, code) = (default(Slice), default(Slice));
        if (reader.TokenType != JsonTokenType.StartObject) return default;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (reader.ValueTextEquals("system"u8)) system = MemberValues.Next(ref reader, to);
            else if (reader.ValueTextEquals("code"u8)) code = MemberValues.Next(ref reader, to);
            else MemberValues.Pass(ref reader);
        }

        return (system, code);
    }

    public static void TakeContactPoint(ref Utf8JsonReader reader, IndexLeaf leaf, ValueCollector to)
    {
        var (system, value) = (default(Slice), default(Slice));
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (reader.ValueTextEquals("system"u8)) system = MemberValues.Next(ref reader, to);
            else if (reader.ValueTextEquals("value"u8)) value = MemberValues.Next(ref reader, to);
            else MemberValues.Pass(ref reader);
        }

        if (leaf.System is { } wanted && !Ascii.Equals(to[system], wanted)) return;
        to.Present(leaf.Place);
        if (value.Length > 0) to.Key(leaf.Place, to.Keys.Code(FoldedCode.Of(to[value])));
    }
}
