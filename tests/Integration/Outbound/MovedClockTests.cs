using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.Integration.Tests.Store;
using CloudPacs.Store.Deliveries;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace CloudPacs.Integration.Tests.Outbound;

/// <summary>A hospital information system with troubles that last as long as real ones do: the clock is moved, nobody waits.</summary>
[Collection("outbound")]
public sealed class MovedClockTests(PostgresFixture postgres) : IDisposable
{
    /// <summary>Milliseconds that a second takes where answers come: on a busy machine too they come before their time is over.</summary>
    private const int TimeForAnswer = 20;

    private readonly string _folder = PostgresFixture.NewFolder();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 10, 8, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_system_that_was_down_for_ten_minutes_is_told_everything_once_and_in_order()
    {
        await using var his = new HisReceiver();
        await using var engine = await ToldEngine.StartAsync(await postgres.CreateDatabaseAsync(), _folder, his, _time);
        await his.LeaveAsync();
        var down = _time.GetUtcNow();
        await engine.HoldAsync(Enumerable.Range(0, 20).Select(static n => $"D{n}"));
        await PassUntilAsync(async () => _time.GetUtcNow() - down > TimeSpan.FromMinutes(10) && (await engine.StatusAsync())?.LastError is not null);
        var standing = (await engine.StatusAsync())!;
        var waiting = await engine.DeliveriesAsync();

        his.ComeBack();
        await PassUntilAsync(async () => (await engine.DeliveriesAsync()).All(static delivery => delivery.State == DeliveryState.Sent), TimeForAnswer);

        Assert.Equal((40, 0, down), (standing.Waiting, standing.Parked, standing.Oldest!.Value));
        Assert.Contains("refused", standing.LastError, StringComparison.OrdinalIgnoreCase);
        Assert.All(waiting, static delivery => Assert.Equal(DeliveryState.Waiting, delivery.State));
        // The oldest one is what is tried while nobody is there.
        Assert.True(waiting[0].Attempts > 5, $"{waiting[0].Attempts} attempts");
        Assert.Contains("refused", waiting[0].LastError, StringComparison.OrdinalIgnoreCase);
        Assert.All(waiting.Skip(1), static delivery => Assert.Equal((0, null), (delivery.Attempts, delivery.LastError)));
        Assert.Equal(waiting.Select(static delivery => delivery.ControlId).Order(), his.Messages.Select(static message => message.ControlId).Order());
        foreach (var order in his.Messages.GroupBy(static message => message.Placer)) Assert.Equal(["NA", "OH"], order.Select(static message => message.Control));
        Assert.Null((await engine.DeliveriesAsync())[0].LastError);
    }

    [Theory]
    [InlineData(nameof(Reaction.Silence))]
    [InlineData(nameof(Reaction.Garbage))]
    [InlineData(nameof(Reaction.Busy))]
    [InlineData(nameof(Reaction.CloseAfterReceiving))]
    [InlineData(nameof(Reaction.CloseInAnswer))]
    public async Task Ten_minutes_of_trouble_with_one_order_hold_up_no_other(string name)
    {
        var (reaction, began) = (Enum.Parse<Reaction>(name), _time.GetUtcNow());
        await using var his = new HisReceiver();
        his.React = message => message.Placer == "T0" && _time.GetUtcNow() - began < TimeSpan.FromMinutes(10) ? reaction : Reaction.Accept;
        await using var engine = await ToldEngine.StartAsync(await postgres.CreateDatabaseAsync(), _folder, his, _time);
        await engine.HoldAsync("T0", "T1", "T2", "T3");

        await PassUntilAsync(async () => (await engine.DeliveriesAsync()).Count(static delivery => delivery.State == DeliveryState.Sent) == 6, TimeForAnswer);
        var others = _time.GetUtcNow() - began;
        await PassTroubleAsync(engine, his, began + TimeSpan.FromMinutes(10), isTold: reaction is not (Reaction.Silence or Reaction.Garbage));
        await PassUntilAsync(async () => (await engine.DeliveriesAsync()).All(static delivery => delivery.State == DeliveryState.Sent), TimeForAnswer);

        var troubled = his.Messages.Where(static message => message.Placer == "T0").ToList();
        Assert.True(others < TimeSpan.FromMinutes(5), $"The others had to wait for {others}.");
        Assert.True(troubled.Count > 4, $"It was tried {troubled.Count} times.");
        Assert.Equal([.. Enumerable.Repeat("NA", troubled.Count - 1), "OH"], troubled.Select(static message => message.Control));
        Assert.Single(troubled.SkipLast(1).Select(static message => message.ControlId).Distinct());
        foreach (var order in his.Messages.Where(static message => message.Placer != "T0").GroupBy(static message => message.Placer))
            Assert.Equal(["NA", "OH"], order.Select(static message => message.Control));
    }

    [Fact]
    public async Task An_answer_that_comes_after_its_time_is_nobody_s()
    {
        var late = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isFirst = true;
        await using var his = new HisReceiver { Late = () => late.Task };
        his.React = _ =>
        {
            var reaction = isFirst ? Reaction.Late : Reaction.Accept;
            isFirst = false;
            return reaction;
        };
        await using var engine = await ToldEngine.StartAsync(await postgres.CreateDatabaseAsync(), _folder, his, _time);
        await engine.HoldAsync("L0", "L1");
        await PassUntilAsync(async () => (await engine.DeliveriesAsync())[0].Attempts == 1);

        late.SetResult();
        await PassUntilAsync(async () => (await engine.DeliveriesAsync()).All(static delivery => delivery.State == DeliveryState.Sent), TimeForAnswer);

        var first = his.Messages.Where(static message => message.Placer == "L0").ToList();
        Assert.Equal(["NA", "NA", "OH"], first.Select(static message => message.Control));
        Assert.Equal(first[0].ControlId, first[1].ControlId);
        Assert.Equal(5, his.Messages.Count);
        Assert.Empty(his.Twice);
    }

    /// <summary>Lets time pass in which the first delivery fails again and again, and nothing else happens: in larger steps, as no answer can be late.</summary>
    /// <param name="engine">Tells it.</param>
    /// <param name="his">Does not accept it.</param>
    /// <param name="end">Of the trouble.</param>
    /// <param name="isTold">Whether the engine is told that the attempt has failed; else only its time tells it.</param>
    private async Task PassTroubleAsync(ToldEngine engine, HisReceiver his, DateTimeOffset end, bool isTold)
    {
        while (_time.GetUtcNow() < end)
        {
            var noted = (await engine.DeliveriesAsync())[0].Attempts;
            var came = his.Messages.Count;
            _time.Advance(TimeSpan.FromSeconds(5));
            await Task.Delay(2, Cancel);
            if (isTold && his.Messages.Count > came) await engine.UntilAsync(all => all[0].Attempts > noted);
        }
    }

    /// <summary>Lets seconds pass until something is so.</summary>
    /// <param name="isReached">Whether it is so.</param>
    /// <param name="pause">Milliseconds that each of them takes.</param>
    private async Task PassUntilAsync(Func<Task<bool>> isReached, int pause = 2)
    {
        for (var seconds = 0; !await isReached(); seconds++)
        {
            Assert.True(seconds < 7200, "Two hours have passed.");
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(pause, Cancel);
        }
    }
}
