using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace CloudPacs.FhirServer;

/// <summary>
/// How much is taken at once: of a client so many requests a second (429), of all together so many at the same time (503, FHIR R4 http.html
/// 3.1.0.1.12). A client is known by its address: behind a proxy on this machine by that which the proxy adds to X-Forwarded-For; who comes
/// from this machine itself has no limit of its own.
/// </summary>
public sealed class FhirLimits : IAsyncDisposable
{
    /// <summary>A client that was quiet may send what it did not send in so many seconds.</summary>
    private const int Saved = 5;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly PartitionedRateLimiter<string>? _clients;
    private readonly ConcurrencyLimiter _all;

    /// <param name="requestsPerSecond">Of one client; 0 for any number.</param>
    /// <param name="atOnce">Requests that are worked on at the same time.</param>
    /// <param name="waiting">Requests that wait for their turn; more are refused.</param>
    public FhirLimits(int requestsPerSecond, int atOnce, int waiting)
    {
        _all = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = atOnce, QueueLimit = waiting });
        if (requestsPerSecond == 0) return;
        var bucket = new TokenBucketRateLimiterOptions
        {
            TokenLimit = requestsPerSecond * Saved, TokensPerPeriod = requestsPerSecond, ReplenishmentPeriod = Second, QueueLimit = 0,
        };
        _clients = PartitionedRateLimiter.Create<string, string>(
            client => RateLimitPartition.GetTokenBucketLimiter(client, _ => bucket), StringComparer.Ordinal);
    }

    /// <summary>Lets a request in, when it is its turn.</summary>
    /// <returns>To be disposed when it was answered; a refusal when it is not let in.</returns>
    internal async ValueTask<(RateLimitLease? Lease, FhirResult? Refusal)> EnterAsync(HttpContext http)
    {
        try
        {
            if (_clients is not null && ClientOf(http) is { } client)
            {
                using var rate = _clients.AttemptAcquire(client);
                if (!rate.IsAcquired) return Refused(429, "This client sends more requests than it may. Send them slower.");
            }

            var lease = await _all.AcquireAsync(1, http.RequestAborted);
            if (lease.IsAcquired) return (lease, null);
            lease.Dispose();
            return Refused(503, "This server has more to do than it can take. Try again in a moment.");
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The client is gone, or the server stops.
            return Refused(503, "This server stops. Try again in a moment.");
        }
    }

    private static (RateLimitLease? Lease, FhirResult? Refusal) Refused(int status, string text) =>
        (null, FhirResult.Problem(status, "throttled", text) with { RetryAfter = Second });

    public async ValueTask DisposeAsync()
    {
        if (_clients is not null) await _clients.DisposeAsync();
        await _all.DisposeAsync();
    }

    /// <summary>The address of a client; null for this machine.</summary>
    private static string? ClientOf(HttpContext http)
    {
        if (http.Connection.RemoteIpAddress is { } address && !System.Net.IPAddress.IsLoopback(address)) return address.ToString();
        // What a client writes into the header itself stands before what the proxy adds.
        var forwarded = http.Request.Headers["X-Forwarded-For"];
        return forwarded.Count == 0 ? null : forwarded[^1]?.Split(',')[^1].Trim() is { Length: > 0 and <= 64 } last ? last : null;
    }
}
