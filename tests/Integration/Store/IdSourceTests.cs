using System.Collections.Concurrent;
using CloudPacs.Store;
using Xunit;

namespace CloudPacs.Integration.Tests.Store;

public class IdSourceTests
{
    [Fact]
    public void An_id_is_a_version_7_UUID_of_its_moment()
    {
        var id = new IdSource(new FixedClock(DateTimeOffset.FromUnixTimeMilliseconds(0x0123456789AB))).Next();

        Assert.Equal(7, id.Version);
        Assert.InRange(id.Variant, 8, 11);
        Assert.StartsWith("01234567-89ab-7", id.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_of_one_moment_differ_whatever_thread_makes_them()
    {
        var source = new IdSource(new FixedClock(DateTimeOffset.UnixEpoch));
        var made = new ConcurrentBag<Guid>();

        Parallel.For(0, 8, _ =>
        {
            for (var i = 0; i < 5000; i++) made.Add(source.Next());
        });

        Assert.Equal(40_000, made.Distinct().Count());
    }

    [Fact]
    public void A_later_id_is_the_greater_one()
    {
        Guid[] ids = [.. new[] { 1L, 255, 256, 1 << 20, 1L << 40 }.Select(static at => new IdSource(new FixedClock(DateTimeOffset.FromUnixTimeMilliseconds(at))).Next())];

        Assert.Equal(ids, ids.Order());
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
