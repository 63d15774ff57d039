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
        using var scanner = new InstanceScanner(syntax);
        while (true)
        {
            var read = await dataSet.ReadAsync(cancellationToken).ConfigureAwait(false);
            foreach (var part in read.Buffer)
            {
                scanner.Feed(part.Span);
                writer.Write(part.Span);
            }

            dataSet.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) break;
        }

        var scan = scanner.Finish();
        var place = await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
        return new ReceivedInstance(place, scan, syntax, head.WrittenCount);
    }

    /// <summary>The caller's key of a record: the UID, as far as there is room for it.</summary>
    private static byte[] KeyOf(string? sopInstanceUid) =>
        Encoding.ASCII.GetBytes(sopInstanceUid is { Length: <= 64 } uid ? uid : "");
}
