using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace CloudPacs.Protocols.Tests.Mllp;

/// <summary>The other end of a connection, byte by byte as a test wants it. Knows nothing of the code under test.</summary>
public sealed class RawPeer : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly Stream _stream;

    private RawPeer(Socket socket, Stream stream)
    {
        _socket = socket;
        _stream = stream;
    }

    /// <param name="endPoint">Where to.</param>
    /// <param name="from">Address of this machine to come from; null = as the system likes.</param>
    public static async Task<RawPeer> ConnectAsync(IPEndPoint endPoint, string? from = null)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (from is not null) socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await socket.ConnectAsync(endPoint, Patience.Token);
        return new(socket, new NetworkStream(socket, ownsSocket: true));
    }

    public static async Task<RawPeer> AcceptAsync(TcpListener listener)
    {
        var socket = await listener.AcceptSocketAsync(Patience.Token);
        return new(socket, new NetworkStream(socket, ownsSocket: true));
    }

    public async Task<RawPeer> SecureAsync(SslClientAuthenticationOptions options)
    {
        var secure = new SslStream(_stream);
        await secure.AuthenticateAsClientAsync(options, Patience.Token);
        return new(_socket, secure);
    }

    /// <summary>Characters are sent as UTF-8; VT, FS and CR are written <c>\v</c>, <c>\x1c</c>, <c>\r</c>.</summary>
    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await _stream.WriteAsync(bytes, Patience.Token);

    public static string Frame(string content) => "\v" + content + "\x1c\r";

    public Task SendFrameAsync(string content) => SendAsync(Frame(content));

    /// <summary>Content of the next frame; null when the connection ended before one.</summary>
    public async Task<string?> ReadFrameAsync()
    {
        var patience = Patience.Token;
        var bytes = new List<byte>();
        var one = new byte[1];
        while (!(bytes.Count > 2 && bytes[^2] == 0x1C && bytes[^1] == 0x0D))
        {
            try
            {
                if (await _stream.ReadAsync(one, patience) == 0) return null;
            }
            catch (IOException)
            {
                return null;
            }

            bytes.Add(one[0]);
        }

        Assert.Equal(0x0B, bytes[0]);
        return Encoding.UTF8.GetString([.. bytes[1..^2]]);
    }

    /// <summary>Waits until the other side has closed, and tells what it said before, as Latin-1.</summary>
    public async Task<string> ReadToEndAsync()
    {
        var text = new StringBuilder();
        var patience = Patience.Token;
        var part = new byte[4096];
        try
        {
            for (int read; (read = await _stream.ReadAsync(part, patience)) > 0;) text.Append(Encoding.Latin1.GetString(part, 0, read));
        }
        catch (IOException)
        {
            // A reset is an end too.
        }

        return text.ToString();
    }

    /// <summary>The bytes that one receive call delivers.</summary>
    public async Task<string> ReadOnceAsync()
    {
        var patience = Patience.Token;
        var part = new byte[64 * 1024];
        return Encoding.UTF8.GetString(part, 0, await _stream.ReadAsync(part, patience));
    }

    public void FinishSending() => _socket.Shutdown(SocketShutdown.Send);

    public void Reset() => _socket.Close(0);

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _socket.Dispose();
    }
}
