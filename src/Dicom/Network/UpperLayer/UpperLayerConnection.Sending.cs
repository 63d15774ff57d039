using System.Buffers;
using System.IO.Pipelines;

namespace CloudPacs.Dicom.Network.UpperLayer;

/// <content>Data sets that are sent while they are read.</content>
internal sealed partial class UpperLayerConnection
{
    /// <summary>
    /// Sends the data set of the message that was sent last, as fast as the peer takes it. Ends early, without error, with the association.
    /// </summary>
    public async Task SendDataSetAsync(byte contextId, PipeReader dataSet, CancellationToken cancellationToken)
    {
        var most = MaxFragmentBytes;
        var fragment = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            var (isEnd, isSent) = (false, true);
            // Sending ends early only with the association.
            while (!isEnd && isSent)
            {
                // One byte more than a fragment holds shows that the fragment is not the last.
                var read = await dataSet.ReadAtLeastAsync(most + 1, cancellationToken).ConfigureAwait(false);
                if (read.IsCanceled) throw new OperationCanceledException("Reading the data set was cancelled.");
                isEnd = read.IsCompleted && read.Buffer.Length <= most;
                var part = read.Buffer.Slice(0, isEnd ? read.Buffer.Length : most);
                part.CopyTo(fragment);
                isSent = SendDataSet(contextId, fragment.AsSpan(0, (int)part.Length), isEnd);
                dataSet.AdvanceTo(part.End);
                Flush();
                if (!HasRoom) await WaitForRoomAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(fragment);
        }
    }
}
