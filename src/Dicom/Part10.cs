using System.Buffers;

namespace CloudPacs.Dicom;

/// <summary>
/// Reads and writes DICOM files (PS3.10 section 7). A missing preamble, missing meta information and a wrong group length are read anyway.
/// </summary>
public static class Part10
{
    private const int FirstReadBytes = 32 * 1024;

    /// <summary>Reads a file that is in memory. The data sets refer to these bytes.</summary>
    public static Part10File Read(ReadOnlyMemory<byte> bytes, DataSetReaderOptions? options = null) =>
        new Part10Parser(bytes, options ?? DataSetReaderOptions.Standard, isWhole: true).Read();

    /// <summary>
    /// Reads from a stream no more than it takes to reach the tag where <paramref name="options"/> stop, by default pixel data.
    /// </summary>
    /// <param name="stream">Positioned at the start of the file; not closed.</param>
    /// <param name="options">Limits and the stop tag; null stops before (7FE0,0008).</param>
    /// <param name="maxBytes">Most that is held in memory; a header that is larger is an error.</param>
    /// <param name="cancellationToken">Ends waiting for the stream.</param>
    public static async Task<Part10File> ReadAsync(
        Stream stream, DataSetReaderOptions? options, int maxBytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        options ??= new DataSetReaderOptions { StopBefore = Tags.FloatPixelData };
        var bytes = new byte[Math.Min(FirstReadBytes, maxBytes)];
        var filled = 0;
        while (true)
        {
            var count = await stream.ReadAtLeastAsync(
                bytes.AsMemory(filled), bytes.Length - filled, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            filled += count;
            var isWhole = filled < bytes.Length;
            var parser = new Part10Parser(bytes.AsMemory(0, filled), options, isWhole);
            var file = parser.Read();
            if (isWhole || parser.NeededBytes <= filled) return file;
            if (filled >= maxBytes) return file with { Error = $"What comes before the end of reading is larger than {maxBytes} bytes." };
            // Read again from the start: at twice the size each time this costs as much as one more pass.
            Array.Resize(ref bytes, (int)Math.Min(maxBytes, Math.Max(parser.NeededBytes, bytes.Length * 2L)));
        }
    }

    /// <summary>Meta information of a file as this engine writes it.</summary>
    public static DataSet CreateMeta(string sopClassUid, string sopInstanceUid, TransferSyntax syntax, string? sourceAeTitle = null)
    {
        var meta = new DataSet()
            .SetBytes(Tags.FileMetaInformationVersion, VR.OB, new byte[] { 0, 1 })
            .Set(Tags.MediaStorageSopClassUid, sopClassUid)
            .Set(Tags.MediaStorageSopInstanceUid, sopInstanceUid)
            .Set(Tags.TransferSyntaxUid, syntax.Uid)
            .Set(Tags.ImplementationClassUid, Implementation.ClassUid)
            .Set(Tags.ImplementationVersionName, Implementation.VersionName);
        return sourceAeTitle == null ? meta : meta.Set(Tags.SourceApplicationEntityTitle, sourceAeTitle);
    }

    /// <summary>Writes preamble, prefix and meta information; the data set follows in the syntax that the meta information names.</summary>
    public static void WriteHeader(DataSet meta, IBufferWriter<byte> output)
    {
        output.GetSpan(128)[..128].Clear();
        output.Advance(128);
        output.Write("DICM"u8);
        DataSetWriter.WriteGroup(meta, 2, TransferSyntax.ExplicitVrLittleEndian, output);
    }

    /// <summary>Writes a whole file.</summary>
    public static TextLoss Write(DataSet meta, DataSet dataSet, IBufferWriter<byte> output, SpecificCharacterSet characterSet)
    {
        var syntax = TransferSyntax.FromUid(meta.GetString(Tags.TransferSyntaxUid) ?? "")
            ?? throw new ArgumentException("The meta information names no known transfer syntax.", nameof(meta));
        WriteHeader(meta, output);
        return DataSetWriter.Write(dataSet, syntax, output, characterSet);
    }
}

/// <summary>What a DICOM file (PS3.10) holds, as far as it was read.</summary>
/// <param name="Meta">Group 0002; empty when the file has none.</param>
/// <param name="TransferSyntax">The syntax the data set is in; guessed from its first element when the file does not say.</param>
/// <param name="DataSet">The data set up to the tag asked for, or up to the error.</param>
/// <param name="DataSetOffset">Where the data set begins, in bytes from the start of the file.</param>
/// <param name="Error">Why reading ended early; null when all that was asked for is there.</param>
public sealed record Part10File(DataSet Meta, TransferSyntax TransferSyntax, DataSet DataSet, int DataSetOffset, string? Error);
