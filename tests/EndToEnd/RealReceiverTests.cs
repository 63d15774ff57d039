using System.Collections;
using System.Text.Json.Nodes;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests;

/// <summary>HL7 libraries of others as the system that is told of orders.</summary>
public sealed class RealReceiverTests
{
    private const int Orders = 8;
    private const string Node = "node-hl7-server.mjs", Simple = "simple-hl7-server.cjs";

    [Fact]
    public async Task Each_is_told_of_each_order_in_order_and_again_after_it_was_killed()
    {
        await using var receivers = new Receivers(Node, Node, Simple, Simple);
        await receivers.StartAsync(_ => []);
        await using var engine = await EngineInside.StartNewAsync(receivers.Destinations("orm", "omi", "omg", "oru"));
        await using var sender = new HisSender(engine.MllpPort);
        for (var n = 0; n < Orders; n++)
        {
            if (n == Orders / 2) await receivers.KillAsync();
            var order = new OrderText($"R{n}", $"RR-{n}", "REAL^RECEIVER");
            await sender.PlaceAsync(order, order with { Control = "HD", Status = "" }, order with { Control = "RL", Status = "" });
        }

        await receivers.StartAsync(_ => []);
        await WaitUntilNothingWaitsAsync(engine);

        Assert.All(receivers, static his =>
        {
            Assert.Equal(Enumerable.Range(0, Orders).Select(static n => $"PR{n}").Order(), his.Messages.Select(static message => message[0]).Distinct().Order());
            foreach (var order in his.Messages.GroupBy(static message => message[0]))
                Assert.Equal(["OH", "OE"], order.DistinctBy(static message => message[2]).Select(static message => message[1]));
        });
    }

    [Fact]
    public async Task Silence_on_one_order_holds_up_no_other()
    {
        await using var receivers = new Receivers(Node, Simple);
        await receivers.StartAsync(_ => ["silent=PR0"]);
        // Within this test no answer comes too late.
        await using var engine = await EngineInside.StartNewAsync([.. receivers.Destinations("orm", "orm"), .. receivers.Settings("ANSWERTIMEOUT", "00:10:00")]);
        await using var sender = new HisSender(engine.MllpPort);
        await HoldAndReleaseAsync(sender, 0, times: 1);
        foreach (var his in receivers) await WaitForAsync(his, 1);

        for (var n = 1; n < Orders; n++) await HoldAndReleaseAsync(sender, n, times: 1);
        foreach (var his in receivers) await WaitForAsync(his, 1 + (2 * (Orders - 1)));
        await receivers.KillAsync();
        await receivers.StartAsync(_ => []);
        await WaitUntilNothingWaitsAsync(engine);

        Assert.All(receivers, static his =>
        {
            Assert.Equal(Enumerable.Range(0, Orders).Select(static n => $"PR{n}"), his.Messages.Select(static message => message[0]).Distinct().Order());
            var silent = his.Messages.Where(static message => message[0] == "PR0").ToList();
            Assert.Equal(["OH", "OH", "OE"], silent.Select(static message => message[1]));
            Assert.Equal(silent[0][2], silent[1][2]);
        });
    }

