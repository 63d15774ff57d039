using System.Buffers;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Dicom.Network.Dimse;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom.Network;

public sealed class FindTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_echo_is_answered()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await server.ConnectAsync(Token);

        await client.EchoAsync(Token);
        await client.EchoAsync(Token);

        await client.ReleaseAsync(Token);
        Assert.Equal("CLOUDPACS_1", client.PeerVersionName);
    }

    [Fact]
    public async Task Matches_come_in_order_with_their_status_and_the_service_sees_who_asks()
    {
        FindRequest? seen = null;
        await using var server = await TestServer.StartAsync(new Worklist(async (request, responder, _) =>
        {
            seen = request;
            await responder.SendAsync(Worklist.Entry(0));
            await responder.SendAsync(FindPeer.Encode(Worklist.Entry(1), request.TransferSyntax), optionalKeysUnsupported: true);
            return FindResult.Success;
        }));
        await using var client = await server.ConnectAsync(Token);

        var found = await client.FindAllAsync(Worklist.Query().Set(Tags.PatientId, "4711"), Token);

        Assert.Equal([("A0", DimseStatus.Pending), ("A1", DimseStatus.PendingOptionalKeysUnsupported)], found.Select(item => (item.Identifier.GetString(Tags.AccessionNumber)!, item.Status)));
        Assert.Equal(("TESTER", "CLOUDPACS", "4711", TransferSyntax.ExplicitVrLittleEndian),
            (seen!.CallingAe, seen.CalledAe, seen.Identifier.GetString(Tags.PatientId), seen.TransferSyntax));
        Assert.Equal(Uids.ModalityWorklistFind, seen.SopClassUid);
    }

    [Theory]
    [InlineData("ISO_IR 100", "Müller^Jürgen")]
    [InlineData("ISO_IR 192", "Ανδρέας^山田")]
    public async Task Text_crosses_in_the_character_set_of_the_data_set(string characterSet, string name)
    {
        await using var server = await TestServer.StartAsync(new Worklist(async (request, responder, _) =>
        {
            await responder.SendAsync(new DataSet().Set(Tags.SpecificCharacterSet, characterSet).Set(Tags.PatientName, request.Identifier.GetString(Tags.PatientName)!));
            return FindResult.Success;
        }));
        await using var client = await server.ConnectAsync(Token);

        var found = await client.FindAllAsync(new DataSet().Set(Tags.SpecificCharacterSet, characterSet).Set(Tags.PatientName, name), Token);

        Assert.Equal(name, found.Single().Identifier.GetString(Tags.PatientName));
    }

    [Fact]
    public async Task A_match_and_the_final_status_leave_in_one_send()
    {
        await using var server = await TestServer.StartAsync(Worklist.Of(1));
        using var peer = await FindPeer.ConnectAsync(server, Token);

        for (ushort id = 1; id <= 20; id++)
        {
            await peer.SendAsync(RawPeer.Message(1, CommandSets.Find(id, Uids.ModalityWorklistFind), FindPeer.Query), Token);
            var buffer = new byte[16384];
            var received = await peer.Socket.ReceiveAsync(buffer, Token);

            // Three P-DATA-TF: pending command, identifier, final command; nothing is left for a second segment.
            Assert.Equal([4, 4, 4], PduTypes(buffer.AsSpan(0, received)));
        }
    }

    [Fact]
    public async Task A_response_is_not_held_back_while_the_service_waits_for_the_next()
    {
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.StartAsync(new Worklist(async (_, responder, _) =>
        {
            await responder.SendAsync(Worklist.Entry(0));
            await goOn.Task;
            await responder.SendAsync(Worklist.Entry(1));
            await Task.Yield();
            await responder.SendAsync(Worklist.Entry(2));
            return FindResult.Success;
        }));
        await using var client = await server.ConnectAsync(Token);
        await using var matches = client.FindAsync(Uids.ModalityWorklistFind, Worklist.Query(), Token).GetAsyncEnumerator(Token);

        Assert.True(await matches.MoveNextAsync());
        goOn.SetResult();

        Assert.True(await matches.MoveNextAsync());
        Assert.True(await matches.MoveNextAsync());
        Assert.False(await matches.MoveNextAsync());
    }

    [Fact]
    public async Task Responses_are_cut_to_what_the_peer_can_take()
    {
        var entry = Worklist.Entry(0).Set(Tags.RequestedProcedureDescription, new string('x', 3000));
        await using var server = await TestServer.StartAsync(new Worklist(async (_, responder, _) =>
        {
            await responder.SendAsync(entry);
            return FindResult.Success;
        }));
        using var peer = await FindPeer.ConnectAsync(server, Token, maxLength: 512);

        await peer.SendAsync(RawPeer.Message(1, CommandSets.Find(1, Uids.ModalityWorklistFind), FindPeer.Query), Token);

        var (_, dataSet, lengths) = await peer.ReadMessageAsync(Token);
        Assert.Equal(FindPeer.Encode(entry, TransferSyntax.ImplicitVrLittleEndian), dataSet);
        Assert.All(lengths, length => Assert.InRange(length, 7, 512));
    }

    [Fact]
    public async Task A_request_may_be_cut_anywhere()
    {
        await using var server = await TestServer.StartAsync(Worklist.Of(1));
        using var peer = await FindPeer.ConnectAsync(server, Token);
        var command = new CommandWriter().Write(CommandSets.Find(9, Uids.ModalityWorklistFind)).ToArray();

        byte[] pdus =
        [
            .. RawPeer.Data(1, true, false, command[..5]), .. RawPeer.Data(1, true, false, []), .. RawPeer.Data(1, true, true, command[5..]),
            .. FindPeer.Query.SelectMany(one => RawPeer.Data(1, false, false, [one])), .. RawPeer.Data(1, false, true, []),
        ];
        foreach (var one in pdus.Chunk(7)) await peer.SendAsync(one, Token);

        Assert.Equal((DimseStatus.Pending, (ushort?)9), FindPeer.Status(await peer.ReadMessageAsync(Token)));
        Assert.Equal((DimseStatus.Success, (ushort?)9), FindPeer.Status(await peer.ReadMessageAsync(Token)));
    }

    [Fact]
    public async Task Command_and_data_set_may_share_a_pdu()
    {
        await using var server = await TestServer.StartAsync(Worklist.Of(0));
        using var peer = await FindPeer.ConnectAsync(server, Token);
        var command = RawPeer.Data(1, true, true, new CommandWriter().Write(CommandSets.Find(1, Uids.ModalityWorklistFind)).ToArray());
        byte[] items = [.. command[6..], .. RawPeer.Data(1, false, true, FindPeer.Query)[6..]];

        await peer.SendAsync(new byte[] { 4, 0, 0, 0, (byte)(items.Length >> 8), (byte)items.Length }.Concat(items).ToArray(), Token);

        Assert.Equal((DimseStatus.Success, (ushort?)1), FindPeer.Status(await peer.ReadMessageAsync(Token)));
    }

    [Fact]
    public async Task A_release_waits_for_the_responses_that_are_due()
    {
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.StartAsync(new Worklist(async (_, responder, _) =>
        {
            await goOn.Task;
            await responder.SendAsync(Worklist.Entry(0));
            return FindResult.Success;
        }));
        using var peer = await FindPeer.ConnectAsync(server, Token);

        await peer.SendAsync(RawPeer.Message(1, CommandSets.Find(1, Uids.ModalityWorklistFind), FindPeer.Query), Token);
        await peer.SendAsync(RawPeer.ReleaseRq, Token);
        goOn.SetResult();

        Assert.Equal(DimseStatus.Pending, (await peer.ReadMessageAsync(Token)).Command.Status);
        Assert.Equal(DimseStatus.Success, (await peer.ReadMessageAsync(Token)).Command.Status);
        Assert.Equal(RawPeer.ReleaseRp, await peer.ReadAsync(Token));
    }

    [Fact]
    public async Task Several_searches_run_side_by_side_when_that_was_negotiated()
    {
        var both = new Barrier(2);
        await using var server = await TestServer.StartAsync(
            new Worklist(async (request, responder, _) =>
            {
                await Task.Yield();
                // Passes only while the other search is running as well.
                Assert.True(await Task.Run(() => both.SignalAndWait(TimeSpan.FromSeconds(20))));
                await responder.SendAsync(request.Identifier);
                return FindResult.Success;
            }),
            new DicomServerOptions { MaxOperations = 2 });
        await using var client = await DicomClient.ConnectAsync(server.ClientOptions() with { MaxOperations = 5 }, TimeProvider.System, Token);

        var found = await Task.WhenAll(Enumerable.Range(0, 2).Select(i => client.FindAllAsync(Worklist.Entry(i), Token)));

        Assert.Equal(new AsynchronousWindow(2, 1), client.Window);
        Assert.Equal(["A0", "A1"], found.Select(list => list.Single().Identifier.GetString(Tags.AccessionNumber)));
    }

    private static List<byte> PduTypes(ReadOnlySpan<byte> bytes)
    {
        var types = new List<byte>();
        while (!bytes.IsEmpty)
        {
            types.Add(bytes[0]);
            bytes = bytes[(6 + System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(bytes[2..]))..];
        }

        return types;
    }
}
