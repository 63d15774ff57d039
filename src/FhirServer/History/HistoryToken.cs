using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CloudPacs.Store.Fhir;

namespace CloudPacs.FhirServer.History;

/// <summary>
/// Where a page of a history begins, as a text that says nothing to clients. It has a checksum over the history that it belongs to; it
/// gives no rights, as they are checked with each page.
/// </summary>
/// <param name="After">The last version of the page before.</param>
/// <param name="Total">How many versions the history has; null when they were not counted.</param>
internal sealed record HistoryToken(FhirVersionPosition After, int? Total)
{
    public const string Parameter = "_page";
    private const int ChecksumBytes = 8;

    public string Write(string history)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes<object?[]>(
            [After.LastUpdated.UtcTicks, After.Type, After.Id, After.Version, Total]);
        return Base64Url.EncodeToString([.. Checksum(content, history), .. content]);
    }

    /// <summary>What was written for that history; null for anything else.</summary>
    public static HistoryToken? Read(string text, string history)
    {
        if (!Base64Url.IsValid(text) || Base64Url.DecodeFromChars(text) is not { Length: > ChecksumBytes } bytes) return null;
        var content = bytes[ChecksumBytes..];
        if (!Checksum(content, history).AsSpan().SequenceEqual(bytes.AsSpan(0, ChecksumBytes))) return null;
        try
        {
            return Read(JsonSerializer.Deserialize<JsonElement[]>(content)!);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentOutOfRangeException)
        {
            // Whoever knows how it is written can write one of his own.
            return null;
        }
    }

    private static HistoryToken? Read(JsonElement[] parts)
    {
        if (parts is not [var time, var type, var id, var version, var total] || type.GetString() is not { } name) return null;
        if (ServedTypes.Find(name) is null || id.GetString() is not { } key || key.Contains('\0', StringComparison.Ordinal)) return null;
        return new HistoryToken(
            new FhirVersionPosition(new DateTimeOffset(time.GetInt64(), TimeSpan.Zero), name, key, version.GetInt32()),
            total.ValueKind == JsonValueKind.Null ? null : total.GetInt32());
    }

    private static byte[] Checksum(byte[] content, string history) =>
        SHA256.HashData([.. content, 0, .. Encoding.UTF8.GetBytes(history)])[..ChecksumBytes];
}
