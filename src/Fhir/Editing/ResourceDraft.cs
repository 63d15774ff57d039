using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace CloudPacs.Fhir.Editing;

/// <summary>
/// A resource as somebody sent it, before it has its version: what the server owns in it (FHIR R4 resource.html 2.26.3.2, meta.versionId
/// and meta.lastUpdated) is taken out, all other bytes stay as they were sent, without the white space between them.
/// </summary>
public sealed class ResourceDraft
{
    private const string SubsettedCode = "SUBSETTED";

    private readonly byte[] _meta;
    private readonly byte[] _rest;

    private ResourceDraft(string type, string? id, byte[] meta, byte[] rest) => (Type, Id, _meta, _rest) = (type, id, meta, rest);

    public string Type { get; }

    /// <summary>The id that it was sent with; null when it has none.</summary>
    public string? Id { get; }

    /// <summary>Values of its identifiers, its master identifier among them.</summary>
    public IReadOnlyList<string> Identifiers { get; private init; } = [];

    /// <summary>It is a part of a resource only: it must not be stored in its place (FHIR R4 search.html 3.1.1.5.10).</summary>
    public bool IsSubsetted { get; private init; }

    /// <summary>The profiles that it says to meet.</summary>
    public IReadOnlyList<string> Profiles
    {
        get
        {
            if (_meta.AsSpan().IndexOf("\"profile\""u8) < 0) return [];
            using var meta = MetaOf(_meta);
            return meta.RootElement.TryGetProperty("profile", out var profiles)
                ? [.. profiles.EnumerateArray().Select(static profile => profile.GetString()).OfType<string>()]
                : [];
        }
    }

    /// <summary>Reads the JSON of a resource in which the validator found nothing wrong.</summary>
    public static ResourceDraft Read(ReadOnlySpan<byte> json)
    {
        if (json.StartsWith("\uFEFF"u8)) json = json[3..];
        var (type, id, isSubsetted) = ("", (string?)null, false);
        var identifiers = new List<string>();
        var meta = new ArrayBufferWriter<byte>(128);
        var rest = new ArrayBufferWriter<byte>(json.Length);
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 256 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)reader.TokenStartIndex;
            var (isType, isId) = (reader.ValueTextEquals("resourceType"u8), reader.ValueTextEquals("id"u8));
            var isIdentifier = reader.ValueTextEquals("identifier"u8) || reader.ValueTextEquals("masterIdentifier"u8);
            var isMeta = reader.ValueTextEquals("meta"u8);
            reader.Read();
            if (isType) type = reader.GetString()!;
            else if (isId) id = reader.GetString();
            else if (isMeta) isSubsetted = ReadMeta(json, ref reader, meta);
            else
            {
                if (isIdentifier) ReadIdentifiers(reader, identifiers);
                reader.Skip();
                Append(json[start..(int)reader.BytesConsumed], rest);
            }
        }

        return new ResourceDraft(type, id, meta.WrittenSpan.ToArray(), rest.WrittenSpan.ToArray())
        {
            IsSubsetted = isSubsetted, Identifiers = identifiers,
        };
    }

    /// <summary>The same with other addresses in it.</summary>
    /// <param name="addresses">As <see cref="ReferenceRewriting.Rewrite"/> takes them.</param>
    public ResourceDraft WithAddresses(IReadOnlyDictionary<string, string> addresses)
    {
        var rewritten = ReferenceRewriting.Rewrite(Stamp(Id ?? "none", 1, DateTimeOffset.UnixEpoch), addresses, static _ => null);
        var read = Read(rewritten.Span);
        return new ResourceDraft(Type, Id, read._meta, read._rest) { IsSubsetted = IsSubsetted, Identifiers = read.Identifiers };
    }

    /// <summary>The resource as it is stored and sent.</summary>
    public byte[] Stamp(string id, int version, DateTimeOffset lastUpdated)
    {
        var time = lastUpdated.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff", CultureInfo.InvariantCulture);
        var number = version.ToString(CultureInfo.InvariantCulture);
        var head = $"{{\"resourceType\":\"{Type}\",\"id\":\"{id}\",\"meta\":{{\"versionId\":\"{number}\",\"lastUpdated\":\"{time}Z\"";
        var length = Encoding.ASCII.GetByteCount(head);
        var stamped = new byte[length + _meta.Length + _rest.Length + 2];
        Encoding.ASCII.GetBytes(head, stamped);
        _meta.CopyTo(stamped, length);
        length += _meta.Length;
        stamped[length++] = (byte)'}';
        _rest.CopyTo(stamped, length);
        stamped[^1] = (byte)'}';
        return stamped;
    }

    /// <param name="ahead">At the value of the member, one Identifier or a list of them.</param>
    /// <param name="values">Takes the values.</param>
    private static void ReadIdentifiers(Utf8JsonReader ahead, List<string> values)
    {
        var outside = ahead.TokenType == JsonTokenType.StartArray ? ahead.CurrentDepth + 1 : ahead.CurrentDepth;
        var end = ahead.CurrentDepth;
        while (ahead.Read() && ahead.CurrentDepth > end)
        {
            if (ahead.TokenType != JsonTokenType.PropertyName || ahead.CurrentDepth != outside + 1) continue;
            var isValue = ahead.ValueTextEquals("value"u8);
            ahead.Read();
            if (isValue && ahead.TokenType == JsonTokenType.String) values.Add(ahead.GetString()!);
            ahead.Skip();
        }
    }

    /// <returns>Whether it says that the resource is a part only.</returns>
    private static bool ReadMeta(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, ArrayBufferWriter<byte> meta)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)reader.TokenStartIndex;
            var isOwned = reader.ValueTextEquals("versionId"u8) || reader.ValueTextEquals("lastUpdated"u8)
                || reader.ValueTextEquals("_versionId"u8) || reader.ValueTextEquals("_lastUpdated"u8);
            reader.Read();
            reader.Skip();
            if (!isOwned) Append(json[start..(int)reader.BytesConsumed], meta);
        }

        return meta.WrittenSpan.IndexOf("\"SUBSETTED\""u8) >= 0 && HasTag(meta.WrittenSpan);
    }

    private static bool HasTag(ReadOnlySpan<byte> members)
    {
        using var meta = MetaOf(members);
        return meta.RootElement.TryGetProperty("tag", out var tags) && tags.EnumerateArray().Any(
            static tag => tag.TryGetProperty("code", out var code) && code.ValueEquals(SubsettedCode));
    }

    /// <param name="members">A comma, and the members.</param>
    private static JsonDocument MetaOf(ReadOnlySpan<byte> members) =>
        JsonDocument.Parse((byte[])[(byte)'{', .. members[1..], (byte)'}']);

    private static void Append(ReadOnlySpan<byte> member, ArrayBufferWriter<byte> to)
    {
        to.Write(","u8);
        JsonCompact.Write(member, to);
    }
}
