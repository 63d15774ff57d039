using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Dicom.Network.Dimse;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom.Network;

/// <summary>C-GET (PS3.4 C.4.3): instances come on the association of who asks.</summary>
public sealed class GetTests
{
    private const string Ct = Uids.CtImageStorage;
    private const string Mr = Uids.MrImageStorage;
    private const string Implicit = "1.2.840.10008.1.2", Explicit = "1.2.840.10008.1.2.1", Jpeg = "1.2.840.10008.1.2.4.70";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Instances_come_between_pending_responses_that_count_them()
    {
        Held[] held = [new("1.1", 1), new("1.2", 300_001), new("1.3", 0x10000)];
        await using var server = await new Shelf(held).StartAsync(Ct);
        using var peer = await Shelf.AskAsync(server, Token, storage: (Ct, Implicit));

        await ExpectPendingAsync(peer, new(3, 0, 0, 0));
        foreach (var instance in held)
        {
            var (id, bytes) = await ExpectStoreAsync(peer, instance);
            Assert.Equal(instance.BytesIn(TransferSyntax.ImplicitVrLittleEndian), bytes);
            await AnswerAsync(peer, 3, id, 0);
        }

        var (final, dataSet, _) = await NextAsync(peer);
        Assert.Equal((DimseStatus.Success, new SubOperationCounts(null, 3, 0, 0)), (final.Status, final.SubOperations));
        Assert.Empty(dataSet);
        Assert.Equal((CommandField.CGet | CommandField.Response, (ushort?)7), (final.Field, final.MessageIdBeingRespondedTo));
    }

    [Fact]
    public async Task Nothing_found_is_a_success_without_counts_of_any()
    {
        await using var server = await new Shelf(Array.Empty<IStoredInstance>()).StartAsync(Ct);
        using var peer = await Shelf.AskAsync(server, Token, storage: (Ct, Implicit));

        await ExpectPendingAsync(peer, new(0, 0, 0, 0));
        var final = (await NextAsync(peer)).Command;

        Assert.Equal((DimseStatus.Success, new SubOperationCounts(null, 0, 0, 0)), (final.Status, final.SubOperations));
    }

    [Fact]
    public async Task What_is_not_taken_is_counted_and_listed()
    {
        Held[] held = [new("1.1"), new("1.2"), new("1.3"), new("1.4", sopClass: Mr), new("1.5", syntax: TransferSyntax.FromUid(Jpeg))];
        await using var server = await new Shelf(held).StartAsync(Ct);
        using var peer = await Shelf.AskAsync(server, Token, storage: (Ct, Implicit));

        await ExpectPendingAsync(peer, new(5, 0, 0, 0));
        foreach (var (instance, status) in held.Zip([(ushort)0, (ushort)0xB000, (ushort)0xA700]))
            await AnswerAsync(peer, 3, (await ExpectStoreAsync(peer, instance)).Id, status);

        var (final, dataSet, _) = await NextAsync(peer);
        Assert.Equal((DimseStatus.SubOperationsIncomplete, new SubOperationCounts(null, 1, 3, 1)), (final.Status, final.SubOperations));
        Assert.Equal(["1.3", "1.4", "1.5"], Shelf.Read(dataSet).GetStrings(Tags.FailedSopInstanceUidList));
        Assert.Equal("An instance was refused with status A700H", final.ErrorComment);
    }

    [Fact]
    public async Task As_many_as_127_classes_are_proposed_beside_the_request()
    {
        string[] classes = [.. Enumerable.Range(1, 126).Select(static i => $"1.2.3.{i}"), Ct];
        await using var server = await new Shelf(new Held("1.1"), new Held("1.2", sopClass: "1.2.3.126"), new Held("1.3", sopClass: Mr)).StartAsync([.. classes, Mr]);
        using var peer = await Shelf.AskAsync(server, Token, storage: [.. classes.Select(static one => (one, Implicit))]);

        await ExpectPendingAsync(peer, new(3, 0, 0, 0));
        await AnswerAsync(peer, 255, (await ExpectStoreAsync(peer, new Held("1.1"))).Id, 0);
        await AnswerAsync(peer, 253, (await ExpectStoreAsync(peer, new Held("1.2", sopClass: "1.2.3.126"))).Id, 0);

        var (final, dataSet, _) = await NextAsync(peer);
        Assert.Equal((DimseStatus.SubOperationsIncomplete, new SubOperationCounts(null, 2, 1, 0)), (final.Status, final.SubOperations));
        Assert.Equal("1.3", Shelf.Read(dataSet).GetString(Tags.FailedSopInstanceUidList));
    }

