namespace CloudPacs.Dicom.Network.UpperLayer;

internal enum Deadline
{
    Artim,
    PduBody,
    WriteStall,
    Idle,
    Response,
}

/// <summary>
/// All time-outs of a connection on one timer. Arming is cheap: the timer is touched only when the new deadline is the earliest, and looks
/// again when it fires.
/// </summary>
internal sealed class Deadlines : IDisposable
{
    private static readonly int Kinds = Enum.GetValues<Deadline>().Length;

    private readonly Lock _gate = new();
    private readonly long[] _due = new long[Kinds];
    private readonly TimeProvider _time;
    private readonly Action<Deadline> _expired;
    private readonly ITimer _timer;
    private long _scheduledFor = long.MaxValue;
    private bool _isDisposed;

    public Deadlines(TimeProvider time, Action<Deadline> expired)
    {
        (_time, _expired) = (time, expired);
        Array.Fill(_due, long.MaxValue);
        _timer = time.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Arm(Deadline deadline, TimeSpan after)
    {
        if (after == Timeout.InfiniteTimeSpan) return;
        lock (_gate)
        {
            _due[(int)deadline] = _time.GetTimestamp() + (long)(after.TotalSeconds * _time.TimestampFrequency);
            Schedule();
        }
    }

    public void Disarm(Deadline deadline)
    {
        lock (_gate) _due[(int)deadline] = long.MaxValue;
    }

    public bool IsArmed(Deadline deadline)
    {
        lock (_gate) return _due[(int)deadline] != long.MaxValue;
    }

    /// <summary>The timestamp of its expiry; the last there is when it is not armed.</summary>
    public long DueOf(Deadline deadline)
    {
        lock (_gate) return _due[(int)deadline];
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _timer.Dispose();
        }
    }

    private void Fire()
    {
        var passed = new List<Deadline>(Kinds);
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            _scheduledFor = long.MaxValue;
            for (var kind = 0; kind < Kinds; kind++)
            {
                if (_due[kind] > now) continue;
                _due[kind] = long.MaxValue;
                passed.Add((Deadline)kind);
            }

            Schedule();
        }

        foreach (var deadline in passed) _expired(deadline);
    }

    private void Schedule()
    {
        var next = _due.Min();
        if (next >= _scheduledFor || _isDisposed) return;
        _scheduledFor = next;
        // Timers tick in milliseconds: a little late is right, a little early would only fire twice.
        var wait = TimeSpan.FromSeconds((double)(next - _time.GetTimestamp()) / _time.TimestampFrequency);
        _timer.Change(wait <= TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)),
            Timeout.InfiniteTimeSpan);
    }
}
