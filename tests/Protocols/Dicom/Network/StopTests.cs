using System.Diagnostics;
using System.IO.Pipelines;
using CloudPacs.Dicom.Network;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom.Network;

public sealed class StopTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Running_operations_finish_before_the_server_stops()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.StartAsync(new Worklist(async (_, responder, _) =>
        {
            begun.SetResult();
            await goOn.Task;
            await responder.SendAsync(Worklist.Entry(0));
            return FindResult.Success;
        }));
        await using var busy = await server.ConnectAsync(Token);
        await using var idle = await server.ConnectAsync(Token);
        var finding = busy.FindAllAsync(Worklist.Query(), Token);
        await begun.Task.WaitAsync(Token);

        var stopping = server.Server.StopAsync(TimeSpan.FromSeconds(20));
        var failure = await Assert.ThrowsAsync<DicomNetworkException>(async () =>
        {
            while (true) await idle.EchoAsync(Token);
        });
        Assert.False(stopping.IsCompleted);
        goOn.SetResult();

        Assert.Single(await finding);
        await stopping.WaitAsync(Token);
        Assert.Equal(DicomNetworkError.Aborted, failure.Error);
        await Assert.ThrowsAsync<DicomNetworkException>(() => server.ConnectAsync(Token));
    }

    [Fact]
    public async Task Who_is_in_the_middle_of_a_series_sends_it_to_its_end_while_nobody_new_is_let_in()
    {
        var stored = 0;
        await using var server = await new Archive(async (request, _) =>
        {
            await Archive.ReadAllAsync(request.DataSet);
            stored++;
            return StoreResult.Success;
        }).StartAsync();
        await using var modality = await Archive.ConnectAsync(server, Token);
        await StoreAsync(modality);

        var stopping = server.Server.StopAsync(TimeSpan.FromSeconds(60));
        for (var i = 0; i < 20; i++) await StoreAsync(modality);
        await Assert.ThrowsAsync<DicomNetworkException>(() => server.ConnectAsync(Token));
        Assert.False(stopping.IsCompleted);
        await modality.ReleaseAsync(Token);

        await stopping.WaitAsync(TimeSpan.FromSeconds(20), Token);
        Assert.Equal(21, stored);
    }

    [Fact]
    public async Task Who_never_comes_to_an_end_of_storing_is_aborted_when_the_time_is_over()
    {
        await using var server = await new Archive(async (request, _) =>
        {
            await Archive.ReadAllAsync(request.DataSet);
            return StoreResult.Success;
        }).StartAsync();
        await using var modality = await Archive.ConnectAsync(server, Token);
        await StoreAsync(modality);
        var clock = Stopwatch.StartNew();

        var stopping = server.Server.StopAsync(TimeSpan.FromSeconds(3));
        var failure = await Assert.ThrowsAsync<DicomNetworkException>(async () =>
        {
            while (true) await StoreAsync(modality);
        });

        Assert.Contains(failure.Error, new[] { DicomNetworkError.Aborted, DicomNetworkError.ConnectionLost });
        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(2.9), TimeSpan.FromSeconds(20));
        await stopping.WaitAsync(TimeSpan.FromSeconds(20), Token);
    }

    [Fact]
    public async Task Who_asks_for_nothing_more_or_only_whether_we_are_there_is_not_waited_for()
    {
        await using var server = await new Archive(async (request, _) =>
        {
            await Archive.ReadAllAsync(request.DataSet);
            return StoreResult.Success;
        }).StartAsync();
        await using var modality = await Archive.ConnectAsync(server, Token);
        await StoreAsync(modality);

        var stopping = server.Server.StopAsync(TimeSpan.FromMinutes(2));
        await Assert.ThrowsAsync<DicomNetworkException>(async () =>
        {
            while (true) await modality.EchoAsync(Token);
        });

        await stopping.WaitAsync(TimeSpan.FromMinutes(1), Token);
    }

    [Fact]
    public async Task The_stop_ends_in_time_whatever_peers_and_services_do()
    {
        var never = new TaskCompletionSource<FindResult>();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.StartAsync(new Worklist((_, _, _) =>
        {
            begun.SetResult();
            return new(never.Task);
        }));
        using var silent = await server.ConnectRawAsync(Token);
        await using var client = await server.ConnectAsync(Token);
        var finding = client.FindAllAsync(Worklist.Query(), Token);
        await begun.Task.WaitAsync(Token);
        var clock = Stopwatch.StartNew();

        await server.Server.StopAsync(TimeSpan.FromMilliseconds(100));

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<DicomNetworkException>(() => finding);
        Assert.Null(await silent.ReadAsync(Token));
        never.SetResult(FindResult.Success);
    }

    private static Task<StoreResult> StoreAsync(DicomClient modality) => modality.StoreAsync(
        Archive.SopClass, "1.2.3", modality.AcceptedSyntax(Archive.SopClass)!, PipeReader.Create(new MemoryStream(new byte[1000])), Token);
}