    [Theory]
    [InlineData(false, Ct, Implicit, "Role selection missing: the SCP role was not proposed")]
    [InlineData(true, Mr, Implicit, "SOP class 1.2.840.10008.5.1.4.1.1.2 was not proposed")]
    [InlineData(true, Ct, Jpeg, "Transfer syntax 1.2.840.10008.1.2 was not accepted")]
    public async Task When_all_fail_the_status_is_a_failure_that_says_why(bool hasRole, string sopClass, string syntax, string comment)
    {
        await using var server = await new Shelf(new Held("1.1"), new Held("1.2")).StartAsync(Ct, Mr);
        using var peer = await Shelf.AskAsync(server, Token, hasRole: hasRole, storage: (sopClass, syntax));

        await ExpectPendingAsync(peer, new(2, 0, 0, 0));
        var (final, dataSet, _) = await NextAsync(peer);

        Assert.Equal((DimseStatus.SubOperationsFailed, new SubOperationCounts(null, 0, 2, 0)), (final.Status, final.SubOperations));
        Assert.Equal(["1.1", "1.2"], Shelf.Read(dataSet).GetStrings(Tags.FailedSopInstanceUidList));
        Assert.Equal(comment, final.ErrorComment);
    }

    [Fact]
    public async Task Each_instance_takes_the_context_of_its_own_syntax_else_one_without_compression()
    {
        Held[] held = [new("1.1", syntax: TransferSyntax.FromUid(Jpeg)), new("1.2")];
        await using var server = await new Shelf(held).StartAsync(Ct);
        using var peer = await Shelf.AskAsync(server, Token, storage: [(Ct, Explicit), (Ct, Jpeg)]);

        await ExpectPendingAsync(peer, new(2, 0, 0, 0));
        var (first, asStored) = await ExpectStoreAsync(peer, held[0]);
        await AnswerAsync(peer, 5, first, 0);
        var (second, written) = await ExpectStoreAsync(peer, held[1]);
        await AnswerAsync(peer, 3, second, 0);

        Assert.Equal((0, 1), (asStored[0], written[0]));
        Assert.Equal(DimseStatus.Success, (await NextAsync(peer)).Command.Status);
    }

    [Fact]
    public async Task A_cancel_lets_the_running_instance_end_and_tells_what_remains()
    {
        Held[] held = [new("1.1"), new("1.2"), new("1.3")];
        await using var server = await new Shelf(held).StartAsync(Ct);
        using var peer = await Shelf.AskAsync(server, Token, storage: (Ct, Implicit));

        await ExpectPendingAsync(peer, new(3, 0, 0, 0));
        var (id, _) = await ExpectStoreAsync(peer, held[0]);
        await peer.SendAsync(RawPeer.Message(1, CommandSets.Cancel(7)), Token);
        await AnswerAsync(peer, 3, id, 0);

        var final = (await NextAsync(peer)).Command;
        Assert.Equal((DimseStatus.Cancel, new SubOperationCounts(2, 1, 0, 0)), (final.Status, final.SubOperations));
        Assert.Equal(0, held[1].Opened);
    }

