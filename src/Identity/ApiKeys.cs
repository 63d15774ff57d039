using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CloudPacs.Store;
using CloudPacs.Store.Access;
using CloudPacs.Store.Audit;

namespace CloudPacs.Identity;

/// <summary>
/// Keys by which scripts and systems are known that have no issuer of tokens: <c>cp_ID_SECRET</c>, of which a hash is kept. A key that is
/// revoked ends at once on this engine, on others that use the same database within ten seconds.
/// </summary>
public sealed class ApiKeys : IDisposable
{
    internal const string Prefix = "cp_";

    private const int SecretBytes = 32, AtOnce = 8;

    /// <summary>The prefix, 32 digits of the id, a stroke, and the secret in 43 letters.</summary>
    private const int Length = 3 + 32 + 1 + 43;

    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(10);

    private readonly ApiKeyStore _store;
    private readonly IdSource _ids;
    private readonly TimeProvider _clock;
    private readonly CallerCache _known;

    /// <summary>Keys that nobody has take no more of the database than this.</summary>
    private readonly SemaphoreSlim _lookups = new(AtOnce);

    public ApiKeys(ApiKeyStore store, IdSource ids, TimeProvider clock)
    {
        (_store, _ids, _clock) = (store, ids, clock);
        _known = new CallerCache(Remembered, clock);
    }

    public void Dispose() => _lookups.Dispose();

    /// <summary>All keys in force, also those whose time is over.</summary>
    public Task<IReadOnlyList<ApiKeyRow>> ListAsync(CancellationToken cancellationToken) => _store.ListAsync(cancellationToken);

    /// <summary>Makes a key; it is known to nobody else afterwards.</summary>
    /// <param name="name">What it is for.</param>
    /// <param name="roles">What its bearer may do.</param>
    /// <param name="facility">Of which facility its bearer is; null = of all.</param>
    /// <param name="expiresAt">When it ends; null = never.</param>
    /// <param name="by">Who makes it.</param>
    /// <param name="source">Network address that the wish came from.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The key; null when one of that name is in force.</returns>
    public async Task<(Guid Id, string Key)?> CreateAsync(
        string name, Roles roles, string? facility, DateTimeOffset? expiresAt, string by, string? source,
        CancellationToken cancellationToken)
    {
        var (id, secret, now) = (_ids.Next(), RandomNumberGenerator.GetBytes(SecretBytes), _clock.GetUtcNow());
        var row = new ApiKeyRow
        {
            Id = id, Name = name, Hash = SHA256.HashData(secret), Roles = (int)roles, Facility = facility, CreatedAt = now, CreatedBy = by,
            ExpiresAt = expiresAt,
        };
        var act = Act("api-key.created", id, $"{name}: {string.Join(", ", RoleNames.Of(roles))}", by, source, now);
        return await _store.AddAsync(row, act, cancellationToken).ConfigureAwait(false)
            ? (id, $"{Prefix}{id:N}_{Base64Url.EncodeToString(secret)}")
            : null;
    }

    /// <returns>False when there is no such key in force.</returns>
    public async Task<bool> RevokeAsync(Guid id, string by, string? source, CancellationToken cancellationToken)
    {
        var act = Act("api-key.revoked", id, null, by, source, _clock.GetUtcNow());
        var isRevoked = await _store.RevokeAsync(id, act, cancellationToken).ConfigureAwait(false);
        _known.Clear();
        return isRevoked;
    }

    /// <summary>Who bears a key.</summary>
    internal async Task<Identified> FindAsync(string key, CancellationToken cancellationToken)
    {
        if (key.Length != Length) return Identified.Not("The API key is not a whole one.");
        if (_known.Find(key) is { } known) return Identified.As(known);
        if (Read(key) is not var (id, secret)) return Identified.Not("The API key is not a whole one.");
        var turn = _known.Turn;
        var row = await LookAsync(id, cancellationToken).ConfigureAwait(false);
        // One that is not there takes as long as a wrong one.
        var isRight = CryptographicOperations.FixedTimeEquals(SHA256.HashData(secret), row is null ? secret : row.Hash.Span);
        if (row is null || !isRight) return Identified.Not("The API key is not known.");
        if (row.RevokedAt is not null) return Identified.Not("The API key was revoked.");
        if (row.ExpiresAt <= _clock.GetUtcNow()) return Identified.Not("The API key has expired.");
        var caller = new Caller
        {
            Name = "key:" + row.Name, Roles = (Roles)row.Roles, Facility = row.Facility, Until = row.ExpiresAt,
        };
        _known.Keep(key, caller, turn);
        return Identified.As(caller);
    }

    private async Task<ApiKeyRow?> LookAsync(Guid id, CancellationToken cancellationToken)
    {
        await _lookups.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await _store.FindAsync(id, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _lookups.Release();
        }
    }

    private static (Guid Id, byte[] Secret)? Read(string key)
    {
        var parts = key[Prefix.Length..].Split('_', 2);
        if (parts.Length != 2 || !Guid.TryParseExact(parts[0], "N", out var id)) return null;
        var secret = new byte[SecretBytes];
        return Base64Url.IsValid(parts[1], out var length) && length == SecretBytes
            && Base64Url.TryDecodeFromUtf8(Encoding.ASCII.GetBytes(parts[1]), secret, out _)
            ? (id, secret)
            : null;
    }

    private AuditRow Act(string action, Guid id, string? detail, string by, string? source, DateTimeOffset now) => new()
    {
        Id = _ids.Next(), At = now, Action = action, Actor = by, Source = source, Entity = id.ToString(), Detail = detail,
    };
}
