namespace CloudPacs.Store;

/// <summary>Makes the ids of rows: version 7 UUIDs (RFC 9562), which grow with time and so keep indexes compact; thread-safe.</summary>
public sealed class IdSource
{
    private readonly Func<Guid> _next;

    public IdSource(TimeProvider clock) : this(() => Version7(clock.GetUtcNow()))
    {
    }

    private IdSource(Func<Guid> next) => _next = next;

    /// <summary>Ids that count up from <paramref name="first"/>: 00000000-0000-7000-8000-000000000001 and so on, for repeatable tests.</summary>
    public static IdSource Counting(long first = 1)
    {
        var last = first - 1;
        return new IdSource(() => new Guid(0, 0, 0x7000, BytesOf(Interlocked.Increment(ref last))));
    }

    public Guid Next() => _next();

#pragma warning disable RS0030 // The one place that makes ids; everybody else takes an IdSource.
    private static Guid Version7(DateTimeOffset now) => Guid.CreateVersion7(now);
#pragma warning restore RS0030

    private static byte[] BytesOf(long number) =>
        [0x80, 0, .. BitConverter.IsLittleEndian ? BitConverter.GetBytes(number).Reverse().Skip(2) : BitConverter.GetBytes(number).Skip(2)];
}
