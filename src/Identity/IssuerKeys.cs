using CloudPacs.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace CloudPacs.Identity;

/// <summary>
/// The public keys of an issuer (JWKS, RFC 7517). They are fetched beside the requests, never by one: an address that is slow, gone or
/// hostile keeps nobody waiting, and the keys that were there last stay in force.
/// </summary>
internal sealed partial class IssuerKeys : IAsyncDisposable
{
    private const int MostBytes = 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5), AtMostEvery = TimeSpan.FromSeconds(10);

    private readonly string _name;
    private readonly IssuerSettings _settings;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly HttpClient _http;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _wanted = new(0, 1);
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _care;

    public IssuerKeys(string name, IssuerSettings settings, TimeProvider clock, ILogger logger)
    {
        (_name, _settings, _clock, _logger) = (name, settings, clock, logger);
        // A list of keys has no reason to be elsewhere than said.
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = Patience })
        {
            Timeout = Patience, MaxResponseContentBufferSize = MostBytes,
        };
        _care = Task.Run(CareAsync);
    }

    /// <summary>Name of the issuer in the settings.</summary>
    public string Name => _name;

    /// <summary>The keys that are in force, by which signatures can be checked.</summary>
    public IReadOnlyList<SecurityKey> Current { get; private set; } = [];

    /// <summary>Ends when the keys were asked for once, whatever came of it.</summary>
    public Task First => _first.Task;

    /// <summary>A token names a key that is not there: the keys are looked for soon, and not for each such token.</summary>
    public void Miss()
    {
        try
        {
            if (_wanted.CurrentCount == 0) _wanted.Release();
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // Somebody else said so, or the engine stops.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _care.ConfigureAwait(false);
        _http.Dispose();
        _stop.Dispose();
        _wanted.Dispose();
    }

    private async Task CareAsync()
    {
        try
        {
            while (true)
            {
                await FetchAsync().ConfigureAwait(false);
                _first.TrySetResult();
                await Task.Delay(AtMostEvery, _clock, _stop.Token).ConfigureAwait(false);
                var rest = Current.Count == 0 ? TimeSpan.Zero : _settings.KeysEvery - AtMostEvery;
                if (rest <= TimeSpan.Zero) continue;
                using var either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                var due = Task.Delay(rest, _clock, either.Token);
                await Task.WhenAny(due, _wanted.WaitAsync(either.Token)).ConfigureAwait(false);
                await either.CancelAsync();
                _stop.Token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException)
        {
            // The engine stops.
        }
        finally
        {
            _first.TrySetResult();
        }
    }

    private async Task FetchAsync()
    {
        try
        {
            var text = _settings.KeysFile.Length > 0
                ? await File.ReadAllTextAsync(_settings.KeysFile, _stop.Token).ConfigureAwait(false)
                : await _http.GetStringAsync(_settings.KeysAddress, _stop.Token).ConfigureAwait(false);
            // A key that both sides have could be told to somebody as a public one is (key confusion): such keys are not taken.
            SecurityKey[] keys = [.. new JsonWebKeySet(text).GetSigningKeys().Where(static key => key is not SymmetricSecurityKey)];
            if (keys.Length == 0) throw new InvalidDataException("It has no public key for signatures.");
            Current = keys;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            KeysUnknown(_logger, e, _name, Current.Count);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The keys of the issuer {Issuer} cannot be had; {Count} that were there before are in force.")]
    private static partial void KeysUnknown(ILogger logger, Exception exception, string issuer, int count);
}
