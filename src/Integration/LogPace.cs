namespace CloudPacs.Integration;

/// <summary>
/// Lets a log line that a peer may cause at will through once in a while; the next one tells how many were left out. What is left out is
/// counted in the metrics.
/// </summary>
internal sealed class LogPace
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private DateTimeOffset? _next;
    private long _leftOut;

    public bool Lets(DateTimeOffset now, out long leftOut)
    {
        lock (_gate)
        {
            leftOut = _leftOut;
            if (now < _next)
            {
                _leftOut++;
                return false;
            }

            (_next, _leftOut) = (now + Pause, 0);
            return true;
        }
    }
}
