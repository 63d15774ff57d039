using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CloudPacs.EndToEnd.Tests.Fhir;

/// <summary>What came back; of a compressed body the type is that.</summary>
internal sealed record RawAnswer(int Status, string Type, byte[] Body);

/// <summary>HTTP/1.1 over one connection that puts requests on the wire as they are: no client corrects them before.</summary>
internal sealed class RawHttp(int port) : IDisposable
{
    private TcpClient? _connection;
    private Stream? _stream;

    public void Dispose() => _connection?.Dispose();

    /// <exception cref="IOException">The engine does not answer.</exception>
    public async Task<RawAnswer> SendAsync(HostileRequest request)
    {
        // A connection that was closed after the last answer is opened anew.
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await SendOnceAsync(request);
            }
            catch (IOException) when (tries < 3)
            {
                Close();
            }
        }
    }

    private async Task<RawAnswer> SendOnceAsync(HostileRequest request)
    {
        if (_stream is null)
        {
            _connection = new TcpClient { NoDelay = true };
            await _connection.ConnectAsync(IPAddress.Loopback, port);
            _stream = new BufferedStream(_connection.GetStream(), 1 << 16);
        }

        var head = new StringBuilder($"{request.Method} {request.Target} HTTP/1.1\r\nHost: localhost\r\n");
        foreach (var (name, value) in request.Headers) head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        if (request.Type is not null) head.Append(CultureInfo.InvariantCulture, $"Content-Type: {request.Type}\r\nContent-Length: {request.Body.Length}\r\n");
        await _stream.WriteAsync(Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()));
        if (request.Type is not null) await _stream.WriteAsync(request.Body);
        await _stream.FlushAsync();
        return await ReadAsync(request.Method == "HEAD");
    }

    private async Task<RawAnswer> ReadAsync(bool isHead)
    {
        var status = int.Parse((await LineAsync()).Split(' ')[1], CultureInfo.InvariantCulture);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var line = await LineAsync(); line.Length > 0; line = await LineAsync()) headers[line[..line.IndexOf(':', StringComparison.Ordinal)]] = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        // "Continue" comes before the answer.
        if (status == 100) return await ReadAsync(isHead);
        byte[] body = [];
        if (isHead || status is 204 or 304)
        {
            // The headers may tell of the body that there would be.
        }
        else if (headers.GetValueOrDefault("Transfer-Encoding") == "chunked")
        {
            for (var size = await SizeAsync(); size > 0; size = await SizeAsync())
            {
                body = [.. body, .. await BytesAsync(size)];
                await LineAsync();
            }

            await LineAsync();
        }
        else if (headers.TryGetValue("Content-Length", out var length))
        {
            body = await BytesAsync(int.Parse(length, CultureInfo.InvariantCulture));
        }

        if (headers.GetValueOrDefault("Connection") == "close") Close();
        return new RawAnswer(status, headers.ContainsKey("Content-Encoding") ? "compressed" : headers.GetValueOrDefault("Content-Type") ?? "", body);
    }

    private async Task<int> SizeAsync() => int.Parse(await LineAsync(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private async Task<byte[]> BytesAsync(int count)
    {
        var bytes = new byte[count];
        await _stream!.ReadExactlyAsync(bytes);
        return bytes;
    }

    private async Task<string> LineAsync()
    {
        var line = new List<byte>();
        for (var one = new byte[1]; ;)
        {
            await _stream!.ReadExactlyAsync(one);
            if (one[0] == '\n') return Encoding.Latin1.GetString([.. line]).TrimEnd('\r');
            line.Add(one[0]);
        }
    }

    private void Close()
    {
        _connection?.Dispose();
        _stream = null;
    }
}
