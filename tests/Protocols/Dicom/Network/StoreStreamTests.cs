using System.IO.Pipelines;
using System.Net.Sockets;
using CloudPacs.Dicom.Network;
using CloudPacs.Dicom.Network.Dimse;
using CloudPacs.Dicom.Network.Pdu;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom.Network;

/// <summary>Data sets that are read while they come.</summary>
public sealed class StoreStreamTests
{
    private const int Pause = 64 * 1024;
    private const int MaxPdu = 64 * 1024;
    private static readonly byte[] ProviderAbort = [7, 0, 0, 0, 0, 4, 0, 0, 2, 6];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)(i * 7))];

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(1000, 1)]
    [InlineData(1000, 7)]
    [InlineData(1000, 999)]
    [InlineData(1000, 1000)]
    public async Task A_data_set_arrives_the_same_wherever_it_was_cut(int length, int fragmentBytes)
    {
        var received = new List<byte[]>();
        await using var server = await new Archive(async (request, _) =>
        {
            received.Add(await Archive.ReadAllAsync(request.DataSet));
            return StoreResult.Success;
        }).StartAsync();
        using var peer = await Archive.ConnectRawAsync(server, Token);
        var dataSet = Bytes(length);
        byte[][] fragments = length == 0 ? [[]] : [.. dataSet.Chunk(fragmentBytes)];
        var pdus = fragments.Select((fragment, i) => Archive.Part(fragment, isLast: i == fragments.Length - 1)).Prepend(Archive.Command(1)).ToList();

        // A PDU each, then all values of the message in one PDU, with an empty one in the middle.
        await peer.SendAsync(pdus.SelectMany(pdu => pdu).ToArray(), Token);
        Assert.Equal((DimseStatus.Success, (ushort?)1), FindPeer.Status(await peer.ReadMessageAsync(Token)));
        pdus.Insert(1, Archive.Part([]));
        await peer.SendAsync(OnePdu(pdus), Token);
        var answer = await peer.ReadMessageAsync(Token);

        Assert.Equal((DimseStatus.Success, "1.2.3", Archive.SopClass), (answer.Command.Status, answer.Command.AffectedSopInstanceUid, answer.Command.AffectedSopClassUid));
        Assert.Equal([dataSet, dataSet], received);
    }

    [Fact]
    public async Task The_service_knows_the_command_before_the_data_set_comes()
    {
        var begun = new TaskCompletionSource<StoreRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await new Archive(async (request, _) =>
        {
            begun.SetResult(request);
            await Archive.ReadAllAsync(request.DataSet);
            return new StoreResult(0xB000);
        }).StartAsync();
        using var peer = await Archive.ConnectRawAsync(server, Token);

        await peer.SendAsync(Archive.Command(9), Token);
        var request = await begun.Task.WaitAsync(Token);
        await peer.SendAsync(Archive.Part([1, 2], isLast: true), Token);

        Assert.Equal(("RAW", Archive.SopClass, "1.2.3", (ushort)9), (request.Association.CallingAe, request.SopClassUid, request.SopInstanceUid, request.MessageId));
        Assert.Equal((ushort?)0xB000, (await peer.ReadMessageAsync(Token)).Command.Status);
    }

    [Fact]
    public async Task A_very_long_data_set_passes_in_little_memory()
    {
        const long Length = 512L << 20;
        var counted = (Bytes: 0L, MostUnread: 0L);
        await using var server = await new Archive(
            async (request, _) =>
            {
                counted = await Archive.CountAsync(request.DataSet);
                return StoreResult.Success;
            },
            DataSetDelivery.Streamed(pauseBytes: Pause)).StartAsync();
        await using var client = await Archive.ConnectAsync(server, Token);
        using var source = new GeneratedStream(Length);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        await client.StoreAsync(Archive.SopClass, "1.2.3", client.AcceptedSyntax(Archive.SopClass)!, PipeReader.Create(source), Token);

        Assert.Equal(Length, counted.Bytes);
        Assert.InRange(counted.MostUnread, 1, Pause + MaxPdu);
        // Other tests of the process use memory meanwhile, but not that much.
        Assert.InRange(source.MostMemory - before, long.MinValue, Length / 2);
    }

    [Fact]
    public async Task A_service_that_does_not_read_holds_back_the_peer()
    {
        const int Length = 64 << 20;
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var counted = (Bytes: 0L, MostUnread: 0L);
        await using var server = await new Archive(
            async (request, _) =>
            {
                await goOn.Task;
                counted = await Archive.CountAsync(request.DataSet);
                return StoreResult.Success;
            },
            DataSetDelivery.Streamed(pauseBytes: Pause)).StartAsync();
        using var peer = await Archive.ConnectRawAsync(server, Token);
        var part = Archive.Part(new byte[32768]);
        await peer.SendAsync(Archive.Command(1), Token);

        // Until the socket takes no more; were everything read, it would take all.
        var sent = 0;
        while (sent < Length && peer.Socket.Poll(TimeSpan.FromSeconds(1), SelectMode.SelectWrite)) sent += await peer.Socket.SendAsync(part.AsMemory(sent % part.Length), Token);
        goOn.SetResult();
        await peer.SendAsync(part.AsMemory(sent % part.Length), Token);
        await peer.SendAsync(Archive.Part([], isLast: true), Token);

        Assert.Equal(DimseStatus.Success, (await peer.ReadMessageAsync(Token)).Command.Status);
        Assert.InRange(sent, 1, Length - 1);
        Assert.Equal(((sent / part.Length) + 1) * 32768L, counted.Bytes);
        Assert.InRange(counted.MostUnread, Pause, Pause + MaxPdu);
    }

    public static TheoryData<byte[]?, byte[]?> Ends => new()
    {
        // What the peer does in the middle of a data set (nothing: it closes), and what it gets.
        { null, null },
        { RawPeer.Abort, null },
        { Archive.Command(2), ProviderAbort },
        { RawPeer.Data(3, isCommand: false, isLast: false, [1, 2]), ProviderAbort },
        { RawPeer.Data(5, isCommand: false, isLast: false, [1, 2]), ProviderAbort },
        { [9], [7, 0, 0, 0, 0, 4, 0, 0, 2, 1] },
        { RawPeer.ReleaseRq, RawPeer.ReleaseRp },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task A_data_set_that_breaks_off_fails_the_reader(byte[]? sent, byte[]? answer)
    {
        var failure = new TaskCompletionSource<DicomNetworkException>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await new Archive(FailingReader(failure)).StartAsync();
        using var peer = await Archive.ConnectRawAsync(server, Token);
        await peer.SendAsync(Archive.Command(1), Token);
        await peer.SendAsync(Archive.Part(new byte[100]), Token);

        if (sent is null) peer.Dispose();
        else await peer.SendAsync(sent, Token);

        var expected = sent == RawPeer.ReleaseRq ? DicomNetworkError.Released : DicomNetworkError.Aborted;
        Assert.Equal(expected, (await failure.Task.WaitAsync(Token)).Error);
        if (sent == RawPeer.ReleaseRq) Assert.Equal(DimseStatus.UnableToProcess, (await peer.ReadMessageAsync(Token)).Command.Status);
        if (answer is not null) Assert.Equal(answer, await peer.ReadAsync(Token));
        peer.Dispose();
        await server.Ended.Reader.ReadAsync(Token);
        Assert.Empty(server.Failures);
    }

    [Fact]
    public async Task A_peer_that_goes_silent_in_the_middle_is_aborted_like_an_idle_one()
    {
        var failure = new TaskCompletionSource<DicomNetworkException>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await new Archive(FailingReader(failure)).StartAsync(new DicomServerOptions { IdleTimeout = TimeSpan.FromMilliseconds(200) });
        using var peer = await Archive.ConnectRawAsync(server, Token);

        await peer.SendAsync(Archive.Command(1), Token);
        await peer.SendAsync(Archive.Part(new byte[100]), Token);

        Assert.Contains("nothing happened on it for too long", (await failure.Task.WaitAsync(Token)).Message, StringComparison.Ordinal);
        Assert.Equal(RawPeer.Abort, await peer.ReadAsync(Token));
    }

    [Fact]
    public async Task A_stop_fails_the_reader_of_a_data_set_that_does_not_come()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var failure = new TaskCompletionSource<DicomNetworkException>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await new Archive((request, token) =>
        {
            begun.SetResult();
            return FailingReader(failure)(request, token);
        }).StartAsync();
        using var peer = await Archive.ConnectRawAsync(server, Token);
        await peer.SendAsync(Archive.Command(1), Token);
        await peer.SendAsync(Archive.Part(new byte[100]), Token);
        await begun.Task.WaitAsync(Token);

        await server.Server.StopAsync(TimeSpan.Zero);

        Assert.Contains("the server is stopping", (await failure.Task.WaitAsync(Token)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_ends_a_wait_for_a_service_that_does_not_read()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isCancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await new Archive(
            async (_, token) =>
            {
                await using var _1 = token.Register(isCancelled.SetResult);
                begun.SetResult();
                await isCancelled.Task;
                return StoreResult.Success;
            },
            DataSetDelivery.Streamed(pauseBytes: 100)).StartAsync();
        using var peer = await Archive.ConnectRawAsync(server, Token);
        await peer.SendAsync(Archive.Command(1), Token);
        await peer.SendAsync(Archive.Part(new byte[1000]), Token);
        await begun.Task.WaitAsync(Token);

        await server.Server.StopAsync(TimeSpan.Zero);

        await isCancelled.Task.WaitAsync(Token);
        Assert.Equal("the server is stopping", await server.Ended.Reader.ReadAsync(Token));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_service_leaves_unread_is_dropped_and_its_status_comes_when_all_was_sent(bool completesReader)
    {
        var returned = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await new Archive(
            async (request, _) =>
            {
                request.DataSet.AdvanceTo((await request.DataSet.ReadAsync(CancellationToken.None)).Buffer.GetPosition(10));
                if (completesReader) await request.DataSet.CompleteAsync();
                returned.SetResult();
                return new StoreResult(0xA900, "Not this one");
            },
            DataSetDelivery.Streamed(pauseBytes: Pause)).StartAsync();
        using var peer = await Archive.ConnectRawAsync(server, Token);
        await peer.SendAsync(Archive.Command(1), Token);
        await peer.SendAsync(Archive.Part(new byte[100]), Token);
        await returned.Task.WaitAsync(Token);

        for (var i = 0; i < 100; i++) await peer.SendAsync(Archive.Part(new byte[32768]), Token);
        var available = peer.Socket.Available;
        await peer.SendAsync(Archive.Part([1], isLast: true), Token);
        var answer = (await peer.ReadMessageAsync(Token)).Command;
        await peer.SendAsync(RawPeer.Message(3, CommandSets.Echo(2)), Token);

        Assert.Equal(0, available);
        Assert.Equal(((ushort?)0xA900, "Not this one"), (answer.Status, answer.ErrorComment));
        Assert.Equal((DimseStatus.Success, (ushort?)2), FindPeer.Status(await peer.ReadMessageAsync(Token)));
    }

    [Fact]
    public async Task A_service_that_throws_is_answered_for_and_the_association_lives()
    {
        await using var server = await new Archive((_, _) => throw new InvalidOperationException("Disk is full")).StartAsync();
        using var peer = await Archive.ConnectRawAsync(server, Token);

        await peer.SendAsync(Archive.Command(1), Token);
        await peer.SendAsync(Archive.Part(new byte[100], isLast: true), Token);
        var answer = (await peer.ReadMessageAsync(Token)).Command;
        await peer.SendAsync(RawPeer.Message(3, CommandSets.Echo(2)), Token);

        Assert.Equal(DimseStatus.UnableToProcess, answer.Status);
        Assert.DoesNotContain("Disk", answer.ErrorComment, StringComparison.Ordinal);
        Assert.Equal(("C-STORE", "Disk is full"), server.Failures.Select(item => (item.Operation, item.Exception.Message)).Single());
        Assert.Equal((DimseStatus.Success, (ushort?)2), FindPeer.Status(await peer.ReadMessageAsync(Token)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_data_set_above_the_limit_of_its_service_is_refused_and_the_association_lives(bool isStreamed)
    {
        var delivery = isStreamed ? DataSetDelivery.Streamed(maxBytes: 1000) : DataSetDelivery.Buffered(1000);
        var lengths = new List<int>();
        await using var server = await new Archive(
            async (request, _) =>
            {
                lengths.Add((await Archive.ReadAllAsync(request.DataSet)).Length);
                return StoreResult.Success;
            },
            delivery).StartAsync();
        using var peer = await Archive.ConnectRawAsync(server, Token);

        foreach (var (length, status) in new[] { (1001, DimseStatus.OutOfResources), (1000, DimseStatus.Success) })
        {
            await peer.SendAsync(Archive.Command(1), Token);
            await peer.SendAsync(Archive.Part(new byte[length - 1]), Token);
            await peer.SendAsync(Archive.Part([1], isLast: true), Token);
            Assert.Equal(status, (await peer.ReadMessageAsync(Token)).Command.Status);
        }

        Assert.Equal([1000], lengths);
        Assert.Empty(server.Failures);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_peer_that_sends_without_end_what_nobody_reads_is_aborted(bool isStreamed)
    {
        var delivery = isStreamed ? DataSetDelivery.Streamed() : DataSetDelivery.Buffered(1000);
        await using var server = await new Archive((_, _) => new(new StoreResult(0xA700)), delivery).StartAsync(new DicomServerOptions { MaxDiscardedBytes = 100_000 });
        using var peer = await Archive.ConnectRawAsync(server, Token);
        await peer.SendAsync(Archive.Command(1), Token);

        for (var i = 0; i < 5; i++) await peer.SendAsync(Archive.Part(new byte[30_000]), Token);

        Assert.Equal(RawPeer.Abort, await peer.ReadAsync(Token));
        peer.Dispose();
        Assert.Contains("nobody reads", await server.Ended.Reader.ReadAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_next_request_waits_until_the_data_set_before_it_has_been_read()
    {
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var second = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var steps = new List<string>();
        await using var server = await new Archive(async (request, _) =>
        {
            if (request.MessageId == 1) await goOn.Task;
            else second.SetResult();
            lock (steps) steps.Add($"reads {request.MessageId}");
            await Archive.ReadAllAsync(request.DataSet);
            // The first goes on working when the second has begun.
            await second.Task;
            return StoreResult.Success;
        }).StartAsync(new DicomServerOptions { MaxOperations = 2 });
        using var peer = await Archive.ConnectRawAsync(server, Token, new AsynchronousWindow(2, 1));
        await using var other = await server.ConnectAsync(Token);

        foreach (ushort id in new ushort[] { 1, 2 })
        {
            await peer.SendAsync(Archive.Command(id), Token);
            await peer.SendAsync(Archive.Part(new byte[100], isLast: true), Token);
        }

        for (var i = 0; i < 20; i++) await other.EchoAsync(Token);
        Assert.False(second.Task.IsCompleted);
        goOn.SetResult();
        var answers = new[] { await peer.ReadMessageAsync(Token), await peer.ReadMessageAsync(Token) };

        Assert.Equal(["reads 1", "reads 2"], steps);
        Assert.Equal([1, 2], answers.Select(answer => (int)answer.Command.MessageIdBeingRespondedTo!.Value).Order());
        Assert.All(answers, answer => Assert.Equal(DimseStatus.Success, answer.Command.Status));
    }

    [Fact]
    public async Task A_request_that_cannot_be_served_gets_its_status_after_its_data_set()
    {
        var calls = 0;
        await using var server = await new Archive((_, _) =>
        {
            calls++;
            return new(StoreResult.Success);
        }).StartAsync();
        using var peer = await Archive.ConnectRawAsync(server, Token);
        byte[][] commands =
        [
            Archive.Command(1, sopClass: "1.2.3.4"),
            RawPeer.Message(1, CommandSets.Find(2, Archive.SopClass)),
            RawPeer.Message(1, CommandSets.Store(3, Archive.SopClass, "")),
        ];
        ushort[] expected = [DimseStatus.SopClassNotSupported, DimseStatus.UnrecognizedOperation, DimseStatus.InvalidSopInstance];
        foreach (var (command, status) in commands.Zip(expected))
        {
            await peer.SendAsync(command, Token);
            await peer.SendAsync(Archive.Part(new byte[10]), Token);
            var available = peer.Socket.Available;
            await peer.SendAsync(Archive.Part(new byte[10], isLast: true), Token);

            Assert.Equal(status, (await peer.ReadMessageAsync(Token)).Command.Status);
            Assert.Equal(0, available);
        }

        await peer.SendAsync(RawPeer.Message(1, CommandSets.Store(4, Archive.SopClass, "1.2.3") with { HasDataSet = false }), Token);
        Assert.Equal(DimseStatus.UnableToProcess, (await peer.ReadMessageAsync(Token)).Command.Status);
        Assert.Equal(0, calls);
    }

    [Fact]
    public void A_search_cannot_have_its_identifier_streamed()
    {
        var services = new Dictionary<string, IDimseService> { ["1.2"] = new StreamedSearch() };

        Assert.Throws<ArgumentException>(() => new DicomServer(new DicomServerOptions(), services, AcceptAllPolicy.Instance, null, TimeProvider.System));
    }

    private static Func<StoreRequest, CancellationToken, ValueTask<StoreResult>> FailingReader(TaskCompletionSource<DicomNetworkException> failure) =>
        async (request, token) =>
        {
            try
            {
                await Archive.ReadAllAsync(request.DataSet);
                return StoreResult.Success;
            }
            catch (DicomNetworkException e)
            {
                failure.SetResult(e);
                throw;
            }
        };

    private static byte[] OnePdu(List<byte[]> pdus)
    {
        byte[] values = [.. pdus.SelectMany(pdu => pdu[PduWriter.HeaderBytes..])];
        var pdu = new byte[PduWriter.HeaderBytes + values.Length];
        pdu[0] = (byte)PduType.Data;
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(pdu.AsSpan(2), values.Length);
        values.CopyTo(pdu, PduWriter.HeaderBytes);
        return pdu;
    }

    private sealed class StreamedSearch : IFindService
    {
        public DataSetDelivery Delivery => DataSetDelivery.Streamed();

        public ValueTask<FindResult> FindAsync(FindRequest request, IFindResponder responder, CancellationToken cancellationToken) =>
            new(FindResult.Success);
    }
}
