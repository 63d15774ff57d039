namespace CloudPacs.Dicom;

/// <summary>The pixel data of an instance: (7FE0,0008), (7FE0,0009) or (7FE0,0010) of the data set itself.</summary>
/// <param name="Tag">Which.</param>
/// <param name="VR">As written; for implicit VR that of the dictionary.</param>
/// <param name="IsEncapsulated">The value is fragments (PS3.5 A.4).</param>
/// <param name="Offset">Where the element begins, in bytes from the start of the data set: there its header ends.</param>
/// <param name="ValueOffset">Where the value begins, likewise.</param>
/// <param name="Length">Bytes of the value; of fragments with their item headers and the closing delimiter.</param>
public sealed record PixelDataElement(Tag Tag, VR VR, bool IsEncapsulated, long Offset, long ValueOffset, long Length);

/// <summary>Checksums of one instance, all made in one pass.</summary>
/// <param name="DataSet">
/// SHA-256 of the data set, in which the pixel value is replaced by <paramref name="PixelData"/>; so no byte is hashed twice. Two data sets
/// are equal when these are.
/// </param>
/// <param name="PixelData">SHA-256 of the value of the pixel data, fragments with their item headers; null without pixel data.</param>
/// <param name="Blocks">CRC-32C of each MiB of the bytes as they were fed, the last one shorter.</param>
/// <remarks>The first two are of the inflated bytes of a deflated data set, the blocks of what is stored.</remarks>
public sealed record InstanceDigests(ReadOnlyMemory<byte> DataSet, ReadOnlyMemory<byte>? PixelData, IReadOnlyList<uint> Blocks);

/// <summary>
/// What was found out about an instance as it passed. Offsets count bytes from the start of the data set; of a deflated one, after
/// inflating.
/// </summary>
public sealed record InstanceScan
{
    /// <summary>Why the data set cannot be read, with tag and offset and without any value; null when it is whole.</summary>
    public required string? Error { get; init; }

    /// <summary>Departures from the standard that were read anyway; a limited number of them.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>The attributes of <see cref="IndexedAttributes"/> that the instance has; after an error those before it.</summary>
    public required DataSet Attributes { get; init; }

    /// <summary>The same in explicit VR little endian, as they can be stored. Text is in the character set of (0008,0005).</summary>
    public required ReadOnlyMemory<byte> EncodedAttributes { get; init; }

    /// <summary>Those of them that are longer than their limit, so that only a part is there.</summary>
    public required IReadOnlyList<Tag> CutAttributes { get; init; }

    /// <summary>Some text is not ASCII.</summary>
    public required bool HasNonAsciiText { get; init; }

    /// <summary>Bytes of the data set as it was fed.</summary>
    public required long Length { get; init; }

    /// <summary>
    /// Bytes of the data set that were read, after inflating; the same as <see cref="Length"/> when it is whole and not deflated.
    /// </summary>
    public required long PlainLength { get; init; }

    /// <summary>Null when the instance has none.</summary>
    public required PixelDataElement? PixelData { get; init; }

    /// <summary>Null when there are no pixel data, or nothing says how large a frame is.</summary>
    public required FrameTable? Frames { get; init; }

    /// <summary>Null when they were not asked for, and after an error.</summary>
    public required InstanceDigests? Digests { get; init; }

    /// <summary>Bytes before the value of the pixel data, all of them without pixel data: what metadata are made from.</summary>
    public long HeaderLength => PixelData?.ValueOffset ?? PlainLength;
}
