using System.Buffers.Binary;
using System.Text.Json;
using CloudPacs.Dicom;
using CloudPacs.DicomWeb.Multipart;
using CloudPacs.DicomWeb.Negotiation;

namespace CloudPacs.DicomWeb.Storing;

/// <summary>
/// A store request of metadata and bulk data (PS3.18 10.5.1.2): metadata come first and refer to parts after them, so all of it is kept in
/// memory, up to a limit. From there on an instance is as any other.
/// </summary>
/// <param name="form">JSON or XML.</param>
/// <param name="maxBytes">Of all parts together.</param>
public sealed class MetadataStore(StoreForm form, int maxBytes)
{
    private readonly List<ReadOnlyMemory<byte>> _metadata = [];
    private readonly Dictionary<string, (ReadOnlyMemory<byte> Bytes, string? ContentType)> _bulk = new(StringComparer.Ordinal);
    private readonly List<int> _unsupported = [];
    private int _taken;

    /// <summary>More came than is taken: 413.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>Parts of which nothing was taken, by their numbers in the body.</summary>
    public IReadOnlyList<int> Unsupported => _unsupported;

    /// <summary>Reads all parts; when the body is broken the reader says so, and nothing should be made of it.</summary>
    /// <param name="parts">Before its first part.</param>
    /// <param name="type">Content-Type of the request.</param>
    public async Task ReadAsync(PartReader parts, StoreType type, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(type);
        while (!IsTooLarge && await parts.NextAsync(cancellationToken).ConfigureAwait(false))
        {
            var kind = type.PartOf(parts.Headers);
            if (kind is StorePart.Metadata or StorePart.BulkData)
                Add(kind, parts.Headers, await BytesAsync(parts, cancellationToken).ConfigureAwait(false));
            else _unsupported.Add(parts.Parts);
        }
    }

    /// <summary>The instances, each with its bulk data or with what is wrong with it.</summary>
    public IEnumerable<MetadataInstance> Instances() => form == StoreForm.Json ? _metadata.SelectMany(Json) : _metadata.Select(Xml);

    private void Add(StorePart kind, PartHeaders headers, ReadOnlyMemory<byte> bytes)
    {
        if (kind == StorePart.Metadata) _metadata.Add(bytes);
        else _bulk.TryAdd(headers.ContentLocation!, (bytes, headers.ContentType));
    }

    private async Task<ReadOnlyMemory<byte>> BytesAsync(PartReader parts, CancellationToken cancellationToken)
    {
        var bytes = new MemoryStream();
        PartPiece piece;
        while ((piece = await parts.ReadAsync(cancellationToken).ConfigureAwait(false)).Kind == PieceKind.More)
        {
            _taken = (int)Math.Min((long)_taken + piece.Bytes.Length, int.MaxValue);
            if (IsTooLarge |= _taken > maxBytes) break;
            bytes.Write(piece.Bytes.Span);
        }

        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }

    /// <summary>Each instance is read on its own: one that is wrong harms no other.</summary>
    private IEnumerable<MetadataInstance> Json(ReadOnlyMemory<byte> text)
    {
        List<byte[]> objects = [];
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Array) objects.Add(text.ToArray());
            else foreach (var item in root.EnumerateArray()) objects.Add(JsonSerializer.SerializeToUtf8Bytes(item));
        }
        catch (JsonException)
        {
            return [new(null, "", StoreReasons.CannotUnderstand, "The text is not JSON.")];
        }

        return objects.Select(Json);
    }

    private MetadataInstance Json(byte[] text) => Read((Func<string, ReadOnlyMemory<byte>?> bulk, out DataSet? read) =>
    {
        var isRead = DicomJson.TryRead(text, bulk, out var all, out var fault);
        read = isRead && all is [var only] ? only : null;
        return fault ?? "One data set was expected.";
    });

    private MetadataInstance Xml(ReadOnlyMemory<byte> text) => Read((Func<string, ReadOnlyMemory<byte>?> bulk, out DataSet? read) =>
        DicomXml.TryRead(text, out read, out var fault, bulk) ? "" : fault);

    private MetadataInstance Read(Reading read)
    {
        var isMissing = false;
        var fault = read(Bytes, out var dataSet);
        if (dataSet is not null) return WithPixels(dataSet);
        return new(null, "", isMissing ? StoreReasons.BulkDataMissing : StoreReasons.CannotUnderstand, fault);

        ReadOnlyMemory<byte>? Bytes(string uri)
        {
            if (_bulk.TryGetValue(uri, out var part)) return part.Bytes;
            isMissing = true;
            return null;
        }
    }

    /// <summary>Compressed pixel data become one fragment; the instance is stored in the syntax of their media type.</summary>
    private MetadataInstance WithPixels(DataSet dataSet)
    {
        var native = TransferSyntax.ExplicitVrLittleEndian.Uid;
        if (!dataSet.TryGet(Tags.PixelData, out var pixels) || PartOf(pixels) is not { } contentType) return new(dataSet, native, null, "");
        var type = MediaTypeText.Read(contentType);
        var syntax = type?["transfer-syntax"] ?? (type is null ? native : MediaTypes.DefaultSyntax(type.Type));
        if (syntax is null || TransferSyntax.FromUid(syntax) is not { } known)
            return new(null, "", StoreReasons.TransferSyntaxNotSupported, $"Pixel data of type {type!.Type} are not stored.");
        if (!known.IsEncapsulated) return new(dataSet, native, null, "");
        dataSet.Add(DataElement.CreateBinary(Tags.PixelData, VR.OB, Fragment(pixels.Bytes.Span), isEncapsulated: true));
        return new(dataSet, syntax, null, "");
    }

    /// <summary>Content-Type of the part that the bytes are of; null when they stood in the metadata, or the part did not say.</summary>
    private string? PartOf(DataElement pixels)
    {
        foreach (var (bytes, contentType) in _bulk.Values)
            if (bytes.Equals(pixels.Bytes)) return contentType;
        return null;
    }

    /// <summary>An empty offset table and one item (PS3.5 A.4), padded to an even length.</summary>
    private static byte[] Fragment(ReadOnlySpan<byte> frame)
    {
        var padded = frame.Length + (frame.Length & 1);
        var items = new byte[16 + padded];
        BinaryPrimitives.WriteUInt32LittleEndian(items, 0xE000FFFE);
        BinaryPrimitives.WriteUInt32LittleEndian(items.AsSpan(8), 0xE000FFFE);
        BinaryPrimitives.WriteUInt32LittleEndian(items.AsSpan(12), (uint)padded);
        frame.CopyTo(items.AsSpan(16));
        return items;
    }

    /// <summary>Reads one data set, which is null when something is wrong with it.</summary>
    private delegate string Reading(Func<string, ReadOnlyMemory<byte>?> bulk, out DataSet? read);
}
