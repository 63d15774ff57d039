using System.Net.Sockets;

namespace CloudPacs.Mllp.Framing;

/// <summary>Why no more bytes come.</summary>
internal enum StreamEnd : byte
{
    None,
    Closed,
    Reset,
    Silent,

    /// <summary>The listener's memory stayed used up by others for longer than a connection waits for it.</summary>
    Overloaded,
}

/// <summary>Longest silences of a peer inside a frame and between frames.</summary>
internal sealed class SilenceLimit(Deadline deadline, TimeSpan halfFrame, TimeSpan idle, TimeProvider time)
{
    private long _since;
    private volatile bool _isBetweenFrames;

    public Deadline Deadline { get; } = deadline;

    /// <summary>The timestamp since which nothing has come between two frames; null in a frame, or before the first wait.</summary>
    public long? SilentSince => _isBetweenFrames ? Volatile.Read(ref _since) : null;

    public void Arm(bool inFrame)
    {
        Volatile.Write(ref _since, time.GetTimestamp());
        _isBetweenFrames = !inFrame;
        Deadline.Arm(inFrame ? halfFrame : idle, onlyWhenIdle: !inFrame);
    }

    /// <summary>Something has come.</summary>
    public void Disarm()
    {
        _isBetweenFrames = false;
        Deadline.Disarm();
    }
}

/// <summary>How long nothing must follow an FS without CR for the frame to be taken as ended.</summary>
internal sealed record EndPause(TimeSpan Length, TimeProvider Time);

/// <summary>Reads a stream step by step through <see cref="FrameReader"/>. One loop calls it.</summary>
/// <param name="silence">How long the peer may be silent; null when the caller's token bounds the reads.</param>
/// <param name="memory">Shared by all connections of a listener for buffers beyond the initial size; null for one connection alone.</param>
/// <param name="pause">Null when an FS without CR is waited on for as long as the connection stays open.</param>
internal sealed class FrameSource(
    Stream stream, FrameRules rules, SilenceLimit? silence, SharedMemory? memory, EndPause? pause = null) : IDisposable
{
    private readonly ReceiveBuffer _buffer = new(rules.MaxBytes);
    private FrameState _state;
    private int _taken;
    private long _reserved;

    // Begun before a pause and not ended with it: a read that is broken off could lose bytes.
    private Task<int>? _receiving;

    public StreamEnd End { get; private set; }

    /// <summary>Bytes that are received but not taken.</summary>
    public ReadOnlySpan<byte> Unread => _buffer.Unread[_taken..];

    public bool IsInFrame => _state.Phase is FramePhase.Framed or FramePhase.Unframed;

    /// <summary>True until the peer has completed a frame; such a peer may speak another protocol and is not waited for.</summary>
    public bool IsUnproven { get; set; } = true;

    /// <summary>The part of the received bytes that the last step is about; valid until the next step.</summary>
    public ReadOnlySpan<byte> Payload(in FrameResult step) => _buffer.Unread[step.Payload];

    /// <summary>The same for the caller to keep; there is no payload of that step after that.</summary>
    public ReadOnlyMemory<byte> TakePayload(in FrameResult step)
    {
        if (_buffer.GiveAway(step.Payload, step.Consumed) is not { } given) return Payload(step).ToArray();
        _taken = 0;
        return given;
    }

    /// <summary>The next step other than <see cref="FrameStatus.NeedMore"/>, or that one with <see cref="End"/> set.</summary>
    public async ValueTask<FrameResult> NextAsync(CancellationToken cancellationToken)
    {
        var isPause = false;
        while (true)
        {
            _buffer.Consume(_taken);
            _taken = 0;
            var step = FrameReader.Read(_buffer.Unread, _state, rules, End != StreamEnd.None, isPause);
            _state = step.Next;
            _taken = step.Consumed;
            if (step.Status != FrameStatus.NeedMore || End != StreamEnd.None) return step;

            End = await ReceiveAsync(cancellationToken).ConfigureAwait(false);
            isPause = _receiving is not null;
        }
    }

    /// <summary>
    /// Reads and forgets until the peer has finished or the token ends it, so that our last answer is not lost in a reset.
    /// </summary>
    public async ValueTask DiscardAsync(CancellationToken cancellationToken)
    {
        if (_receiving is not null) End = await ReceiveAsync(cancellationToken).ConfigureAwait(false);
        _buffer.Consume(_buffer.Unread.Length);
        _taken = 0;
        _state = default;
        _buffer.Prepare(ReceiveBuffer.InitialBytes);
        ReleaseDownTo(ReceiveBuffer.InitialBytes);
        while (End is StreamEnd.None or StreamEnd.Silent or StreamEnd.Overloaded)
        {
            try
            {
                if (await stream.ReadAsync(_buffer.Free, cancellationToken).ConfigureAwait(false) == 0) End = StreamEnd.Closed;
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
            {
                End = StreamEnd.Reset;
            }
        }
    }

    public void Dispose()
    {
        _buffer.Dispose();
        memory?.Return(_reserved);
        _reserved = 0;
    }

    private async ValueTask<StreamEnd> ReceiveAsync(CancellationToken cancellationToken)
    {
        if (_receiving is null)
        {
            var capacity = _buffer.WantedCapacity();
            if (capacity != _buffer.Capacity && !await TryReserveAsync(capacity, cancellationToken).ConfigureAwait(false))
                return StreamEnd.Overloaded;
            _buffer.Prepare(capacity);
            ReleaseDownTo(capacity);
        }

        try
        {
            var receiving = _receiving is { } begun
                ? new ValueTask<int>(begun)
                : stream.ReadAsync(_buffer.Free, silence?.Deadline.Token ?? cancellationToken);
            _receiving = null;
            var mayEnd = pause is not null && _state.MayBeEnd;
            if (receiving.IsCompleted || (silence is null && !mayEnd)) return Received(await receiving.ConfigureAwait(false));

            silence?.Arm(inFrame: !_buffer.Unread.IsEmpty || (_state.Phase == FramePhase.StrayTail && IsUnproven));
            var reading = mayEnd ? receiving.AsTask() : null;
            if (reading is not null && await OutlastsPauseAsync(reading, pause!).ConfigureAwait(false))
            {
                silence?.Disarm();
                (_receiving, _buffer.IsBeingFilled) = (reading, true);
                return StreamEnd.None;
            }

            var bytes = await (reading is null ? receiving : new ValueTask<int>(reading)).ConfigureAwait(false);
            silence?.Disarm();
            return Received(bytes);
        }
        catch (OperationCanceledException) when (silence is { Deadline.HasExpired: true })
        {
            return StreamEnd.Silent;
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            return StreamEnd.Reset;
        }
    }

    private static async ValueTask<bool> OutlastsPauseAsync(Task reading, EndPause pause)
    {
        await reading.WaitAsync(pause.Length, pause.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !reading.IsCompleted;
    }

    private StreamEnd Received(int bytes)
    {
        _buffer.Filled(bytes);
        return bytes == 0 ? StreamEnd.Closed : StreamEnd.None;
    }

    private async ValueTask<bool> TryReserveAsync(int capacity, CancellationToken cancellationToken)
    {
        if (memory is null || capacity <= ReceiveBuffer.InitialBytes) return true;
        if (!await memory.TryTakeAsync(capacity, cancellationToken).ConfigureAwait(false)) return false;
        _reserved += capacity;
        return true;
    }

    private void ReleaseDownTo(int capacity)
    {
        if (memory is null) return;
        var needed = capacity <= ReceiveBuffer.InitialBytes ? 0 : capacity;
        memory.Return(_reserved - needed);
        _reserved = needed;
    }
}