    [Fact]
    public async Task One_that_takes_a_single_connection_is_told_over_it_without_a_failure()
    {
        await using var receivers = new Receivers(Node, Simple);
        await receivers.StartAsync(_ => ["single"]);
        await using var engine = await EngineInside.StartNewAsync([.. receivers.Destinations("orm", "orm"), .. receivers.Settings("LONGESTPAUSE", "00:01:00")]);

        await PlaceAllAsync(engine);
        await WaitUntilNothingWaitsAsync(engine);

        Assert.All(receivers, static his =>
        {
            AssertInOrder(his, times: 4);
            Assert.Equal(8 * Orders, his.Messages.Count);
            Assert.InRange(his.Dropped, 1, 6);
        });
        Assert.All(
            JsonNode.Parse(await engine.GetAsync("/api/deliveries?limit=1000"))!["deliveries"]!.AsArray(),
            static row => Assert.Equal((1, null), ((int)row!["attempts"]!, (string?)row["lastError"])));
        Assert.DoesNotContain("cannot be reached", engine.Output + engine.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_order_keeps_its_order_over_four_connections_whatever_goes_wrong()
    {
        await using var receivers = new Receivers(Node, Simple);
        await receivers.StartAsync(static n => [$"trouble={n + 11}"]);
        await using var engine = await EngineInside.StartNewAsync(receivers.Destinations("orm", "orm"));

        await PlaceAllAsync(engine);
        await WaitUntilNothingWaitsAsync(engine);

        Assert.All(receivers, static his =>
        {
            AssertInOrder(his, times: 4);
            Assert.InRange(his.Messages.Count, (8 * Orders) + 1, 16 * Orders);
        });
    }

    /// <summary>All orders at once, each with four times two messages that are told.</summary>
    private static Task PlaceAllAsync(TestedEngine engine) => Task.WhenAll(Enumerable.Range(0, Orders).Select(async n =>
    {
        await using var sender = new HisSender(engine.MllpPort);
        await HoldAndReleaseAsync(sender, n, times: 4);
    }));

    /// <summary>Two messages each time are told.</summary>
    private static async Task HoldAndReleaseAsync(HisSender sender, int number, int times)
    {
        var order = new OrderText($"R{number}", $"RR-{number}", "REAL^RECEIVER");
        await sender.PlaceAsync(order);
        for (var time = 0; time < times; time++) await sender.PlaceAsync(order with { Control = "HD", Status = "" }, order with { Control = "RL", Status = "" });
    }

    /// <summary>Each message of an order came, and as often as it was sent again, before the next.</summary>
    private static void AssertInOrder(HisProcess his, int times)
    {
        Assert.Equal(Enumerable.Range(0, Orders).Select(static n => $"PR{n}"), his.Messages.Select(static message => message[0]).Distinct().Order());
        foreach (var order in his.Messages.GroupBy(static message => message[0]))
        {
            List<string[]> told = [.. order];
            var turns = told.Where((message, i) => i == 0 || told[i - 1][2] != message[2]).ToList();
            Assert.Equal(Enumerable.Repeat<string[]>(["OH", "OE"], times).SelectMany(static pair => pair), turns.Select(static message => message[1]));
            Assert.Equal(turns.Count, turns.Select(static message => message[2]).Distinct().Count());
        }
    }

    private static async Task WaitForAsync(HisProcess his, int messages)
    {
        for (var left = 1500; his.Messages.Count < messages; left--)
        {
            Assert.True(left > 0, $"{his.Messages.Count} of {messages} messages came.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private static async Task WaitUntilNothingWaitsAsync(TestedEngine engine)
    {
        for (var left = 1500; ; left--)
        {
            var standing = JsonNode.Parse(await engine.GetAsync("/api/destinations"))!["destinations"]!.AsArray();
            if (standing.All(static one => (int)one!["waiting"]! == 0 && (int)one["parked"]! == 0)) return;
            Assert.True(left > 0, standing.ToJsonString());
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Several that one engine tells the same.</summary>
    private sealed class Receivers(params string[] scripts) : IEnumerable<HisProcess>, IAsyncDisposable
    {
        private readonly HisProcess[] _all = [.. scripts.Select(static script => new HisProcess(script))];

        /// <summary>The settings of the engine, with the map of each.</summary>
        public (string, string)[] Destinations(params string[] maps) =>
            [.. _all.Zip(maps).SelectMany(static (one, n) => ToldHospital.Destination($"ris{n}", one.First.Port, one.Second, sender: "RIS|MERCY"))];

        /// <summary>One more setting of each.</summary>
        public IEnumerable<(string, string)> Settings(string name, string value) => _all.Select((_, n) => ($"OUTBOUND__DESTINATIONS__ris{n}__{name}", value));

        /// <param name="trouble">What each does by design.</param>
        public Task StartAsync(Func<int, string[]> trouble) => Task.WhenAll(_all.Select((his, n) => his.StartAsync(trouble(n))));

        public Task KillAsync() => Task.WhenAll(_all.Select(static his => his.KillAsync()));

        public IEnumerator<HisProcess> GetEnumerator() => _all.AsEnumerable().GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public async ValueTask DisposeAsync()
        {
            foreach (var his in _all) await his.DisposeAsync();
        }
    }
}
