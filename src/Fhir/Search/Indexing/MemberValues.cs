using System.Text.Json;

namespace CloudPacs.Fhir.Search.Indexing;

/// <summary>Goes over the value of a member, at whose name the reader stands.</summary>
internal static class MemberValues
{
    /// <summary>The text of the member's value.</summary>
    public static Slice Next(ref Utf8JsonReader reader, ValueCollector to)
    {
        reader.Read();
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) reader.Skip();
        return to.Text(ref reader);
    }

    public static void Pass(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }
}
