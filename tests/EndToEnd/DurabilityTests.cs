using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests;

/// <summary>What was acknowledged is there after any end of the engine.</summary>
public sealed class DurabilityTests
{
    [Fact]
    public async Task Acknowledged_orders_and_cancellations_survive_kill_and_stop()
    {
        await using var engine = await EngineProcess.StartNewAsync();
        var orders = Enumerable.Range(0, 30).Select(i => new OrderText($"DU{i:00}", $"DU-{i:00}", $"DURABLE^D{i:00}")).ToList();
        await using (var his = new HisSender(engine.MllpPort))
        {
            foreach (var order in orders) await his.PlaceAsync(order);
            await his.PlaceAsync(orders[0] with { Control = "CA", Status = "CA" });
        }

        await engine.KillAsync();
        await engine.StartAsync();

        Assert.Equal(orders.Skip(1).Select(o => o.Accession), (await Findscu.QueryAsync(engine.DicomPort, "00100010=DURABLE*")).Select(e => e.Accession).Order());
        await using (var his = new HisSender(engine.MllpPort)) await his.PlaceAsync(orders[1] with { Control = "CA", Status = "CA" });

        Assert.Equal(0, await engine.StopAsync());
        await engine.StartAsync();

        Assert.Equal(orders.Skip(2).Select(o => o.Accession), (await Findscu.QueryAsync(engine.DicomPort, "00100010=DURABLE*")).Select(e => e.Accession).Order());
    }
}
