using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using CloudPacs.Archive;
using CloudPacs.Dicom;

namespace CloudPacs.Studies.Intake;

/// <summary>
/// Takes instances into the archive while they come: the bytes go to where they are kept and past the scanner, and are never gathered.
/// </summary>
public sealed class InstanceIntake(IArchive archive)
{
    private const int PieceBytes = 64 * 1024;

    /// <summary>A data set as it comes by C-STORE: file meta information is written before it.</summary>
    /// <param name="dataSet">The data set; read to its end.</param>
    /// <param name="meta">What the file meta information says (<see cref="Part10.CreateMeta"/>).</param>
    /// <param name="syntax">What the data set is encoded in.</param>
    /// <param name="cancellationToken">Ends waiting for the peer.</param>
    /// <exception cref="ArchiveException">It cannot be kept; the data set may not have been read.</exception>
    public async Task<ReceivedInstance> TakeAsync(
        PipeReader dataSet, DataSet meta, TransferSyntax syntax, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        ArgumentNullException.ThrowIfNull(meta);
        ArgumentNullException.ThrowIfNull(syntax);
        using var writer = archive.Begin(KeyOf(meta.GetString(Tags.MediaStorageSopInstanceUid)));
        var head = new ArrayBufferWriter<byte>(512);
        Part10.WriteHeader(meta, head);
        writer.Write(head.WrittenSpan);
        var scan = await ScanAsync(dataSet, syntax, writer.Write, cancellationToken).ConfigureAwait(false);
        var place = await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
        return new ReceivedInstance(place, scan, syntax, head.WrittenCount);
    }

    /// <summary>A data set that another archive gets too: it is read, and not kept.</summary>
    /// <param name="dataSet">The data set; read to its end.</param>
    /// <param name="syntax">What it is encoded in.</param>
    /// <param name="archive">The archive that has its bytes.</param>
    /// <param name="cancellationToken">Ends waiting for the peer.</param>
    public static async Task<ReceivedInstance> PassAsync(
        PipeReader dataSet, TransferSyntax syntax, string archive, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        var scan = await ScanAsync(dataSet, syntax, static _ => { }, cancellationToken).ConfigureAwait(false);
        return new ReceivedInstance(default, scan, syntax, DataSetOffset: 0) { Archive = archive };
    }

    /// <summary>A DICOM file as it comes by the web: kept as it is, with whatever stands before its data set.</summary>
    /// <param name="file">The file; read to its end.</param>
    /// <param name="cancellationToken">Ends waiting for the peer.</param>
    /// <exception cref="ArchiveException">It cannot be kept; the file may not have been read.</exception>
    public async Task<ReceivedInstance> TakeFileAsync(Stream file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        using var writer = archive.Begin([]);
        var read = await ScanAsync(file, writer.Write, cancellationToken).ConfigureAwait(false);
        var place = await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
        return new ReceivedInstance(place, read.Scan, read.Syntax, read.DataSetOffset);
    }

    /// <summary>Reads again what was taken before.</summary>
    /// <param name="place">Where it is.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ArchiveException">It is not there.</exception>
    public async Task<ReceivedInstance> ReadAsync(Place place, CancellationToken cancellationToken)
    {
        await using var file = await archive.OpenAsync(place, cancellationToken).ConfigureAwait(false);
        var read = await ScanAsync(file, static _ => { }, cancellationToken).ConfigureAwait(false);
        return new ReceivedInstance(place, read.Scan, read.Syntax, read.DataSetOffset);
    }

    private static async Task<InstanceScan> ScanAsync(
        PipeReader dataSet, TransferSyntax syntax, Action<ReadOnlySpan<byte>> keep, CancellationToken cancellationToken)
    {
        using var scanner = new InstanceScanner(syntax);
        while (true)
        {
            var read = await dataSet.ReadAsync(cancellationToken).ConfigureAwait(false);
            foreach (var part in read.Buffer)
            {
                scanner.Feed(part.Span);
                keep(part.Span);
            }

            dataSet.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) return scanner.Finish();
        }
    }

    private static async Task<(InstanceScan Scan, TransferSyntax Syntax, int DataSetOffset)> ScanAsync(
        Stream file, Action<ReadOnlySpan<byte>> keep, CancellationToken cancellationToken)
    {
        var head = new Part10Head();
        InstanceScanner? scanner = null;
        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            for (int count; (count = await file.ReadAsync(piece.AsMemory(0, PieceBytes), cancellationToken).ConfigureAwait(false)) > 0;)
            {
                keep(piece.AsSpan(0, count));
                if (head.Feed(piece.AsSpan(0, count), out var dataSet))
                    (scanner ??= new InstanceScanner(head.TransferSyntax)).Feed(dataSet);
            }

            head.Finish(out var rest);
            (scanner ??= new InstanceScanner(head.TransferSyntax)).Feed(rest);
            var scan = scanner.Finish();
            if (head.Error is { } error) scan = scan with { Error = error };
            return (scan, head.TransferSyntax, head.DataSetOffset);
        }
        finally
        {
            scanner?.Dispose();
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    /// <summary>The caller's key of a record: the UID, as far as there is room for it.</summary>
    private static byte[] KeyOf(string? sopInstanceUid) =>
        Encoding.ASCII.GetBytes(sopInstanceUid is { Length: <= 64 } uid ? uid : "");
}
