using System.IO.Pipelines;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom.Network;

/// <summary>Data sets that are sent while they are read.</summary>
public sealed class StoreClientTests
{
    private static readonly TransferSyntax Syntax = TransferSyntax.ExplicitVrLittleEndian;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Around the longest fragment (65536 - 6) and twice that, where the last one is decided.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65529)]
    [InlineData(65530)]
    [InlineData(65531)]
    [InlineData(131060)]
    [InlineData(131061)]
    public async Task A_data_set_arrives_as_it_was_sent(int length)
    {
        byte[]? received = null;
        await using var server = await new Archive(async (request, _) =>
        {
            received = await Archive.ReadAllAsync(request.DataSet);
            return new StoreResult(0xB000);
        }).StartAsync();
        await using var client = await Archive.ConnectAsync(server, Token);
        byte[] dataSet = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7))];

        var status = await client.StoreAsync(Archive.SopClass, "1.2.3", Syntax, PipeReader.Create(new MemoryStream(dataSet)), Token);

        Assert.Equal(new StoreResult(0xB000), status);
        Assert.Equal(dataSet, received);
    }

    [Fact]
    public async Task A_failure_carries_its_comment_and_the_association_lives()
    {
        await using var server = await new Archive((_, _) => new(new StoreResult(0xA900, "Not this one"))).StartAsync();
        await using var client = await Archive.ConnectAsync(server, Token);

        for (var i = 0; i < 2; i++)
        {
            var failure = await Assert.ThrowsAsync<DicomNetworkException>(
                () => client.StoreAsync(Archive.SopClass, "1.2.3", Syntax, PipeReader.Create(new MemoryStream(new byte[300_000])), Token));

            Assert.Equal((DicomNetworkError.FailureStatus, (ushort?)0xA900, "Not this one"), (failure.Error, failure.Status, failure.ErrorComment));
        }
    }

    [Fact]
    public async Task A_syntax_that_was_not_accepted_is_not_sent()
    {
        await using var server = await new Archive((_, _) => new(StoreResult.Success)).StartAsync();
        await using var client = await Archive.ConnectAsync(server, Token);

        var failure = await Assert.ThrowsAsync<DicomNetworkException>(
            () => client.StoreAsync(Archive.SopClass, "1.2.3", TransferSyntax.ImplicitVrLittleEndian, PipeReader.Create(Stream.Null), Token));

        Assert.Equal(DicomNetworkError.ContextNotAccepted, failure.Error);
    }

    [Fact]
    public async Task A_source_that_breaks_off_aborts_the_association()
    {
        var ended = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await new Archive(async (request, _) =>
        {
            ended.SetResult(await Assert.ThrowsAsync<DicomNetworkException>(() => Archive.ReadAllAsync(request.DataSet)));
            return StoreResult.Success;
        }).StartAsync();
        await using var client = await Archive.ConnectAsync(server, Token);
        var source = new Pipe();
        await source.Writer.WriteAsync(new byte[1000], Token);
        await source.Writer.CompleteAsync(new IOException("The disk is gone"));

        var failure = await Assert.ThrowsAsync<IOException>(() => client.StoreAsync(Archive.SopClass, "1.2.3", Syntax, source.Reader, Token));

        Assert.Equal("The disk is gone", failure.Message);
        await ended.Task.WaitAsync(Token);
        var next = await Assert.ThrowsAsync<DicomNetworkException>(
            () => client.StoreAsync(Archive.SopClass, "1.2.3", Syntax, PipeReader.Create(Stream.Null), Token));
        Assert.Equal(DicomNetworkError.Aborted, next.Error);
    }

    [Fact]
    public async Task What_is_sent_beside_a_data_set_waits_for_its_end()
    {
        var searched = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var stored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var worklist = new Worklist(async (_, responder, token) =>
        {
            await responder.SendAsync(Worklist.Entry(0));
            await using var cancelled = token.Register(searched.SetResult);
            await Task.Delay(Timeout.Infinite, token);
            return FindResult.Success;
        });
        await using var server = await new Archive(async (request, _) =>
        {
            stored.SetResult();
            await Archive.ReadAllAsync(request.DataSet);
            return StoreResult.Success;
        }).StartAsync(new DicomServerOptions { MaxOperations = 2 }, worklist);
        await using var client = await DicomClient.ConnectAsync(Archive.ClientOptions(server) with { MaxOperations = 2 }, TimeProvider.System, Token);
        var source = new Pipe();
        var matches = client.FindAsync(Uids.ModalityWorklistFind, Worklist.Query(), Token).GetAsyncEnumerator(Token);
        await matches.MoveNextAsync();
        var storing = client.StoreAsync(Archive.SopClass, "1.2.3", Syntax, source.Reader, Token);
        await stored.Task.WaitAsync(Token);

        // Cancels the search, in the middle of the data set.
        await matches.DisposeAsync();
        await source.Writer.WriteAsync(new byte[1001], Token);
        await source.Writer.CompleteAsync();

        Assert.Equal(StoreResult.Success, await storing);
        await searched.Task.WaitAsync(Token);
        await client.ReleaseAsync(Token);
    }
}
