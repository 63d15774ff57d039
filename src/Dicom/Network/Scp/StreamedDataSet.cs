using System.Buffers;
using System.IO.Pipelines;

namespace CloudPacs.Dicom.Network.Scp;

/// <summary>
/// A data set on its way from the loop that receives it to the service that reads it. It holds no more than the pause threshold and one
/// PDU: a service that does not read keeps the loop from reading the socket. The loop writes, the service reads, anybody may end it.
/// </summary>
internal sealed class StreamedDataSet
{
    private const int SegmentBytes = 16 * 1024;

    private readonly Lock _gate = new();
    private readonly PipeWriter _writer;
    private readonly long _maxBytes;
    private readonly TaskCompletionSource _received = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _count;
    private bool _isOpen = true;

    public StreamedDataSet(DataSetDelivery delivery)
    {
        var pipe = new Pipe(new PipeOptions(
            pauseWriterThreshold: delivery.PauseBytes,
            resumeWriterThreshold: delivery.PauseBytes / 2,
            minimumSegmentSize: SegmentBytes,
            useSynchronizationContext: false));
        _maxBytes = delivery.MaxBytes ?? long.MaxValue;
        _writer = pipe.Writer;
        Reader = new EndNotingReader(this, pipe.Reader);
    }

    /// <summary>For the service. It throws <see cref="Failure"/> when the data set does not come whole.</summary>
    public PipeReader Reader { get; }

    /// <summary>The peer has sent all of it, or never will.</summary>
    public Task Received => _received.Task;

    public bool IsReceiving => !_received.Task.IsCompleted;

    /// <summary>The service has read all of it, or never will.</summary>
    public Task Read => _read.Task;

    /// <summary>Why the service did not get it whole; null while nothing is wrong.</summary>
    public DicomNetworkException? Failure { get; private set; }

    /// <summary>One that is whole from the start.</summary>
    public static StreamedDataSet Of(ReadOnlySpan<byte> bytes)
    {
        // A threshold of zero never pauses.
        var whole = new StreamedDataSet(DataSetDelivery.Streamed(pauseBytes: 0));
        whole._writer.Write(bytes);
        whole.Close(null);
        whole._received.TrySetResult();
        return whole;
    }

    /// <summary>
    /// Adds a fragment; completes when there is room for the next. False: nobody reads this data set any more, it was dropped.
    /// </summary>
    public ValueTask<bool> AddAsync(ReadOnlySpan<byte> fragment, bool isLast)
    {
        ValueTask<FlushResult> flush = default;
        bool isTaken;
        lock (_gate)
        {
            if (_isOpen && fragment.Length > _maxBytes - _count)
                Close(new DicomNetworkException(DicomNetworkError.DataSetTooLong, $"The data set is longer than {_maxBytes} bytes."));
            isTaken = _isOpen;
            if (isTaken)
            {
                _count += fragment.Length;
                _writer.Write(fragment);
                if (isLast) Close(null);
                else flush = _writer.FlushAsync();
            }
        }

        if (isLast) _received.TrySetResult();
        return isTaken && !flush.IsCompletedSuccessfully ? WaitAsync(flush) : new(isTaken);
    }

    /// <summary>The rest will not come: the service's next read throws.</summary>
    public void Fail(DicomNetworkException cause)
    {
        lock (_gate)
        {
            if (_isOpen) Close(cause);
        }

        _received.TrySetResult();
        _read.TrySetResult();
    }

    /// <summary>The service reads no more: the rest is dropped as it comes.</summary>
    public void StopReading() => Reader.Complete();

    private static async ValueTask<bool> WaitAsync(ValueTask<FlushResult> flush)
    {
        await flush.ConfigureAwait(false);
        return true;
    }

    // Readers and writers that wait go on on other threads, never under the lock.
    private void Close(DicomNetworkException? cause)
    {
        _isOpen = false;
        Failure = cause;
        _writer.CancelPendingFlush();
        _writer.Complete(cause);
    }

    /// <summary>Notes when the end has been read, wherever the service then is.</summary>
    private sealed class EndNotingReader(StreamedDataSet owner, PipeReader inner) : PipeReader
    {
        private ReadOnlySequence<byte> _seen;
        private bool _isAll;

        public override bool TryRead(out ReadResult result)
        {
            if (!inner.TryRead(out result)) return false;
            Note(result);
            return true;
        }

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            var read = inner.ReadAsync(cancellationToken);
            return read.IsCompletedSuccessfully ? new(Note(read.Result)) : WaitAsync(read);
        }

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            var isEnd = _isAll && _seen.Slice(consumed).IsEmpty;
            _seen = default;
            inner.AdvanceTo(consumed, examined);
            if (isEnd) owner._read.TrySetResult();
        }

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null)
        {
            inner.Complete(exception);
            lock (owner._gate)
            {
                if (owner._isOpen) owner.Close(null);
            }

            owner._read.TrySetResult();
        }

        private async ValueTask<ReadResult> WaitAsync(ValueTask<ReadResult> read) => Note(await read.ConfigureAwait(false));

        private ReadResult Note(in ReadResult result)
        {
            (_seen, _isAll) = (result.Buffer, result.IsCompleted);
            if (_isAll && _seen.IsEmpty) owner._read.TrySetResult();
            return result;
        }
    }
}
