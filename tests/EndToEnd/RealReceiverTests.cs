using System.Text.Json.Nodes;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests;

/// <summary>HL7 libraries of others as the system that is told of orders.</summary>
public sealed class RealReceiverTests
{
    private const int Orders = 8;

    [Theory]
    [InlineData("node-hl7-server.mjs", "orm")]
    [InlineData("node-hl7-server.mjs", "omi")]
    [InlineData("simple-hl7-server.cjs", "omg")]
    [InlineData("simple-hl7-server.cjs", "oru")]
    public async Task It_is_told_of_each_order_in_order_and_again_after_it_was_killed(string script, string map)
    {
        await using var his = new HisProcess(script);
        await his.StartAsync();
        await using var engine = await EngineProcess.StartNewAsync(ToldHospital.Destination("ris", his.Port, map, sender: "RIS|MERCY"));
        await using var sender = new HisSender(engine.MllpPort);
        for (var n = 0; n < Orders; n++)
        {
            if (n == Orders / 2) await his.KillAsync();
            var order = new OrderText($"R{n}", $"RR-{n}", "REAL^RECEIVER");
            await sender.PlaceAsync(order, order with { Control = "HD", Status = "" }, order with { Control = "RL", Status = "" });
        }

        await his.StartAsync();
        await WaitUntilNothingWaitsAsync(engine);

        Assert.Equal(Enumerable.Range(0, Orders).Select(static n => $"PR{n}").Order(), his.Messages.Select(static message => message[0]).Distinct().Order());
        foreach (var order in his.Messages.GroupBy(static message => message[0]))
            Assert.Equal(["OH", "OE"], order.DistinctBy(static message => message[2]).Select(static message => message[1]));
    }

    [Theory]
    [InlineData("node-hl7-server.mjs")]
    [InlineData("simple-hl7-server.cjs")]
    public async Task Silence_on_one_order_holds_up_no_other(string script)
    {
        await using var his = new HisProcess(script);
        await his.StartAsync("silent=PR0");
        // Within this test no answer comes too late.
        await using var engine = await EngineProcess.StartNewAsync(
            [.. ToldHospital.Destination("ris", his.Port, "orm", sender: "RIS|MERCY"), ("OUTBOUND__DESTINATIONS__ris__ANSWERTIMEOUT", "00:10:00")]);
        await using var sender = new HisSender(engine.MllpPort);
        await HoldAndReleaseAsync(sender, 0, times: 1);
        await WaitForAsync(his, 1);

        for (var n = 1; n < Orders; n++) await HoldAndReleaseAsync(sender, n, times: 1);
        await WaitForAsync(his, 1 + (2 * (Orders - 1)));
        await his.KillAsync();
        await his.StartAsync();
        await WaitUntilNothingWaitsAsync(engine);

        Assert.Equal(Enumerable.Range(0, Orders).Select(static n => $"PR{n}"), his.Messages.Select(static message => message[0]).Distinct().Order());
        var silent = his.Messages.Where(static message => message[0] == "PR0").ToList();
        Assert.Equal(["OH", "OH", "OE"], silent.Select(static message => message[1]));
        Assert.Equal(silent[0][2], silent[1][2]);
    }

    [Theory]
    [InlineData("node-hl7-server.mjs")]
    [InlineData("simple-hl7-server.cjs")]
    public async Task One_that_takes_a_single_connection_is_told_over_it_without_a_failure(string script)
    {
        await using var his = new HisProcess(script);
        await his.StartAsync("single");
        await using var engine = await EngineProcess.StartNewAsync(
            [.. ToldHospital.Destination("ris", his.Port, "orm", sender: "RIS|MERCY"), ("OUTBOUND__DESTINATIONS__ris__LONGESTPAUSE", "00:01:00")]);

        await Task.WhenAll(Enumerable.Range(0, Orders).Select(async n =>
        {
            await using var sender = new HisSender(engine.MllpPort);
            await HoldAndReleaseAsync(sender, n, times: 4);
        }));
        await WaitUntilNothingWaitsAsync(engine);

        AssertInOrder(his, times: 4);
        Assert.Equal(8 * Orders, his.Messages.Count);
        Assert.InRange(his.Dropped, 1, 6);
        Assert.All(
            JsonNode.Parse(await engine.GetAsync("/api/deliveries?limit=1000"))!["deliveries"]!.AsArray(),
            static row => Assert.Equal((1, null), ((int)row!["attempts"]!, (string?)row["lastError"])));
        Assert.DoesNotContain("cannot be reached", engine.Output + engine.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("node-hl7-server.mjs", 11)]
    [InlineData("simple-hl7-server.cjs", 12)]
    public async Task Each_order_keeps_its_order_over_four_connections_whatever_goes_wrong(string script, int seed)
    {
        await using var his = new HisProcess(script);
        await his.StartAsync($"trouble={seed}");
        await using var engine = await EngineProcess.StartNewAsync(ToldHospital.Destination("ris", his.Port, "orm", sender: "RIS|MERCY"));

        await Task.WhenAll(Enumerable.Range(0, Orders).Select(async n =>
        {
            await using var sender = new HisSender(engine.MllpPort);
            await HoldAndReleaseAsync(sender, n, times: 4);
        }));
        await WaitUntilNothingWaitsAsync(engine);

        AssertInOrder(his, times: 4);
        Assert.InRange(his.Messages.Count, (8 * Orders) + 1, 16 * Orders);
    }

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
        Assert.Equal(Orders, his.Messages.Select(static message => message[0]).Distinct().Count());
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

    private static async Task WaitUntilNothingWaitsAsync(EngineProcess engine)
    {
        for (var left = 1500; ; left--)
        {
            var standing = JsonNode.Parse(await engine.GetAsync("/api/destinations"))!["destinations"]![0]!;
            if ((int)standing["waiting"]! == 0 && (int)standing["parked"]! == 0) return;
            Assert.True(left > 0, standing.ToJsonString());
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
