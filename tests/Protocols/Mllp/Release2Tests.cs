using Xunit;

namespace CloudPacs.Protocols.Tests.Mllp;

/// <summary>MLLP release 2, the listener's side.</summary>
public sealed class Release2Tests
{
    private const string Ack = "\x06";
    private const string Nak = "\x15";

    [Fact]
    public async Task The_commit_block_comes_before_the_answer_and_the_answer_is_committed_by_the_peer()
    {
        await using var fixture = await StartAsync();
        await using var peer = await fixture.ConnectAsync();

        await peer.SendFrameAsync("MSH|1");

        Assert.Equal(Ack, await peer.ReadFrameAsync());
        Assert.Equal("MSA|MSH|1", await peer.ReadFrameAsync());
        await peer.SendAsync(RawPeer.Frame(Ack) + RawPeer.Frame("MSH|2"));
        Assert.Equal(Ack, await peer.ReadFrameAsync());
        Assert.Equal("MSA|MSH|2", await peer.ReadFrameAsync());
        Assert.Equal(0, fixture.Counters["commit_blocks.unexpected"]);
    }

    [Fact]
    public async Task The_commit_block_waits_for_the_receiver()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var fixture = await StartAsync(new RecordingReceiver { BeforeAnswer = (_, _) => gate.Task, Answers = _ => [] });
        await using var peer = await fixture.ConnectAsync();

        await peer.SendFrameAsync("MSH|1");
        await fixture.Receiver.NextAsync();
        var committing = peer.ReadFrameAsync();
        var wasEarly = committing.IsCompleted;
        gate.SetResult();

        Assert.Equal((false, Ack), (wasEarly, await committing));
    }

    [Fact]
    public async Task An_answer_that_is_refused_is_sent_again_twice_and_then_given_up()
    {
        await using var fixture = await StartAsync();
        await using var peer = await fixture.ConnectAsync();
        await peer.SendFrameAsync("MSH|1");
        await peer.ReadFrameAsync();

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("MSA|MSH|1", await peer.ReadFrameAsync());
            await peer.SendFrameAsync(Nak);
        }

        Assert.Null(await peer.ReadFrameAsync());
        Assert.IsType<TimeoutException>(await fixture.NextErrorAsync());
    }

    [Fact]
    public async Task An_answer_that_is_never_committed_ends_the_connection()
    {
        await using var fixture = await StartAsync();
        await using var peer = await fixture.ConnectAsync();
        await peer.SendFrameAsync("MSH|1");
        await peer.ReadFrameAsync();
        await peer.ReadFrameAsync();

        await fixture.Time.PassAsync(TimeSpan.FromSeconds(11));

        Assert.Null(await peer.ReadFrameAsync());
        Assert.Equal(1, fixture.Counters["sends.failed"]);
    }

    [Fact]
    public async Task What_the_receiver_fails_to_store_gets_a_negative_commit_block()
    {
        var failures = 1;
        var receiver = new RecordingReceiver
        {
            BeforeAnswer = (_, _) => failures-- > 0 ? throw new InvalidOperationException("disk full") : Task.CompletedTask,
        };
        await using var fixture = await StartAsync(receiver);
        await using var peer = await fixture.ConnectAsync();

        await peer.SendFrameAsync("MSH|1");
        var first = await peer.ReadFrameAsync();
        await peer.SendFrameAsync("MSH|1");
        var second = await peer.ReadFrameAsync();

        Assert.Equal((Nak, Ack), (first, second));
        Assert.Equal("disk full", (await fixture.NextErrorAsync()).Message);
    }

    [Fact]
    public async Task Stopping_still_takes_the_commit_block_of_the_last_answer()
    {
        await using var fixture = await StartAsync();
        await using var peer = await fixture.ConnectAsync();
        await peer.SendFrameAsync("MSH|1");
        await peer.ReadFrameAsync();
        await peer.ReadFrameAsync();

        var stopping = fixture.Listener.StopAsync(TimeSpan.FromSeconds(17));
        await peer.SendFrameAsync(Ack);

        Assert.Null(await peer.ReadFrameAsync());
        await peer.DisposeAsync();
        await stopping.WaitAsync(Patience.Token);
        Assert.False(fixture.HasError);
        Assert.Equal(0, fixture.Counters["sends.failed"]);
    }

    private static Task<ListenerFixture> StartAsync(RecordingReceiver? receiver = null) => ListenerFixture.StartAsync(
        (name, onError) => new()
        {
            Name = name,
            EndPoint = ListenerFixture.AnyPort,
            OnError = onError,
            Release2 = true,
            CommitTimeout = TimeSpan.FromSeconds(11),
        },
        receiver);
}
