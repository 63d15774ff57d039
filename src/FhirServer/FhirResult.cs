using System.Buffers;
using System.Text.Json;

namespace CloudPacs.FhirServer;

/// <summary>An answer before it is sent: status, body and the headers of FHIR R4 http.html 3.1.0.1.</summary>
public sealed record FhirResult(int Status, ReadOnlyMemory<byte> Body)
{
    /// <summary>Version for <c>ETag: W/"n"</c>, or null.</summary>
    public int? Version { get; init; }

    public DateTimeOffset? LastModified { get; init; }

    /// <summary>Methods for status 405.</summary>
    public string? Allow { get; init; }

    /// <summary>An OperationOutcome with one issue.</summary>
    /// <param name="code">Code of value set issue-type.</param>
    /// <param name="diagnostics">A sentence without patient data.</param>
    public static FhirResult Problem(int status, string code, string diagnostics)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("resourceType", "OperationOutcome");
            json.WriteStartArray("issue");
            json.WriteStartObject();
            json.WriteString("severity", "error");
            json.WriteString("code", code);
            json.WriteString("diagnostics", diagnostics);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return new FhirResult(status, buffer.WrittenMemory);
    }
}
