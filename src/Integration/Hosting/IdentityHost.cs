using CloudPacs.FhirServer.Access;
using CloudPacs.Identity;
using CloudPacs.Settings;
using CloudPacs.Store;
using CloudPacs.Store.Access;
using CloudPacs.Store.Saving;
using Npgsql;

namespace CloudPacs.Integration.Hosting;

/// <summary>Who may come over HTTP, put together.</summary>
internal sealed class IdentityHost : IAsyncDisposable
{
    private readonly RefusalTrail _trail;

    public IdentityHost(EngineSettings settings, NpgsqlDataSource database, IdSource ids, TimeProvider clock, ILoggerFactory loggers)
    {
        var keys = new ApiKeys(new ApiKeyStore(database), ids, clock);
        _trail = new RefusalTrail(new AuditWriter(database), ids, clock, loggers.CreateLogger<RefusalTrail>());
        Identification = new Identification(settings.Identity, keys, settings.Data, clock, loggers.CreateLogger<Identification>());
    }

    public Identification Identification { get; }

    /// <summary>Lets nobody pass who may not.</summary>
    /// <param name="application">What is added to it later is behind the gate.</param>
    /// <param name="refuseFhir">Writes a refusal of the FHIR endpoint.</param>
    public void Guard(IApplicationBuilder application, Func<HttpContext, int, string, Task> refuseFhir) => Gate.Use(
        application, Identification, _trail,
        (http, status, words) => http.Request.Path.StartsWithSegments("/fhir")
            ? refuseFhir(http, status, words)
            : Results.Problem(words, statusCode: status).ExecuteAsync(http));

    /// <summary>What a caller may do with resources.</summary>
    public static FhirRights RightsOf(HttpContext http)
    {
        var caller = Caller.Of(http);
        if (ReferenceEquals(caller, Caller.Local)) return FhirRights.Whole;
        const Roles Writers = Roles.Operator | Roles.Administrator | Roles.System, Readers = Roles.Viewer | Roles.PrivacyOfficer;
        List<SmartScope>? scopes = null;
        foreach (var text in caller.Scopes ?? [])
        {
            if (SmartScope.TryParse(text, out var scope)) (scopes ??= []).Add(scope);
        }

        return new FhirRights(
            (caller.Roles & Writers) != 0 ? "cruds" : (caller.Roles & Readers) != 0 ? "rs" : "",
            (caller.Roles & (Roles.Administrator | Roles.PrivacyOfficer)) != 0, caller.Scopes is null ? null : scopes ?? [],
            caller.Patient)
        {
            Name = caller.Name,
        };
    }

    /// <summary>Where apps get let in; null where no issuer says so.</summary>
    public static SmartConfiguration? SmartOf(IdentitySettings settings) =>
        settings.Issuers.Values.FirstOrDefault(static issuer => issuer.TokenAddress.Length > 0) is { } told
            ? new SmartConfiguration(told.Issuer, told.TokenAddress)
            {
                AuthorizationAddress = told.AuthorizationAddress, KeysAddress = told.KeysAddress,
                IntrospectionAddress = told.IntrospectionAddress, RevocationAddress = told.RevocationAddress,
                Capabilities = told.Capabilities,
            }
            : null;

    public async ValueTask DisposeAsync()
    {
        await Identification.DisposeAsync();
        await _trail.DisposeAsync();
    }
}
