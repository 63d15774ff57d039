using System.Collections.Concurrent;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Dicom.Network.Dimse;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom.Network;

/// <summary>C-MOVE (PS3.4 C.4.2): instances go to another application entity.</summary>
public sealed class MoveTests
{
    private const string Ct = Uids.CtImageStorage;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_destination_gets_the_instances_and_who_asked_for_them()
    {
        var received = new ConcurrentQueue<(StoreRequest Request, byte[] Bytes)>();
        await using var destination = await DestinationAsync(async (request, _) =>
        {
            received.Enqueue((request, await Archive.ReadAllAsync(request.DataSet)));
            return StoreResult.Success;
        });
        Held[] held = [new("1.1", 1), new("1.2", 400_000), new("1.3", syntax: TransferSyntax.ExplicitVrLittleEndian)];

        var (final, dataSet) = await MoveAsync(held, destination, asked => Assert.Equal("THERE", asked.MoveDestination));

        Assert.Equal((DimseStatus.Success, new SubOperationCounts(null, 3, 0, 0)), (final.Status, final.SubOperations));
        Assert.Empty(dataSet);
        Assert.Equal(held.Select(one => one.BytesIn(one.TransferSyntax)), received.Select(one => one.Bytes));
        Assert.All(received, one => Assert.Equal(new MoveOriginator("RAW", 7), one.Request.MoveOriginator));
        Assert.Equal("released", await destination.Ended.Reader.ReadAsync(Token));
    }

    [Fact]
    public async Task A_syntax_that_is_not_taken_is_written_anew_or_fails()
    {
        var received = new ConcurrentQueue<(string Syntax, byte[] Bytes)>();
        await using var destination = await DestinationAsync(async (request, _) =>
        {
            received.Enqueue((request.TransferSyntax.Uid, await Archive.ReadAllAsync(request.DataSet)));
            return StoreResult.Success;
        });
        var jpeg = TransferSyntax.FromUid("1.2.840.10008.1.2.4.70");

        var (final, dataSet) = await MoveAsync(
            [new Held("1.1", syntax: TransferSyntax.DeflatedExplicitVrLittleEndian), new Held("1.2", syntax: jpeg)], destination);

        Assert.Equal((DimseStatus.SubOperationsIncomplete, new SubOperationCounts(null, 1, 1, 0)), (final.Status, final.SubOperations));
        Assert.Equal("1.2", Shelf.Read(dataSet).GetString(Tags.FailedSopInstanceUidList));
        Assert.Equal("Transfer syntax 1.2.840.10008.1.2.4.70 was not accepted", final.ErrorComment);
        var (syntax, bytes) = Assert.Single(received);
        Assert.Equal((TransferSyntax.ExplicitVrLittleEndian.Uid, 1), (syntax, bytes[0]));
    }

    [Fact]
    public async Task Refused_and_warned_instances_do_not_stop_the_others()
    {
        await using var destination = await DestinationAsync((request, _) =>
            new(request.SopInstanceUid switch { "1.1" => new StoreResult(0xA700, "Full"), "1.2" => new(0xB000), _ => StoreResult.Success }));

        var (final, dataSet) = await MoveAsync(
            [new Held("1.1"), new Held("1.2"), new Held("1.3"), new Held("1.4", sopClass: Uids.MrImageStorage)], destination);

        Assert.Equal((DimseStatus.SubOperationsIncomplete, new SubOperationCounts(null, 1, 2, 1)), (final.Status, final.SubOperations));
        Assert.Equal(["1.1", "1.4"], Shelf.Read(dataSet).GetStrings(Tags.FailedSopInstanceUidList));
        Assert.Equal("Full", final.ErrorComment);
    }

    [Theory]
    [InlineData(1, 3, 0)]
    [InlineData(2, 1, 2)]
    public async Task A_lost_destination_is_called_once_more(int losses, int completed, int failed)
    {
        var attempts = 0;
        await using var destination = await DestinationAsync(async (request, token) =>
        {
            // Never answered: the requestor gives up and ends the association.
            if (request.SopInstanceUid == "1.2" && attempts++ < losses) await Task.Delay(Timeout.Infinite, token);
            return StoreResult.Success;
        });

        var (final, dataSet) = await MoveAsync(
            [new Held("1.1"), new Held("1.2"), new Held("1.3")], destination, answerTimeout: TimeSpan.FromMilliseconds(300));

        Assert.Equal(new SubOperationCounts(null, (ushort)completed, (ushort)failed, 0), final.SubOperations);
        if (failed > 0) Assert.Equal(["1.2", "1.3"], Shelf.Read(dataSet).GetStrings(Tags.FailedSopInstanceUidList));
    }

