using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CloudPacs.Store.Search;

namespace CloudPacs.FhirServer.Searching;

/// <summary>
/// Where a page of a search begins, as a text that says nothing to clients: signed, so that only what this server gave is taken, and for
/// the search it was given for.
/// </summary>
/// <param name="secret">Of the installation.</param>
public sealed class PageTokens(byte[] secret)
{
    public const string Parameter = "_page";
    private const int MacBytes = 12;

    public string Write(SearchPosition position, string type, IEnumerable<GivenParameter> applied)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(new object?[] { position.Number, position.Values });
        return Base64Url.EncodeToString([.. Mac(content, type, applied), .. content]);
    }

    /// <exception cref="SearchException">The text is none that was given for this search.</exception>
    public SearchPosition Read(string token, string type, IEnumerable<GivenParameter> applied, int orders)
    {
        if (Base64Url.IsValid(token) && Base64Url.DecodeFromChars(token) is { Length: > MacBytes } bytes)
        {
            var content = bytes[MacBytes..];
            if (CryptographicOperations.FixedTimeEquals(Mac(content, type, applied), bytes.AsSpan(0, MacBytes))
                && JsonDocument.Parse(content).RootElement is var root && root[1].GetArrayLength() == orders)
                return new SearchPosition([.. root[1].EnumerateArray().Select(static value => value.GetString())], root[0].GetInt64());
        }

        throw new SearchException("value", Parameter, "This is no page of this search: follow the links of its first page.");
    }

    private byte[] Mac(byte[] content, string type, IEnumerable<GivenParameter> applied)
    {
        var search = string.Join('&', applied.Select(static parameter => parameter.Encoded));
        byte[] signed = [.. content, 0, .. Encoding.UTF8.GetBytes($"{type}?{search}")];
        return HMACSHA256.HashData(secret, signed)[..MacBytes];
    }
}
