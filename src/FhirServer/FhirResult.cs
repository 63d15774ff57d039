using System.Buffers;
using System.Text.Json;

namespace CloudPacs.FhirServer;

/// <summary>An answer before it is sent: status, body and the headers of FHIR R4 http.html 3.1.0.1.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">A resource as JSON, whatever format it is sent in; empty for none.</param>
public sealed record FhirResult(int Status, ReadOnlyMemory<byte> Body)
{
    /// <summary>Version for <c>ETag: W/"n"</c>, or null.</summary>
    public int? Version { get; init; }

    public DateTimeOffset? LastModified { get; init; }

    /// <summary>Where the version is that was written.</summary>
    public string? Location { get; init; }

    /// <summary>Methods for status 405.</summary>
    public string? Allow { get; init; }

    /// <summary>When to try again, for status 429 and 503.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The type of <see cref="Body"/> where that is no resource: it is sent as it is.</summary>
    public string? ContentType { get; init; }

    /// <summary>A body that is no resource as JSON, or too large to be held; null for <see cref="Body"/>.</summary>
    public StreamedBody? Streamed { get; init; }

    /// <summary>An OperationOutcome with one issue.</summary>
    /// <param name="code">Code of value set issue-type.</param>
    /// <param name="diagnostics">A sentence without patient data.</param>
    public static FhirResult Problem(int status, string code, string diagnostics) => Problem(status, new FhirIssue(code, diagnostics));

    /// <summary>An OperationOutcome.</summary>
    public static FhirResult Problem(int status, params IEnumerable<FhirIssue> issues)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("resourceType", "OperationOutcome");
            json.WriteStartArray("issue");
            foreach (var issue in issues) issue.Write(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return new FhirResult(status, buffer.WrittenMemory);
    }
}

/// <summary>A body that is written a piece at a time.</summary>
/// <param name="ContentType">Its MIME type.</param>
/// <param name="Length">Its length where that is known.</param>
/// <param name="Source">What is read, to be closed when it was sent.</param>
/// <param name="WriteAsync">Writes it.</param>
public sealed record StreamedBody(string ContentType, long? Length, Stream Source, Func<Stream, CancellationToken, Task> WriteAsync)
    : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Source.DisposeAsync();
}
