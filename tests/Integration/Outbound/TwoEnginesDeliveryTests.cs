using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.Integration.Tests.Store;
using CloudPacs.Store;
using CloudPacs.Store.Deliveries;
using Npgsql;
using Xunit;

namespace CloudPacs.Integration.Tests.Outbound;

/// <summary>Two engines on one database have the same destination: never do both send a delivery at the same time.</summary>
[Collection("outbound")]
public sealed class TwoEnginesDeliveryTests(PostgresFixture postgres) : IDisposable
{
    private readonly string _folder = PostgresFixture.NewFolder();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_both_have_taken_in_arrives_once_and_in_order_whichever_of_them_ends()
    {
        await using var his = new HisReceiver();
        var database = await postgres.CreateDatabaseAsync();
        await using var a = await StartAsync(database, his, "a");
        await using var b = await StartAsync(database, his, "b");

        await Task.WhenAll(a.HoldAsync(Names("A", 20)), b.HoldAsync(Names("B", 20)));
        await b.UntilAsync(static all => all.Count(static delivery => delivery.State == DeliveryState.Sent) == 80);
        await a.DisposeAsync();
        await b.HoldAsync(Names("C", 20));
        await b.UntilAsync(static all => all.Count(static delivery => delivery.State == DeliveryState.Sent) == 120);

        Assert.Equal((120, 120), (his.Messages.Count, his.Messages.DistinctBy(static message => message.ControlId).Count()));
        foreach (var order in his.Messages.GroupBy(static message => message.Placer)) Assert.Equal(["NA", "OH"], order.Select(static message => message.Control));
        Assert.Empty(his.Twice);
    }

    [Fact]
    public async Task Who_loses_its_hold_stops_sending_before_the_other_begins()
    {
        await using var his = new HisReceiver();
        var isSilent = true;
        his.React = _ => isSilent ? Reaction.Silence : Reaction.Accept;
        var database = await postgres.CreateDatabaseAsync();
        await using var a = await StartAsync(database, his, "a");
        await using var b = await StartAsync(database, his, "b");
        await a.HoldAsync("L0");

        for (var loss = 1; loss <= 6; loss++)
        {
            await his.WaitForAsync(loss);
            isSilent = loss < 6;
            await BreakHoldAsync(database);
        }

        await b.UntilAsync(static all => all.All(static delivery => delivery.State == DeliveryState.Sent));

        Assert.Equal(["NA", "OH"], his.Messages.DistinctBy(static message => message.ControlId).Select(static message => message.Control));
        Assert.True(his.Messages.Count >= 8, $"It was sent {his.Messages.Count} times.");
        Assert.Empty(his.Twice);
    }

    private static IEnumerable<string> Names(string engine, int count) => Enumerable.Range(0, count).Select(n => $"{engine}{n}");

    private Task<ToldEngine> StartAsync(string database, HisReceiver his, string name) =>
        ToldEngine.StartAsync(database, Path.Combine(_folder, name), his, TimeProvider.System);

    /// <summary>The session that holds the lane ends, as with a network that breaks.</summary>
    private static async Task BreakHoldAsync(string database)
    {
        var key = StableHash.Of("delivery lane his");
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Cancel);
        await using var command = new NpgsqlCommand(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = $1 AND objid = $2 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            connection);
        command.Parameters.Add(new NpgsqlParameter { Value = (uint)(key >> 32), NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Oid });
        command.Parameters.Add(new NpgsqlParameter { Value = (uint)key, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Oid });
        Assert.Equal(true, await command.ExecuteScalarAsync(Cancel));
    }
}
