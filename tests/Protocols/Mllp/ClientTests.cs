using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using CloudPacs.Mllp;
using Xunit;

namespace CloudPacs.Protocols.Tests.Mllp;

/// <summary>The client against a server that does what each test tells it.</summary>
public sealed class ClientTests : IDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    private readonly TcpListener _server = new(IPAddress.Loopback, 0);
    private readonly WatchedTime _time = new();
    private readonly ConcurrentQueue<string> _unexpected = [];

    public ClientTests() => _server.Start();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Messages_go_one_after_the_other_over_one_connection()
    {
        await using var client = Client();

        var first = SendAsync(client, "1");
        var second = SendAsync(client, "2");
        await using var peer = await RawPeer.AcceptAsync(_server);
        Assert.Equal("MSH|1", await peer.ReadFrameAsync());
        await peer.SendFrameAsync("MSA|AA|1");
        Assert.Equal("MSA|AA|1", Text(await first));
        Assert.Equal("MSH|2", await peer.ReadFrameAsync());
        await peer.SendFrameAsync("MSA|AA|2");

        Assert.Equal("MSA|AA|2", Text(await second));
    }

    [Fact]
    public async Task A_second_message_is_not_sent_before_the_first_is_answered()
    {
        await using var client = Client(attempts: 1);

        var first = SendAsync(client, "1");
        var second = SendAsync(client, "2");
        await using var peer = await RawPeer.AcceptAsync(_server);
        await peer.ReadFrameAsync();
        await _time.PassAsync(AnswerTimeout);
        Assert.Equal(MllpAnswerStatus.TimedOut, (await first).Status);

        Assert.Null(await peer.ReadFrameAsync());
        Assert.False(second.IsCompleted);
        await client.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => SendAsync(client, "3"));
    }

    [Fact]
    public async Task An_answer_to_another_message_is_reported_and_waited_past()
    {
        await using var client = Client();

        var sending = SendAsync(client, "1");
        await using var peer = await RawPeer.AcceptAsync(_server);
        await peer.SendAsync(RawPeer.Frame("MSA|AA|0") + "\r\n" + RawPeer.Frame("MSA|AA|1"));

        Assert.Equal("MSA|AA|1", Text(await sending));
        Assert.Equal("MSA|AA|0", Assert.Single(_unexpected));
    }

    [Fact]
    public async Task After_a_time_out_the_message_goes_again_on_a_new_connection_and_a_late_answer_is_nobodys()
    {
        await using var client = Client();

        var sending = SendAsync(client, "1");
        await using var slow = await RawPeer.AcceptAsync(_server);
        await slow.ReadFrameAsync();
        await _time.PassAsync(AnswerTimeout);
        Assert.Null(await slow.ReadFrameAsync());
        await _time.PassAsync(TimeSpan.FromSeconds(1.1));
        await using var peer = await RawPeer.AcceptAsync(_server);
        Assert.Equal("MSH|1", await peer.ReadFrameAsync());
        await peer.SendFrameAsync("MSA|AA|1|second");

        var answer = await sending;
        Assert.Equal(("MSA|AA|1|second", 2), (Text(answer), answer.Attempts));
    }

    [Fact]
    public async Task A_reset_before_the_answer_means_that_it_is_sent_again()
    {
        await using var client = Client();

        var sending = SendAsync(client, "1");
        await using (var broken = await RawPeer.AcceptAsync(_server))
        {
            await broken.ReadFrameAsync();
            broken.Reset();
        }

        await _time.PassAsync(TimeSpan.FromSeconds(1.1));
        await using var peer = await RawPeer.AcceptAsync(_server);
        await peer.ReadFrameAsync();
        await peer.SendFrameAsync("MSA|AA|1");

        Assert.True((await sending).IsAnswered);
    }

    [Fact]
    public async Task A_half_answer_is_none()
    {
        await using var client = Client(attempts: 1);

        var sending = SendAsync(client, "1");
        await using var peer = await RawPeer.AcceptAsync(_server);
        await peer.ReadFrameAsync();
        await peer.SendAsync("\vMSA|AA|1");
        peer.FinishSending();

        Assert.Equal(MllpAnswerStatus.ConnectionLost, (await sending).Status);
    }

    [Fact]
    public async Task The_pauses_between_attempts_double_up_to_the_longest()
    {
        _server.Stop();
        await using var client = Client(attempts: 9);

        var sending = SendAsync(client, "1");
        foreach (var seconds in new[] { 1, 2, 4, 8, 16, 32, 60, 60 }) await _time.PassAsync(TimeSpan.FromSeconds(seconds * 1.1));

        var answer = await sending;
        Assert.Equal((MllpAnswerStatus.NotConnected, 9), (answer.Status, answer.Attempts));
        Assert.NotNull(answer.Problem);
    }

    [Fact]
    public async Task The_pause_also_holds_for_the_next_message()
    {
        _server.Stop();
        await using var client = Client(attempts: 1);

        await SendAsync(client, "1");
        var second = SendAsync(client, "2");
        var wasEarly = second.IsCompleted;
        await _time.PassAsync(TimeSpan.FromSeconds(1.1));

        Assert.False(wasEarly);
        Assert.Equal(MllpAnswerStatus.NotConnected, (await second).Status);
    }

    [Fact]
    public async Task A_connection_that_the_peer_closed_between_messages_costs_no_attempt()
    {
        await using var client = Client(attempts: 1);
        var first = SendAsync(client, "1");
        await using (var closing = await RawPeer.AcceptAsync(_server))
        {
            await closing.ReadFrameAsync();
            await closing.SendFrameAsync("MSA|AA|1");
            await first;
        }

        var second = SendAsync(client, "2");
        await using var peer = await RawPeer.AcceptAsync(_server);
        Assert.Equal("MSH|2", await peer.ReadFrameAsync());
        await peer.SendFrameAsync("MSA|AA|2");

        Assert.Equal(1, (await second).Attempts);
    }

    [Fact]
    public async Task A_cancelled_send_leaves_nothing_for_the_next_message()
    {
        using var cancellation = new CancellationTokenSource();
        await using var client = Client();
        var first = client.SendAsync("MSH|1"u8.ToArray(), _ => true, cancellation.Token);
        await using var left = await RawPeer.AcceptAsync(_server);
        await left.ReadFrameAsync();

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        var second = SendAsync(client, "2");
        await using var peer = await RawPeer.AcceptAsync(_server);
        await peer.ReadFrameAsync();
        await peer.SendFrameAsync("MSA|AA|2");

        Assert.Equal("MSA|AA|2", Text(await second));
        Assert.Null(await left.ReadFrameAsync());
    }

    [Fact]
    public async Task An_answer_that_is_too_large_is_not_read()
    {
        await using var client = Client(attempts: 1);

        var sending = SendAsync(client, "1");
        await using var peer = await RawPeer.AcceptAsync(_server);
        await peer.ReadFrameAsync();
        await peer.SendAsync("\v" + new string('x', 100_001));

        Assert.Equal(MllpAnswerStatus.ConnectionLost, (await sending).Status);
    }

    [Fact]
    public async Task A_message_without_an_answer_is_sent_when_it_is_written()
    {
        await using var client = Client();

        var answer = await client.SendAsync("MSH|1"u8.ToArray(), null, Patience.Token);

        Assert.Equal((true, 0), (answer.IsAnswered, answer.Payload.Length));
    }

    [Fact]
    public async Task A_payload_that_would_break_its_frame_is_refused()
    {
        await using var client = Client();

        await Assert.ThrowsAsync<ArgumentException>(() => client.SendAsync("MSH|\x1c\r"u8.ToArray(), null, Patience.Token));
    }

    [Fact]
    public async Task Release_2_waits_for_the_commit_block_and_commits_the_answer()
    {
        await using var client = Client(release2: true);

        var sending = SendAsync(client, "1");
        await using var peer = await RawPeer.AcceptAsync(_server);
        await peer.ReadFrameAsync();
        await peer.SendAsync(RawPeer.Frame("\x06") + RawPeer.Frame("MSA|AA|1"));

        Assert.Equal("\x06", await peer.ReadFrameAsync());
        Assert.Equal("MSA|AA|1", Text(await sending));
    }

    [Fact]
    public async Task Release_2_offers_a_refused_message_twice_more_and_gives_up()
    {
        await using var client = Client(attempts: 1, release2: true);

        var sending = SendAsync(client, "1");
        await using var peer = await RawPeer.AcceptAsync(_server);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("MSH|1", await peer.ReadFrameAsync());
            await peer.SendFrameAsync("\x15");
        }

        Assert.Equal(MllpAnswerStatus.NotCommitted, (await sending).Status);
        Assert.Null(await peer.ReadFrameAsync());
    }

    [Fact]
    public async Task Release_2_does_not_take_an_old_commit_block_for_the_next_message()
    {
        await using var client = Client(release2: true);
        var first = SendAsync(client, "1");
        await using var old = await RawPeer.AcceptAsync(_server);
        await old.ReadFrameAsync();
        await old.SendAsync(RawPeer.Frame("\x06") + RawPeer.Frame("MSA|AA|1") + RawPeer.Frame("\x06"));
        await first;

        var second = SendAsync(client, "2");
        await using var peer = await RawPeer.AcceptAsync(_server);

        Assert.Equal("MSH|2", await peer.ReadFrameAsync());
        await peer.SendAsync(RawPeer.Frame("\x06") + RawPeer.Frame("MSA|AA|2"));
        Assert.True((await second).IsAnswered);
    }

    private static Task<MllpAnswer> SendAsync(MllpClient client, string id) => client.SendAsync(
        Encoding.UTF8.GetBytes("MSH|" + id),
        answer => Encoding.UTF8.GetString(answer.Span).StartsWith("MSA|AA|" + id, StringComparison.Ordinal),
        Patience.Token);

    private static string Text(MllpAnswer answer) => Encoding.UTF8.GetString(answer.Payload.Span);

    private MllpClient Client(int attempts = 3, bool release2 = false) => new(
        new()
        {
            Host = "127.0.0.1",
            Port = ((IPEndPoint)_server.LocalEndpoint).Port,
            MaxAttempts = attempts,
            MaxFrameBytes = 100_000,
            Release2 = release2,
            OnUnexpected = content => _unexpected.Enqueue(Encoding.UTF8.GetString(content.Span)),
        },
        _time,
        new HalfRandom());

    /// <summary>Makes every pause a tenth longer than the least.</summary>
    private sealed class HalfRandom : Random
    {
        public override double NextDouble() => 0.5;
    }
}
