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
        var parts = JsonDocument.Parse(content).RootElement;
        return new HistoryToken(
            new FhirVersionPosition(
                new DateTimeOffset(parts[0].GetInt64(), TimeSpan.Zero), parts[1].GetString()!, parts[2].GetString()!, parts[3].GetInt32()),
            parts[4].ValueKind == JsonValueKind.Null ? null : parts[4].GetInt32());
    }

    private static byte[] Checksum(byte[] content, string history) =>
        SHA256.HashData([.. content, 0, .. Encoding.UTF8.GetBytes(history)])[..ChecksumBytes];
}
