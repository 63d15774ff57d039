using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CloudPacs.FhirServer;

/// <summary>
/// Where a page of a list begins, as a text that says nothing to clients: signed, so that only what this server gave is taken, and for
/// the list it was given for.
/// </summary>
/// <param name="secret">Of the installation.</param>
public sealed class PageSeal(byte[] secret)
{
    public const string Parameter = "_page";
    private const int MacBytes = 12;

    /// <param name="place">Texts and numbers that tell the place.</param>
    /// <param name="list">Address of the list, without its page.</param>
    public string Write(object?[] place, string list)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(place);
        return Base64Url.EncodeToString([.. Mac(content, list), .. content]);
    }

    /// <returns>The place that was written for that list; null for anything else.</returns>
    public JsonElement[]? Read(string token, string list)
    {
        if (!Base64Url.IsValid(token) || Base64Url.DecodeFromChars(token) is not { Length: > MacBytes } bytes) return null;
        var content = bytes[MacBytes..];
        return CryptographicOperations.FixedTimeEquals(Mac(content, list), bytes.AsSpan(0, MacBytes))
            ? JsonSerializer.Deserialize<JsonElement[]>(content)
            : null;
    }

    private byte[] Mac(byte[] content, string list)
    {
        byte[] signed = [.. content, 0, .. Encoding.UTF8.GetBytes(list)];
        return HMACSHA256.HashData(secret, signed)[..MacBytes];
    }
}