    [Fact]
    public async Task An_unreachable_destination_fails_all_at_once()
    {
        var destination = await DestinationAsync((_, _) => new(StoreResult.Success));
        await destination.DisposeAsync();
        Held[] held = [new("1.1"), new("1.2")];

        var (final, dataSet) = await MoveAsync(held, destination);

        Assert.Equal((DimseStatus.SubOperationsFailed, new SubOperationCounts(null, 0, 2, 0)), (final.Status, final.SubOperations));
        Assert.Equal(["1.1", "1.2"], Shelf.Read(dataSet).GetStrings(Tags.FailedSopInstanceUidList));
        Assert.StartsWith("Cannot connect to", final.ErrorComment, StringComparison.Ordinal);
        Assert.All(held, one => Assert.Equal(0, one.Opened));
    }

    [Fact]
    public async Task More_contexts_than_an_association_has_take_several_of_them()
    {
        var classes = Enumerable.Range(1, 150).Select(i => $"1.2.3.{i}").ToArray();
        var received = new ConcurrentQueue<(long Association, string Class)>();
        await using var destination = await TestServer.StartAsync(others: classes.ToDictionary(static uid => uid, IDimseService (_) => new Archive((request, _) =>
        {
            received.Enqueue((request.Association.Id, request.SopClassUid));
            return new(StoreResult.Success);
        })));

        var (final, _) = await MoveAsync([.. classes.Concat(classes).Select((uid, i) => new Held($"9.{i}", sopClass: uid))], destination);

        Assert.Equal((DimseStatus.Success, new SubOperationCounts(null, 300, 0, 0)), (final.Status, final.SubOperations));
        Assert.Equal(3, received.Select(one => one.Association).Distinct().Count());
        Assert.Equal(classes.Order(), received.Select(one => one.Class).Distinct().Order());
    }

    [Fact]
    public async Task When_who_asked_is_gone_no_further_instance_is_sent()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var destination = await DestinationAsync(async (_, token) =>
        {
            arrived.SetResult();
            await Task.Delay(Timeout.Infinite, token);
            return StoreResult.Success;
        });
        Held[] held = [new("1.1"), new("1.2")];
        await using var server = await ShelfOf(held, destination).StartAsync();
        using (var peer = await Shelf.AskAsync(server, Token, "THERE"))
        {
            await arrived.Task.WaitAsync(Token);
            await peer.SendAsync(RawPeer.Abort, Token);
        }

        await server.Ended.Reader.ReadAsync(Token);
        await destination.Ended.Reader.ReadAsync(Token);
        Assert.Equal(0, held[1].Opened);
    }

    private static Shelf ShelfOf(IStoredInstance[] held, TestServer destination, Action<RetrieveRequest>? asked = null, TimeSpan? answerTimeout = null) => new((request, _) =>
    {
        asked?.Invoke(request);
        return new(RetrievePlan.Send(
            held, destination.ClientOptions("SHELF") with { ResponseTimeout = answerTimeout ?? TimeSpan.FromSeconds(60) }));
    });

    private static async Task<(CommandSet Final, byte[] DataSet)> MoveAsync(
        IStoredInstance[] held, TestServer destination, Action<RetrieveRequest>? asked = null, TimeSpan? answerTimeout = null)
    {
        await using var server = await ShelfOf(held, destination, asked, answerTimeout).StartAsync();
        using var peer = await Shelf.AskAsync(server, Token, "THERE");
        var (first, _, _) = await peer.ReadMessageAsync(Token);
        Assert.Equal((DimseStatus.Pending, new SubOperationCounts((ushort)held.Length, 0, 0, 0)), (first.Status, first.SubOperations));
        while (true)
        {
            var (command, dataSet, _) = await peer.ReadMessageAsync(Token);
            if (command.Status != DimseStatus.Pending) return (command, dataSet);
        }
    }

    private static Task<TestServer> DestinationAsync(Func<StoreRequest, CancellationToken, ValueTask<StoreResult>> store) =>
        TestServer.StartAsync(others: new Dictionary<string, IDimseService> { [Ct] = new Archive(store) });
}
