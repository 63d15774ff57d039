using Microsoft.AspNetCore.Http;

namespace CloudPacs.Identity;

/// <summary>Who a request comes from.</summary>
public sealed record Caller
{
    /// <summary>Somebody on this machine, where nobody is asked who they are.</summary>
    public static readonly Caller Local = new()
    {
        Name = "local",
        Roles = Roles.Viewer | Roles.Operator | Roles.Administrator | Roles.PrivacyOfficer | Roles.System,
    };

    /// <summary>Who sent a request that nobody was asked about: it may do nothing.</summary>
    private static readonly Caller Nobody = new() { Name = "nobody", Roles = Roles.None, Facility = "", Scopes = [] };

    /// <summary>What the audit trail calls it.</summary>
    public required string Name { get; init; }

    public required Roles Roles { get; init; }

    /// <summary>It sees and adds to what is of this facility and of none; empty = it is of none itself; null = it sees all.</summary>
    public string? Facility { get; init; }

    /// <summary>What it was granted (OAuth 2.0, RFC 6749 3.3), one scope each; null where its roles alone count.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>The patient that it was launched for (SMART App Launch 2); null for none.</summary>
    public string? Patient { get; init; }

    /// <summary>When what it showed is over; null = never.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Who sent a request that was let in.</summary>
    public static Caller Of(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        return http.Items.TryGetValue(typeof(Caller), out var known) ? (Caller)known! : Nobody;
    }

    /// <summary>Notes it for what runs later.</summary>
    internal void Enter(HttpContext http) => http.Items[typeof(Caller)] = this;
}
