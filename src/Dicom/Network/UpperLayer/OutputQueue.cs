using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using CloudPacs.Dicom.Network.Pdu;

namespace CloudPacs.Dicom.Network.UpperLayer;

internal enum Ending : byte
{
    None,

    /// <summary>Say that nothing more will come, keep reading.</summary>
    HalfClose,

    /// <summary>Close both directions.</summary>
    Close,
}

/// <summary>
/// What waits to be sent on one connection. Appending never waits; one writer at a time sends all that has gathered in one call, so what is
/// appended together leaves together. Callers that produce much wait for room.
/// </summary>
internal sealed class OutputQueue(Socket socket, Stream stream, Deadlines deadlines, TimeSpan writeStall, Action close)
{
    /// <summary>Above this many waiting bytes a producer waits for the peer to take some.</summary>
    private const int HighWaterBytes = 128 * 1024;
    private const int SmallBufferBytes = 4096;

    private readonly Lock _gate = new();
    private byte[] _gathering = [];
    private byte[] _sending = [];
    private int _gathered;
    private bool _isWriting;
    private bool _isClosed;
    private Ending _ending;
    private TaskCompletionSource? _room;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (!_isClosed) bytes.CopyTo(Reserve(bytes.Length));
        }
    }

    /// <summary>Appends the PDUs of one DIMSE message, its fragments no longer than the peer can take.</summary>
    public void AppendMessage(byte contextId, ReadOnlySpan<byte> command, ReadOnlySpan<byte> data, bool hasData, int maxFragmentBytes)
    {
        lock (_gate)
        {
            if (_isClosed) return;
            AppendFragments(contextId, isCommand: true, command, isEnd: true, maxFragmentBytes);
            if (hasData) AppendFragments(contextId, isCommand: false, data, isEnd: true, maxFragmentBytes);
        }
    }

    /// <summary>Appends the PDUs of a part of a data set.</summary>
    public void AppendDataSet(byte contextId, ReadOnlySpan<byte> part, bool isEnd, int maxFragmentBytes)
    {
        lock (_gate)
        {
            if (!_isClosed) AppendFragments(contextId, isCommand: false, part, isEnd, maxFragmentBytes);
        }
    }

    /// <summary>
    /// Forgets what has not begun to leave; what leaves ends at a PDU boundary. An abort over a protocol error overtakes it.
    /// </summary>
    public void DropGathered()
    {
        lock (_gate) _gathered = 0;
    }

    /// <summary>What happens once everything appended so far has left.</summary>
    public void EndWith(Ending end)
    {
        lock (_gate) _ending = end;
    }

    /// <summary>Sends on the calling thread if the socket takes it at once and nobody else is sending.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            if (_isWriting || _isClosed || (_gathered == 0 && _ending == Ending.None)) return;
            _isWriting = true;
        }

        _ = WriteAsync();
    }

    public bool HasRoom
    {
        get
        {
            lock (_gate) return _gathered < HighWaterBytes || _isClosed;
        }
    }

    /// <summary>Completes when the peer has taken enough, or the connection is gone.</summary>
    public Task WaitForRoomAsync()
    {
        lock (_gate)
        {
            if (_gathered < HighWaterBytes || _isClosed) return Task.CompletedTask;
            _room ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task;
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            if (_isClosed) return;
            _isClosed = true;
            _gathered = 0;
            _room?.TrySetResult();
            Return(ref _gathering);
            if (!_isWriting) Return(ref _sending);
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            while (Take() is { } chunk)
            {
                var write = stream.WriteAsync(chunk);
                if (!write.IsCompletedSuccessfully) deadlines.Arm(Deadline.WriteStall, writeStall);
                await write.ConfigureAwait(false);
                deadlines.Disarm(Deadline.WriteStall);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // InvalidOperationException: SslStream after its shutdown.
            lock (_gate) _isWriting = false;
            close();
        }

        await EndAsync().ConfigureAwait(false);
    }

    // The next chunk; null, and the writer's turn over, when there is none.
    private ReadOnlyMemory<byte>? Take()
    {
        lock (_gate)
        {
            if (_gathered == 0 || _isClosed)
            {
                _isWriting = false;
                if (_sending.Length > SmallBufferBytes || _isClosed) Return(ref _sending);
                return null;
            }

            (_gathering, _sending) = (_sending, _gathering);
            var count = _gathered;
            _gathered = 0;
            _room?.TrySetResult();
            _room = null;
            return _sending.AsMemory(0, count);
        }
    }

    private async Task EndAsync()
    {
        Ending end;
        lock (_gate)
        {
            if (_isWriting || _gathered > 0 || _isClosed) return;
            (end, _ending) = (_ending, Ending.None);
            if (end == Ending.None) return;
        }

        try
        {
            if (stream is SslStream tls) await tls.ShutdownAsync().ConfigureAwait(false);
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The peer was quicker: there is nothing left to shut down.
            end = Ending.Close;
        }

        if (end == Ending.Close) close();
    }

    private void AppendFragments(byte contextId, bool isCommand, ReadOnlySpan<byte> part, bool isEnd, int maxFragmentBytes)
    {
        do
        {
            var length = Math.Min(part.Length, maxFragmentBytes);
            var pdu = Reserve(PduWriter.DataHeaderBytes + length);
            PduWriter.DataHeader(pdu, contextId, isCommand, isEnd && length == part.Length, length);
            part[..length].CopyTo(pdu[PduWriter.DataHeaderBytes..]);
            part = part[length..];
        }
        while (!part.IsEmpty);
    }

    private Span<byte> Reserve(int bytes)
    {
        if (_gathering.Length - _gathered < bytes)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_gathered + bytes, Math.Max(SmallBufferBytes, _gathered * 2)));
            _gathering.AsSpan(0, _gathered).CopyTo(larger);
            Return(ref _gathering);
            _gathering = larger;
        }

        _gathered += bytes;
        return _gathering.AsSpan(_gathered - bytes, bytes);
    }

    private static void Return(ref byte[] buffer)
    {
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }
}