    [Fact]
    public async Task A_peer_that_is_slow_to_answer_hears_every_five_seconds_how_it_stands()
    {
        var time = new FakeTimeProvider();
        var services = new Dictionary<string, IDimseService> { [Uids.StudyRootGet] = new Shelf(new Held("1.1", sopClass: Ct)), [Ct] = new Taker() };
        await using var server = new DicomServer(
            new DicomServerOptions { EndPoint = new(System.Net.IPAddress.Loopback, 0) }, services, AcceptAllPolicy.Instance, null, time);
        await server.StartAsync(Token);
        using var peer = await RawPeer.ConnectAsync(server.EndPoint, Token);
        var request = RawPeer.Request(RawPeer.Context(1, Uids.StudyRootGet), RawPeer.Context(3, Ct));
        request.Roles[Ct] = new RoleSelection(IsScu: false, IsScp: true);
        await peer.AssociateAsync(request, Token);
        await peer.SendAsync(RawPeer.Message(1, CommandSets.Retrieve(7, Uids.StudyRootGet), Shelf.Identifier()), Token);
        await ExpectPendingAsync(peer, new(1, 0, 0, 0));
        var (id, _) = await ExpectStoreAsync(peer, new Held("1.1"));

        for (var i = 0; i < 3; i++)
        {
            var told = NextAsync(peer);
            while (!told.IsCompleted)
            {
                // The clock goes on only once the server waits by it.
                time.Advance(TimeSpan.FromSeconds(1));
                await Task.Delay(5, Token);
            }

            Assert.Equal(DimseStatus.Pending, (await told).Command.Status);
        }

        await AnswerAsync(peer, 3, id, 0);
        Assert.Equal(DimseStatus.Success, (await NextAsync(peer)).Command.Status);
    }

    [Fact]
    public async Task An_instance_that_cannot_be_read_fails_alone()
    {
        Held[] held = [new("1.1") { Fault = (0, new IOException("The disk is gone")) }, new("1.2")];
        await using var server = await new Shelf(held).StartAsync(Ct);
        using var peer = await Shelf.AskAsync(server, Token, storage: (Ct, Implicit));

        await ExpectPendingAsync(peer, new(2, 0, 0, 0));
        await AnswerAsync(peer, 3, (await ExpectStoreAsync(peer, held[1])).Id, 0);
        var (final, dataSet, _) = await NextAsync(peer);

        Assert.Equal((DimseStatus.SubOperationsIncomplete, new SubOperationCounts(null, 1, 1, 0)), (final.Status, final.SubOperations));
        Assert.Equal("1.1", Shelf.Read(dataSet).GetString(Tags.FailedSopInstanceUidList));
        Assert.Equal("The disk is gone", Assert.Single(server.Failures).Exception.Message);
    }

    [Fact]
    public async Task An_instance_that_breaks_off_ends_the_association()
    {
        await using var server = await new Shelf(new Held("1.1", 700_000) { Fault = (600_000, new IOException("The disk is gone")) }).StartAsync(Ct);
        using var peer = await Shelf.AskAsync(server, Token, storage: (Ct, Implicit));

        await ExpectPendingAsync(peer, new(1, 0, 0, 0));
        byte[]? pdu;
        do pdu = await peer.ReadAsync(Token);
        while (pdu is [4, ..]);

        Assert.Equal(7, pdu![0]);
    }

    [Fact]
    public async Task A_second_request_is_refused_while_instances_are_sent()
    {
        var held = new Held("1.1");
        await using var server = await new Shelf(held).StartAsync(Ct);
        using var peer = await Shelf.AskAsync(server, Token, storage: (Ct, Implicit));
        await ExpectPendingAsync(peer, new(1, 0, 0, 0));
        var (id, _) = await ExpectStoreAsync(peer, held);

        await peer.SendAsync(RawPeer.Message(1, CommandSets.Retrieve(8, Uids.StudyRootGet), Shelf.Identifier()), Token);

        var refusal = (await NextAsync(peer)).Command;
        Assert.Equal((DimseStatus.ResourceLimitation, (ushort?)8), (refusal.Status, refusal.MessageIdBeingRespondedTo));
        await AnswerAsync(peer, 3, id, 0);
        Assert.Equal(DimseStatus.Success, (await NextAsync(peer)).Command.Status);
    }

    [Fact]
    public async Task A_response_that_nothing_was_asked_for_aborts()
    {
        var held = new Held("1.1");
        await using var server = await new Shelf(held).StartAsync(Ct);
        using var peer = await Shelf.AskAsync(server, Token, storage: (Ct, Implicit));
        await ExpectPendingAsync(peer, new(1, 0, 0, 0));
        var (id, _) = await ExpectStoreAsync(peer, held);

        await AnswerAsync(peer, 3, (ushort)(id + 1), 0);

        Assert.Equal(7, (await peer.ReadAsync(Token))![0]);
    }

