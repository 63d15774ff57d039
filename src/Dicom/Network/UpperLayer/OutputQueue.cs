using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;

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

    private readonly Lock gate = new();
    private byte[] gathering = [];
    private byte[] sending = [];
    private int gathered;
    private bool isWriting;
    private bool isClosed;
    private Ending ending;
    private TaskCompletionSource? room;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            if (!isClosed) bytes.CopyTo(Reserve(bytes.Length));
        }
    }

    /// <summary>Appends the PDUs of one DIMSE message, its fragments no longer than the peer can take.</summary>
    public void AppendMessage(byte contextId, ReadOnlySpan<byte> command, ReadOnlySpan<byte> data, bool hasData, int maxFragmentBytes)
    {
        lock (gate)
        {
            if (isClosed) return;
            AppendFragments(contextId, isCommand: true, command, isEnd: true, maxFragmentBytes);
            if (hasData) AppendFragments(contextId, isCommand: false, data, isEnd: true, maxFragmentBytes);
        }
    }

    /// <summary>Appends the PDUs of a part of a data set.</summary>
    public void AppendDataSet(byte contextId, ReadOnlySpan<byte> part, bool isEnd, int maxFragmentBytes)
    {
        lock (gate)
        {
            if (!isClosed) AppendFragments(contextId, isCommand: false, part, isEnd, maxFragmentBytes);
        }
    }

    /// <summary>Forgets what has not begun to leave; what leaves ends at a PDU boundary. An abort over a protocol error overtakes it.</summary>
    public void DropGathered()
    {
        lock (gate) gathered = 0;
    }

    /// <summary>What happens once everything appended so far has left.</summary>
    public void EndWith(Ending end)
    {
        lock (gate) ending = end;
    }

    /// <summary>Sends on the calling thread if the socket takes it at once and nobody else is sending.</summary>
    public void Flush()
    {
        lock (gate)
        {
            if (isWriting || isClosed || (gathered == 0 && ending == Ending.None)) return;
            isWriting = true;
        }

        _ = WriteAsync();
    }

    public bool HasRoom
    {
        get
        {
            lock (gate) return gathered < HighWaterBytes || isClosed;
        }
    }

    /// <summary>Completes when the peer has taken enough, or the connection is gone.</summary>
    public Task WaitForRoomAsync()
    {
        lock (gate)
        {
            if (gathered < HighWaterBytes || isClosed) return Task.CompletedTask;
            room ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return room.Task;
        }
    }

    public void Close()
    {
        lock (gate)
        {
            if (isClosed) return;
            isClosed = true;
            gathered = 0;
            room?.TrySetResult();
            Return(ref gathering);
            if (!isWriting) Return(ref sending);
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
            lock (gate) isWriting = false;
            close();
        }

        await EndAsync().ConfigureAwait(false);
    }

    // The next chunk; null, and the writer's turn over, when there is none.
    private ReadOnlyMemory<byte>? Take()
    {
        lock (gate)
        {
            if (gathered == 0 || isClosed)
            {
                isWriting = false;
                if (sending.Length > SmallBufferBytes || isClosed) Return(ref sending);
                return null;
            }

            (gathering, sending) = (sending, gathering);
            var count = gathered;
            gathered = 0;
            room?.TrySetResult();
            room = null;
            return sending.AsMemory(0, count);
        }
    }

    private async Task EndAsync()
    {
        Ending end;
        lock (gate)
        {
            if (isWriting || gathered > 0 || isClosed) return;
            (end, ending) = (ending, Ending.None);
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
        if (gathering.Length - gathered < bytes)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(gathered + bytes, Math.Max(SmallBufferBytes, gathered * 2)));
            gathering.AsSpan(0, gathered).CopyTo(larger);
            Return(ref gathering);
            gathering = larger;
        }

        gathered += bytes;
        return gathering.AsSpan(gathered - bytes, bytes);
    }

    private static void Return(ref byte[] buffer)
    {
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }
}
