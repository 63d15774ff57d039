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

        Assert.Equal(Orders, his.Messages.Select(static message => message[0]).Distinct().Count());
        foreach (var order in his.Messages.GroupBy(static message => message[0]))
            Assert.Equal(["OH", "OE"], order.DistinctBy(static message => message[2]).Select(static message => message[1]));
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
