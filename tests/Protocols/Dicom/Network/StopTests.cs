using System.Diagnostics;
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
}
