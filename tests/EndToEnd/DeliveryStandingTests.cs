using System.Globalization;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests;

/// <summary>Whoever runs the engine sees what waits for whom, since when and why: in the metrics and on the command line.</summary>
public sealed class DeliveryStandingTests(ToldHospital hospital) : IClassFixture<ToldHospital>
{
    private readonly TestedEngine _engine = hospital.Engine;

    [Fact]
    public async Task What_waits_and_why_shows_in_metrics_and_lists_until_it_arrived()
    {
        await using var sender = new HisSender(_engine.MllpPort);
        await hospital.Receiver.LeaveAsync();
        await sender.PlaceAsync(Unnumbered("S1"), Unnumbered("S2"));
        var gone = await MetricsAsync("cloudpacs_deliveries_open", "destination=\"his\"", "state=\"waiting\"", " 2 ");
        var age = Line(gone, "cloudpacs_deliveries_oldest", "destination=\"his\"");
        await MetricsAsync("cloudpacs_deliveries_attempts", "destination=\"his\"", "outcome=\"unreachable\"");

        var listed = await RunAsync("list", "--destination", "his");
        var status = await RunAsync("status");
        var shown = await RunAsync("show", "1");

        hospital.Receiver.ComeBack();
        await MetricsAsync("cloudpacs_deliveries_open", "destination=\"his\"", "state=\"waiting\"", " 0 ");
        await MetricsAsync("cloudpacs_deliveries_attempts", "destination=\"his\"", "outcome=\"sent\"", " 2 ");

        Assert.All([listed, status, shown], static said => Assert.Contains("refused", said, StringComparison.Ordinal));
        Assert.All([listed, status], static said => Assert.Contains("Oldest", said, StringComparison.Ordinal));
        Assert.True(double.Parse(age.Split('}')[1].Trim().Split(' ')[0], CultureInfo.InvariantCulture) > 0, age);
    }

    private static string Unnumbered(string number) => OrderText.Message(
        "ORM^O01", "2.3.1",
        $"PID|1||P{number}^^^MERCY^MR||STANDING^ROW\rPV1|1|O\rORC|NW|{number}^HIS\rOBR|1|{number}^HIS||CT^CT^L||||||||||||||||||||CT|||^^^20261201093000^^R\r");

    /// <summary>Waits until a line of the metrics holds all of it.</summary>
    private async Task<string> MetricsAsync(params string[] parts)
    {
        for (var left = 1500; ; left--)
        {
            var metrics = await _engine.GetAsync("/metrics");
            if (Line(metrics, parts).Length > 0) return metrics;
            Assert.True(left > 0, metrics);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private static string Line(string metrics, params string[] parts) =>
        metrics.Split('\n').FirstOrDefault(line => !line.StartsWith('#') && parts.All(part => (line + " ").Contains(part, StringComparison.Ordinal))) ?? "";

    private async Task<string> RunAsync(params string[] arguments)
    {
        var result = await Verb.RunAsync(["deliveries", .. arguments, "--url", $"http://127.0.0.1:{_engine.HttpPort}"]);
        Assert.True(result.ExitCode == 0, result.Errors);
        return result.Output;
    }
}
