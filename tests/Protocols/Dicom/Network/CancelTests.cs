using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Dicom.Network.Dimse;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom.Network;

public sealed class CancelTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Never ends by itself, and never awaits anything but room for its responses.</summary>
    private static Worklist Endless(TaskCompletionSource<int> ended) => new(async (_, responder, _) =>
    {
        var sent = 0;
        try
        {
            while (true)
            {
                await responder.SendAsync(Worklist.Entry(sent));
                sent++;
            }
        }
        finally
        {
            ended.TrySetResult(sent);
        }
    });

    [Fact]
    public async Task A_cancel_in_mid_stream_ends_the_search_with_its_own_status()
    {
        var ended = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.StartAsync(Endless(ended));
        using var peer = await server.ConnectRawAsync(Token);
        await peer.AssociateAsync(RawPeer.Request(RawPeer.Context(1, Uids.ModalityWorklistFind)), Token);
        await peer.SendAsync(RawPeer.Message(1, CommandSets.Find(7, Uids.ModalityWorklistFind), []), Token);
        for (var i = 0; i < 100; i++) Assert.Equal(DimseStatus.Pending, (await peer.ReadMessageAsync(Token)).Command.Status);

        await peer.SendAsync(RawPeer.Message(1, CommandSets.Cancel(7)), Token);

        var last = (await peer.ReadMessageAsync(Token)).Command;
        while (last.Status == DimseStatus.Pending) last = (await peer.ReadMessageAsync(Token)).Command;
        Assert.Equal((DimseStatus.Cancel, (ushort?)7, false), (last.Status, last.MessageIdBeingRespondedTo, last.HasDataSet));
        await peer.SendAsync(RawPeer.ReleaseRq, Token);
        Assert.Equal(RawPeer.ReleaseRp, await peer.ReadAsync(Token));
    }

    [Fact]
    public async Task A_service_that_waits_is_cancelled_through_its_token()
    {
        await using var server = await TestServer.StartAsync(new Worklist(async (_, responder, token) =>
        {
            await responder.SendAsync(Worklist.Entry(0));
            await Task.Delay(Timeout.Infinite, token);
            return FindResult.Success;
        }));
        await using var client = await server.ConnectAsync(Token);
        var count = 0;

        await foreach (var _ in client.FindAsync(Uids.ModalityWorklistFind, Worklist.Query(), Token))
        {
            count++;
            await client.CancelAsync(Token);
        }

        Assert.Equal(1, count);
        await client.EchoAsync(Token);
        Assert.Empty(server.Failures);
    }

    [Fact]
    public async Task A_caller_that_stops_early_cancels_the_search_and_can_go_on()
    {
        var ended = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.StartAsync(Endless(ended));
        await using var client = await server.ConnectAsync(Token);

        await foreach (var _ in client.FindAsync(Uids.ModalityWorklistFind, Worklist.Query(), Token)) break;

        await ended.Task.WaitAsync(Token);
        await client.EchoAsync(Token);
        await client.ReleaseAsync(Token);
    }

    [Fact]
    public async Task A_cancelled_token_cancels_the_search()
    {
        var ended = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.StartAsync(Endless(ended));
        await using var client = await server.ConnectAsync(Token);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in client.FindAsync(Uids.ModalityWorklistFind, Worklist.Query(), stop.Token)) await stop.CancelAsync();
        });

        await ended.Task.WaitAsync(Token);
        await client.EchoAsync(Token);
    }

    [Fact]
    public async Task A_cancel_that_crosses_the_final_response_is_ignored()
    {
        await using var server = await TestServer.StartAsync(Worklist.Of(0));
        using var peer = await server.ConnectRawAsync(Token);
        await peer.AssociateAsync(RawPeer.Request(RawPeer.Context(1, Uids.ModalityWorklistFind), RawPeer.Context(3, Uids.Verification)), Token);
        await peer.SendAsync(RawPeer.Message(1, CommandSets.Find(7, Uids.ModalityWorklistFind), []), Token);
        await peer.ReadMessageAsync(Token);

        await peer.SendAsync(RawPeer.Message(1, CommandSets.Cancel(7)), Token);
        await peer.SendAsync(RawPeer.Message(3, CommandSets.Echo(8)), Token);

        Assert.Equal((ushort?)8, (await peer.ReadMessageAsync(Token)).Command.MessageIdBeingRespondedTo);
    }

    [Fact]
    public async Task A_slow_reader_slows_the_search_and_nothing_piles_up()
    {
        const int Bytes = 1000;
        var progress = 0;
        await using var server = await TestServer.StartAsync(new Worklist(async (_, responder, _) =>
        {
            var entry = Worklist.Entry(0).Set(Tags.RequestedProcedureDescription, new string('x', Bytes));
            for (var i = 0; i < 20_000; i++)
            {
                await responder.SendAsync(entry);
                Interlocked.Increment(ref progress);
            }

            return FindResult.Success;
        }));
        using var peer = await RawPeer.ConnectAsync(server.EndPoint, Token, receiveBuffer: 8192);
        await peer.AssociateAsync(RawPeer.Request(RawPeer.Context(1, Uids.ModalityWorklistFind)), Token);
        await peer.SendAsync(RawPeer.Message(1, CommandSets.Find(7, Uids.ModalityWorklistFind), []), Token);

        // Another association is served all the while.
        await using (var client = await server.ConnectAsync(Token)) await client.EchoAsync(Token);
        var read = 0;
        while ((await peer.ReadMessageAsync(Token)).Command.Status == DimseStatus.Pending)
        {
            read++;
            // What is ahead of the reader fits in the sockets' buffers and ours.
            Assert.InRange(Volatile.Read(ref progress) - read, -1, 15_000_000 / Bytes);
        }

        Assert.Equal(20_000, read);
    }

    [Fact]
    public async Task The_end_of_the_connection_cancels_the_search()
    {
        var ended = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.StartAsync(Endless(ended));
        using (var peer = await server.ConnectRawAsync(Token))
        {
            await peer.AssociateAsync(RawPeer.Request(RawPeer.Context(1, Uids.ModalityWorklistFind)), Token);
            await peer.SendAsync(RawPeer.Message(1, CommandSets.Find(7, Uids.ModalityWorklistFind), []), Token);
            await peer.ReadMessageAsync(Token);
        }

        await ended.Task.WaitAsync(Token);
        Assert.Empty(server.Failures);
    }
}
