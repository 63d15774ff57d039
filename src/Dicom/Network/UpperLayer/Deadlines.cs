namespace CloudPacs.Dicom.Network.UpperLayer;

internal enum Deadline
{
    Artim,
    PduBody,
    WriteStall,
    Idle,
    Response,
}

/// <summary>All time-outs of a connection on one timer. Arming is cheap: the timer is touched only when the new deadline is the earliest, and looks again when it fires.</summary>
internal sealed class Deadlines : IDisposable
{
    private static readonly int Kinds = Enum.GetValues<Deadline>().Length;

    private readonly Lock gate = new();
    private readonly long[] due = new long[Kinds];
    private readonly TimeProvider time;
    private readonly Action<Deadline> expired;
    private readonly ITimer timer;
    private long scheduledFor = long.MaxValue;
    private bool isDisposed;

    public Deadlines(TimeProvider time, Action<Deadline> expired)
    {
        (this.time, this.expired) = (time, expired);
        Array.Fill(due, long.MaxValue);
        timer = time.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Arm(Deadline deadline, TimeSpan after)
    {
        if (after == Timeout.InfiniteTimeSpan) return;
        lock (gate)
        {
            due[(int)deadline] = time.GetTimestamp() + (long)(after.TotalSeconds * time.TimestampFrequency);
            Schedule();
        }
    }

    public void Disarm(Deadline deadline)
    {
        lock (gate) due[(int)deadline] = long.MaxValue;
    }

    public bool IsArmed(Deadline deadline)
    {
        lock (gate) return due[(int)deadline] != long.MaxValue;
    }

    public void Dispose()
    {
        lock (gate)
        {
            isDisposed = true;
            timer.Dispose();
        }
    }

    private void Fire()
    {
        var passed = new List<Deadline>(Kinds);
        lock (gate)
        {
            var now = time.GetTimestamp();
            scheduledFor = long.MaxValue;
            for (var kind = 0; kind < Kinds; kind++)
            {
                if (due[kind] > now) continue;
                due[kind] = long.MaxValue;
                passed.Add((Deadline)kind);
            }

            Schedule();
        }

        foreach (var deadline in passed) expired(deadline);
    }

    private void Schedule()
    {
        var next = due.Min();
        if (next >= scheduledFor || isDisposed) return;
        scheduledFor = next;
        // Timers tick in milliseconds: a little late is right, a little early would only fire twice.
        var wait = TimeSpan.FromSeconds((double)(next - time.GetTimestamp()) / time.TimestampFrequency);
        timer.Change(wait <= TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
    }
}
