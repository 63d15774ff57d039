using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace CloudPacs.Studies.Archives;

/// <summary>Asks an archive over HTTP, and says in one way what goes wrong.</summary>
public sealed class ArchiveHttp : IDisposable
{
    private readonly HttpClient _client;
    private readonly string _name;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _clock;

    /// <param name="name">Name of the archive, for what is told.</param>
    /// <param name="credentials">Name and password; null for none.</param>
    /// <param name="connectTimeout">How long a connection may take.</param>
    /// <param name="patience">How long it may be silent.</param>
    /// <param name="clock">Time.</param>
    public ArchiveHttp(
        string name, (string User, string Password)? credentials, TimeSpan connectTimeout, TimeSpan patience, TimeProvider clock)
    {
        (_name, _patience, _clock) = (name, patience, clock);
        _client = new HttpClient(new SocketsHttpHandler
        {
            ConnectTimeout = connectTimeout, AutomaticDecompression = DecompressionMethods.None, UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (credentials is var (user, password))
        {
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        }
    }

    /// <summary>The body of an answer, whole.</summary>
    /// <exception cref="ForeignArchiveException">There is none.</exception>
    public async Task<byte[]> GetAsync(string address, string accept, int mostBytes, CancellationToken cancellationToken)
    {
        var body = new MemoryStream();
        await GetAsync(address, accept, async (_, stream, token) =>
        {
            var piece = new byte[64 * 1024];
            for (int count; (count = await stream.ReadAsync(piece, token).ConfigureAwait(false)) > 0; body.Write(piece, 0, count))
            {
                if (body.Length + count > mostBytes)
                    throw new ForeignArchiveException(ForeignArchiveFault.Refused, $"The archive {_name} answers with too much.");
            }
        }, cancellationToken).ConfigureAwait(false);
        return body.ToArray();
    }

    /// <summary>Reads the body of an answer while it comes.</summary>
    /// <exception cref="ForeignArchiveException">There is none, or it breaks off.</exception>
    public async Task GetAsync(
        string address, string accept, Func<string?, Stream, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(_patience, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.TryAddWithoutValidation("Accept", accept);
            using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token)
                .ConfigureAwait(false);
            if (answer.StatusCode == HttpStatusCode.NoContent) return;
            if (!answer.IsSuccessStatusCode) throw Refused(answer.StatusCode);
            await using var body = await answer.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false);
            await using var watched = new WatchedStream(body, () => silence.CancelAfter(_patience));
            // As it was sent: some servers write what the platform's own parser does not take.
            var type = answer.Content.Headers.NonValidated.TryGetValues("Content-Type", out var told) ? told.ToString() : null;
            await read(type, watched, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ForeignArchiveException(ForeignArchiveFault.TimedOut, $"The archive {_name} does not answer in time.", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException and not ForeignArchiveException)
        {
            throw new ForeignArchiveException(ForeignArchiveFault.Unreachable, $"The archive {_name} cannot be reached.", e);
        }
    }

    public void Dispose() => _client.Dispose();

    private ForeignArchiveException Refused(HttpStatusCode status) => status is HttpStatusCode.NotFound or HttpStatusCode.Gone
        ? new ForeignArchiveException(ForeignArchiveFault.NotThere, $"The archive {_name} does not have it any more.")
        : new ForeignArchiveException(ForeignArchiveFault.Refused, $"The archive {_name} answers with status {(int)status}.");

    /// <summary>Each byte that comes starts the time of silence anew.</summary>
    private sealed class WatchedStream(Stream inner, Action heard) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            heard();
            return count;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }
    }
}
