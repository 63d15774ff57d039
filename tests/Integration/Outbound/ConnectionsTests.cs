using System.Diagnostics;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.Integration.Tests.Store;
using CloudPacs.Settings;
using CloudPacs.Store.Deliveries;
using Xunit;

namespace CloudPacs.Integration.Tests.Outbound;

/// <summary>Several connections to one system: different orders side by side, each in its order.</summary>
[Collection("outbound")]
public sealed class ConnectionsTests(PostgresFixture postgres) : IDisposable
{
    private const int Orders = 24;
    private readonly string _folder = PostgresFixture.NewFolder();
    private readonly Lock _gate = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(nameof(Further.Refused))]
    [InlineData(nameof(Further.Ended))]
    public async Task A_system_that_takes_one_connection_is_told_over_it_and_no_attempt_fails(string further)
    {
        await using var his = new HisReceiver { Further = Enum.Parse<Further>(further) };
        await using var engine = await StartAsync(his);

        await Task.WhenAll(Enumerable.Range(0, Orders).Select(n => engine.HoldAsync($"O{n}")));
        await engine.UntilAsync(AllSent);

        Assert.All(await engine.DeliveriesAsync(), static delivery => Assert.Equal((1, null), (delivery.Attempts, delivery.LastError)));
        Assert.Equal(2 * Orders, his.Messages.Count);
        AssertInOrder(his);
    }

    [Fact]
    public async Task A_system_that_leaves_further_connections_unread_is_soon_told_over_one()
    {
        await using var his = new HisReceiver { Further = Further.Unread };
        // Long enough for an answer on the connection that is read, also of a busy machine: only the others are to run out of it.
        await using var engine = await StartAsync(his, static settings => settings.AnswerTimeout = TimeSpan.FromSeconds(6));

        await Task.WhenAll(Enumerable.Range(0, Orders).Select(n => engine.HoldAsync($"O{n}")));
        await engine.UntilAsync(AllSent);

        Assert.InRange((await engine.DeliveriesAsync()).Count(static delivery => delivery.Attempts > 1), 0, 3);
        AssertInOrder(his);
    }

    [Fact]
    public async Task A_system_that_was_restarted_is_told_over_several_connections_again()
    {
        await using var his = new HisReceiver();
        await using var engine = await StartAsync(his, static settings => settings.LongestPause = TimeSpan.FromMilliseconds(200));
        await engine.HoldAsync("A0", "A1");
        await his.LeaveAsync();
        await engine.HoldAsync("B0", "B1");
        // The first is silent as long as the others are not told.
        his.React = message => message.Placer == "B0" && his.Messages.Count(static one => one.Placer == "B1") < 2 ? Reaction.Silence : Reaction.Accept;

        his.ComeBack();
        await engine.UntilAsync(all => his.Messages.Count(static one => one.Placer == "B1") == 2);
        await his.LeaveAsync();
        his.ComeBack();
        await engine.UntilAsync(AllSent);

        AssertInOrder(his);
    }

    [Fact]
    public async Task What_fails_again_and_again_leaves_a_connection_to_others()
    {
        await using var his = new HisReceiver();
        his.React = static message => message.Placer[0] == 'S' ? Reaction.Silence : Reaction.Accept;
        await using var engine = await StartAsync(his, static settings =>
        {
            (settings.AnswerTimeout, settings.FirstPause) = (TimeSpan.FromSeconds(4), TimeSpan.FromMilliseconds(50));
            settings.LongestPause = settings.FirstPause;
        });
        await engine.HoldAsync("A0", "A1", "A2", "A3");
        await engine.HoldAsync(Enumerable.Range(0, 6).Select(static n => $"S{n}"));
        await engine.UntilAsync(static all => all.Count(static delivery => delivery.Attempts > 0 && delivery.State == DeliveryState.Waiting) == 6);

        var longest = TimeSpan.Zero;
        for (var n = 0; n < 4; n++)
        {
            var watch = Stopwatch.StartNew();
            await engine.HoldAsync($"B{n}");
            await engine.UntilAsync(all => all.Count(static delivery => delivery.State == DeliveryState.Sent) == 8 + (2 * (n + 1)));
            if (watch.Elapsed > longest) longest = watch.Elapsed;
        }

        Assert.True(longest < TimeSpan.FromSeconds(2), $"An order had to wait for {longest}.");
    }

    [Fact]
    public async Task Each_order_keeps_its_order_whatever_goes_wrong_on_any_of_the_connections()
    {
        Reaction[] reactions = [Reaction.Busy, Reaction.Silence, Reaction.Garbage, Reaction.CloseAfterReceiving, Reaction.CloseInAnswer, Reaction.Late];
        var random = new Random(8);
        await using var his = new HisReceiver { Late = static () => Task.Delay(400) };
        his.React = _ =>
        {
            lock (_gate) return random.Next(5) == 0 ? reactions[random.Next(reactions.Length)] : Reaction.Accept;
        };
        await using var engine = await StartAsync(his, static settings =>
        {
            (settings.AnswerTimeout, settings.FirstPause) = (TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(50));
            settings.LongestPause = TimeSpan.FromMilliseconds(200);
        });

        await Task.WhenAll(Enumerable.Range(0, Orders).Select(n => engine.HoldAsync($"O{n}")));
        await engine.UntilAsync(AllSent);

        AssertInOrder(his);
        Assert.True(his.Messages.Count > 2 * Orders, "Nothing went wrong.");
        Assert.Empty(his.Twice);
    }

    private static bool AllSent(IReadOnlyList<DeliveryRow> all) => all.All(static delivery => delivery.State == DeliveryState.Sent);

    private static void AssertInOrder(HisReceiver his)
    {
        foreach (var order in his.Messages.GroupBy(static message => message.Placer))
        {
            List<ReceivedMessage> told = [.. order];
            Assert.Equal(["NA", "OH"], told.Where((message, i) => i == 0 || told[i - 1].ControlId != message.ControlId).Select(static message => message.Control));
        }
    }

    private async Task<ToldEngine> StartAsync(HisReceiver his, Action<DestinationSettings>? set = null) =>
        await ToldEngine.StartAsync(await postgres.CreateDatabaseAsync(), _folder, his, TimeProvider.System, set);
}
