using CloudPacs.Settings;
using CloudPacs.Store.Audit;
using CloudPacs.Store.Sealing;
using Npgsql;

namespace CloudPacs.Integration.Hosting;

/// <summary>The audit trail of the engine: read by whoever asks, sealed all the time.</summary>
internal sealed class AuditHost : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly SealKey _key;
    private readonly Upkeep _upkeep;

    /// <exception cref="StartException">The key cannot be had.</exception>
    public AuditHost(EngineSettings settings, NpgsqlDataSource database, TimeProvider clock, ILoggerFactory loggers)
    {
        Queries = new AuditQueries(database);
        _key = Key(settings, SealKey.Open);
        Sealer = new AuditSealer(database, _key, HeadOf(settings), clock);
        _upkeep = new Upkeep("Sealing the audit trail", Interval, Sealer.SealAsync, clock, loggers.CreateLogger<Upkeep>());
    }

    public AuditQueries Queries { get; }

    public AuditSealer Sealer { get; }

    /// <summary>What the data folder knows of the end of the chain.</summary>
    public static SealHead HeadOf(EngineSettings settings) => new(Path.Combine(settings.Data, "audit-head"));

    /// <summary>Verifies the trail by the key of the settings and those that it names.</summary>
    /// <exception cref="StartException">The key cannot be had.</exception>
    public static async Task<TrailReport> VerifyAsync(
        EngineSettings settings, ITrailSource trail, bool withHead, Action<TrailFault> tell, CancellationToken cancellationToken)
    {
        var trusted = settings.Audit.TrustedKeys.Select(Convert.FromHexString).ToList();
        // Who verifies elsewhere has the ids of the keys alone.
        if (trusted.Count == 0 || File.Exists(settings.Audit.KeyFileIn(settings.Data)))
        {
            using var key = Key(settings, SealKey.Read);
            trusted.Add(key.Id);
        }

        var head = withHead ? HeadOf(settings).Read() : null;
        return await TrailVerifier.VerifyAsync(trail, trusted, head, tell, cancellationToken);
    }

    /// <summary>What was written last is sealed before the engine ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await _upkeep.DisposeAsync();
        try
        {
            await Sealer.SealAsync(CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // The next start does it.
        }

        _key.Dispose();
    }

    private static SealKey Key(EngineSettings settings, Func<string, SealKey> open)
    {
        var file = settings.Audit.KeyFileIn(settings.Data);
        try
        {
            return open(file);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new StartException($"Audit:KeyFile: the key that seals the audit trail cannot be had: {e.Message}", e);
        }
    }
}