    [Fact]
    public async Task A_release_in_the_middle_ends_the_operation()
    {
        var held = new Held("1.1");
        await using var server = await new Shelf(held, new Held("1.2")).StartAsync(Ct);
        using var peer = await Shelf.AskAsync(server, Token, storage: (Ct, Implicit));
        await ExpectPendingAsync(peer, new(2, 0, 0, 0));
        await ExpectStoreAsync(peer, held);

        await peer.SendAsync(RawPeer.ReleaseRq, Token);

        byte[]? pdu;
        do pdu = await peer.ReadAsync(Token);
        while (pdu is [4, ..]);
        Assert.Equal(RawPeer.ReleaseRp, pdu);
    }

    [Fact]
    public async Task A_refusal_names_the_keys_and_an_exception_leaves_the_association()
    {
        var isFirst = true;
        var shelf = new Shelf((_, _) => isFirst
            ? new(RetrievePlan.Refuse(DimseStatus.IdentifierDoesNotMatchSopClass, "No level", Tags.QueryRetrieveLevel))
            : throw new InvalidOperationException("Broken"));
        await using var server = await shelf.StartAsync(Ct);
        using var peer = await Shelf.AskAsync(server, Token, storage: (Ct, Implicit));

        var refusal = (await NextAsync(peer)).Command;
        isFirst = false;
        await peer.SendAsync(RawPeer.Message(1, CommandSets.Retrieve(8, Uids.StudyRootGet), Shelf.Identifier()), Token);
        var broken = (await NextAsync(peer)).Command;

        Assert.Equal((DimseStatus.IdentifierDoesNotMatchSopClass, "No level"), (refusal.Status, refusal.ErrorComment));
        Assert.Equal([Tags.QueryRetrieveLevel], refusal.OffendingElements);
        Assert.Equal(DimseStatus.UnableToProcess, broken.Status);
        Assert.Equal("C-GET", Assert.Single(server.Failures).Operation);
    }

    [Fact]
    public async Task Five_thousand_failures_are_listed()
    {
        var uids = Enumerable.Range(0, 5000).Select(i => $"1.2.826.0.1.3680043.8.498.1234567890.1234567890.{i}").ToArray();
        await using var server = await new Shelf([.. uids.Select(uid => new Held(uid, sopClass: Mr))]).StartAsync(Ct);
        using var peer = await Shelf.AskAsync(server, Token, storage: (Ct, Implicit));

        CommandSet command;
        byte[] dataSet;
        do (command, dataSet, _) = await NextAsync(peer);
        while (command.Status == DimseStatus.Pending);

        Assert.Equal((ushort?)5000, command.SubOperations?.Failed);
        Assert.Equal(uids, Shelf.Read(dataSet).GetStrings(Tags.FailedSopInstanceUidList));
    }

    private static Task<(CommandSet Command, byte[] DataSet, List<int> Lengths)> NextAsync(RawPeer peer) => peer.ReadMessageAsync(Token);

    private static async Task ExpectPendingAsync(RawPeer peer, SubOperationCounts counts)
    {
        var (command, dataSet, _) = await NextAsync(peer);
        Assert.Equal((DimseStatus.Pending, counts), (command.Status, command.SubOperations));
        Assert.Empty(dataSet);
    }

    // Pending responses may come before it.
    private static async Task<(ushort Id, byte[] Bytes)> ExpectStoreAsync(RawPeer peer, Held instance)
    {
        while (true)
        {
            var (command, dataSet, _) = await NextAsync(peer);
            if (command.Status == DimseStatus.Pending) continue;
            Assert.Equal(
                (CommandField.CStore, instance.SopClassUid, instance.SopInstanceUid),
                (command.Field, command.AffectedSopClassUid, command.AffectedSopInstanceUid));
            Assert.Null(command.MoveOriginator);
            return (command.MessageId!.Value, dataSet);
        }
    }

    private static Task AnswerAsync(RawPeer peer, byte contextId, ushort id, ushort status) =>
        peer.SendAsync(RawPeer.Message(contextId, CommandSets.Response(CommandSets.Store(id, Ct, "1.1"), status)), Token);

    private sealed class Taker : IStoreService
    {
        public RoleSelection ChooseRoles(RoleSelection proposed) => proposed;

        public ValueTask<StoreResult> StoreAsync(StoreRequest request, CancellationToken cancellationToken) => new(StoreResult.Success);
    }
}
