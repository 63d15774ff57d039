using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CloudPacs.EndToEnd.Tests.Peers;

/// <summary>What a receiver does with a message.</summary>
internal enum Reaction { Accept, Refuse, Reject, Busy, Silence, Late, Garbage, CloseAfterReceiving, CloseInAnswer }

/// <summary>What becomes of a connection while another is open.</summary>
internal enum Further { Taken, Refused, Ended, Unread }

/// <summary>A system that takes messages over MLLP and reacts as a test says; it can be away and come back on the same port.</summary>
internal sealed class HisReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _messages = new();
    private readonly ConcurrentDictionary<string, TcpClient> _asked = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<string> _twice = [];
    private readonly Lock _gate = new();
    private readonly List<TcpClient> _clients = [];
    private TcpListener _listener = new(IPAddress.Loopback, 0);
    private Task _accepting;
    private volatile bool _isAway;

    public HisReceiver()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync(_listener);
    }

    public int Port { get; }

    /// <summary>What to do with a message; asked for each time that it comes.</summary>
    public Func<ReceivedMessage, Reaction> React { get; set; } = static _ => Reaction.Accept;

    public Further Further { get; set; }

    /// <summary>What <see cref="Reaction.Late"/> waits for before it answers.</summary>
    public Func<Task> Late { get; set; } = static () => Task.Delay(1500);

    /// <summary>Ids of messages that came once more while a connection was open on which their answer was waited for.</summary>
    public IReadOnlyCollection<string> Twice => _twice;

    /// <summary>All that came, in order, repetitions too.</summary>
    public IReadOnlyList<ReceivedMessage> Messages => [.. _messages.Select(static text => new ReceivedMessage(text))];

    /// <summary>Nothing has come yet, and everything is accepted.</summary>
    public void StartOver()
    {
        _messages.Clear();
        _twice.Clear();
        React = static _ => Reaction.Accept;
    }

    /// <summary>No connection is accepted, and those that are open end.</summary>
    public async Task LeaveAsync()
    {
        _isAway = true;
        _listener.Stop();
        EndAll();
        await _accepting;
        // One may have come in between.
        EndAll();
    }

    public void ComeBack()
    {
        _isAway = false;
        _accepting = AcceptAsync(_listener = Listen());
    }

    /// <summary>Waits until so many messages have come, or the time is over.</summary>
    public Task<IReadOnlyList<ReceivedMessage>> WaitForAsync(int count, int seconds = 30) =>
        WaitForAsync(messages => messages.Count >= count, seconds);

    /// <summary>Waits until what has come is enough, or the time is over.</summary>
    public async Task<IReadOnlyList<ReceivedMessage>> WaitForAsync(Func<IReadOnlyList<ReceivedMessage>, bool> isEnough, int seconds = 30)
    {
        for (var left = seconds * 50; left > 0 && !isEnough(Messages); left--) await Task.Delay(20);
        return Messages;
    }

    public async ValueTask DisposeAsync() => await LeaveAsync();

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync();
                if (Further == Further.Ended && IsServing())
                {
                    client.Dispose();
                    continue;
                }

                lock (_gate) _clients.Add(client);
                var serving = ServeAsync(client);
                if (Further == Further.Refused) listener.Stop();
                if (Further is Further.Refused or Further.Unread) await serving;
                if (Further == Further.Refused && !_isAway) _listener = listener = Listen();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Left.
        }
    }

    private TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Start();
        return listener;
    }

    private bool IsServing()
    {
        lock (_gate) return _clients.Exists(IsOpen);
    }

    private void EndAll()
    {
        lock (_gate)
        {
            foreach (var client in _clients) client.Dispose();
            _clients.Clear();
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            var stream = client.GetStream();
            var text = "";
            var buffer = new byte[65536];
            while (true)
            {
                var read = await stream.ReadAsync(buffer);
                if (read == 0) return;
                text += Encoding.UTF8.GetString(buffer, 0, read);
                while (text.IndexOf("\u001c\r", StringComparison.Ordinal) is var end and >= 0)
                {
                    var message = new ReceivedMessage(text[..end].TrimStart('\v'));
                    text = text[(end + 2)..];
                    _messages.Enqueue(message.Text);
                    if (_asked.TryGetValue(message.ControlId, out var other) && other != client && IsOpen(other)) _twice.Add(message.ControlId);
                    _asked[message.ControlId] = client;
                    var reaction = React(message);
                    if (!await AnswerAsync(stream, message, reaction)) return;
                    if (reaction != Reaction.Silence) _asked.TryRemove(message.ControlId, out _);
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The engine is gone.
        }
        finally
        {
            client.Dispose();
        }
    }

    /// <summary>The peer has not ended the connection.</summary>
    private static bool IsOpen(TcpClient client) => client.Client is { Connected: true } socket && !(socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0);

    private async Task<bool> AnswerAsync(NetworkStream stream, ReceivedMessage message, Reaction reaction)
    {
        if (reaction == Reaction.CloseAfterReceiving) return false;
        if (reaction == Reaction.Silence) return true;
        if (reaction == Reaction.Late) await Late();
        var (code, error) = reaction switch
        {
            Reaction.Refuse => ("AE", "ERR||PID^1^3|204^Unknown key identifier^HL70357|E\r"),
            Reaction.Reject => ("AR", "ERR||MSH^1^9|200^Unsupported message type^HL70357|E\r"),
            Reaction.Busy => ("AR", "ERR|||207^Application internal error^HL70357|E\r"),
            _ => ("AA", ""),
        };
        var answer = reaction == Reaction.Garbage
            ? "\vthis is no HL7\u001c\r"
            : $"\vMSH|^~\\&|HIS|MERCY|CLOUDPACS||20260101||ACK|A{Guid.NewGuid():N}|P|2.3.1\rMSA|{code}|{message.ControlId}\r{error}\u001c\r";
        if (reaction == Reaction.CloseInAnswer) answer = answer[..(answer.Length / 2)];
        await stream.WriteAsync(Encoding.UTF8.GetBytes(answer));
        return reaction != Reaction.CloseInAnswer;
    }
}

/// <summary>A message that a receiver got.</summary>
internal sealed record ReceivedMessage(string Text)
{
    public string ControlId => Field("MSH", 9);

    public string Placer => Field("ORC", 2).Split('^')[0];

    public string Control => Field("ORC", 1);

    public string Status => Field("ORC", 5);

    public string Result => Field("OBR", 25);

    /// <summary>By place between bars: of MSH one less than the number of the field.</summary>
    public string Field(string segment, int place)
    {
        var line = Text.Split('\r').FirstOrDefault(line => line.StartsWith(segment + "|", StringComparison.Ordinal));
        return line?.Split('|').ElementAtOrDefault(place) ?? "";
    }
}
