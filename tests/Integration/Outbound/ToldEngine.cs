using System.Text;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.Integration.Hosting;
using CloudPacs.Mapping.Tests;
using CloudPacs.Mllp;
using CloudPacs.Settings;
using CloudPacs.Store.Deliveries;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace CloudPacs.Integration.Tests.Outbound;

/// <summary>An engine in this process that tells a receiver of the state of orders, with the time-outs and pauses that are standard.</summary>
internal sealed class ToldEngine : IAsyncDisposable
{
    private readonly Engine _engine;
    private bool _isStopped;

    private ToldEngine(Engine engine) => _engine = engine;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<ToldEngine> StartAsync(string database, string folder, HisReceiver his, TimeProvider clock, Action<DestinationSettings>? set = null)
    {
        var settings = new EngineSettings
        {
            Data = Directory.CreateDirectory(folder).FullName,
            Database = { ConnectionString = database },
            Mapping = { Directory = MapFiles.Shipped, HotReload = false },
            Worklist = { KeepVisible = TimeSpan.FromDays(36500) },
            Outbound = { Destinations = { ["his"] = new() { Host = "127.0.0.1", Port = his.Port, Map = "orm" } } },
        };
        set?.Invoke(settings.Outbound.Destinations["his"]);
        settings.Mllp.Port = settings.Dicom.Port = 0;
        return new(await Engine.StartAsync(settings, clock, NullLoggerFactory.Instance, Cancel));
    }

    /// <summary>Everything that is to be told, oldest first.</summary>
    public async Task<IReadOnlyList<DeliveryRow>> DeliveriesAsync() => [.. (await _engine.Deliveries.ListAsync(null, null, null, 1000, Cancel)).Reverse()];

    public async Task<DestinationStatus?> StatusAsync() => (await _engine.Deliveries.StatusAsync(Cancel)).SingleOrDefault();

    /// <summary>Waits until something is so of what is to be told.</summary>
    public async Task UntilAsync(Predicate<IReadOnlyList<DeliveryRow>> isReached)
    {
        for (var left = 1500; !isReached(await DeliveriesAsync()); left--)
        {
            Assert.True(left > 0, "It did not come to that.");
            await Task.Delay(20, Cancel);
        }
    }

    /// <summary>Orders that are placed and held: each is told by its number first, then by the hold.</summary>
    public async Task HoldAsync(params IEnumerable<string> orders)
    {
        await using var client = new MllpClient(new MllpClientOptions { Host = "127.0.0.1", Port = _engine.MllpListeners[0].EndPoint.Port, MaxAttempts = 1 }, TimeProvider.System);
        foreach (var order in orders)
        {
            foreach (var control in (string[])["NW", "HD"])
            {
                var message = Encoding.UTF8.GetBytes(
                    $"MSH|^~\\&|HIS|MERCY|CLOUDPACS|RAD|20260310083015||ORM^O01|{control}{order}|P|2.3.1\rPID|1||P{order}^^^MERCY^MR||TOLD^PATIENT||19800203|F\r"
                        + $"ORC|{control}|{order}^HIS|||||^^^20260310093000^^R\rOBR|1|{order}^HIS||CT^CT^L||||||||||||||||||||CT|||^^^20260310093000^^R\r");
                var answer = await client.SendAsync(message, static _ => true, Cancel);
                Assert.Contains("MSA|AA", Encoding.UTF8.GetString(answer.Payload.Span), StringComparison.Ordinal);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isStopped, true)) return;
        await _engine.DisposeAsync();
        // What the jobs have left in their pools would use up the server that all tests share.
        NpgsqlConnection.ClearAllPools();
    }
}
