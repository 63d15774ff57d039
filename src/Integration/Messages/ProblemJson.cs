using System.Buffers;
using System.Text;
using System.Text.Json;
using CloudPacs.Hl7v2;

namespace CloudPacs.Integration.Messages;

/// <summary>Problems as the journal keeps them.</summary>
internal static class ProblemJson
{
    /// <summary>An array of objects with severity, code, location and text; null when there are none.</summary>
    public static string? Of(IReadOnlyList<Problem> problems)
    {
        if (problems.Count == 0) return null;
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var problem in problems)
            {
                json.WriteStartObject();
                json.WriteString("severity", problem.Severity.ToString());
                json.WriteNumber("code", problem.Code);
                if (problem.Location is { } location) json.WriteString("location", Storable(location.ToString()));
                json.WriteString("text", Storable(problem.Text));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>PostgreSQL keeps no NUL in JSON; what stands where the name of a segment is expected may hold one.</summary>
    private static string Storable(string text) => text.Replace('\0', '\uFFFD');
}
