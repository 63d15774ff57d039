namespace CloudPacs.Identity;

/// <summary>The table of who may do what where; the first row that fits counts, and what fits none is for administrators.</summary>
internal static class AccessRules
{
    private const Roles Anybody = Roles.Viewer | Roles.Operator | Roles.Administrator | Roles.PrivacyOfficer | Roles.System;
    private const Roles Readers = Roles.Viewer | Roles.Operator | Roles.Administrator | Roles.System;
    private const Roles Writers = Roles.Operator | Roles.Administrator | Roles.System;
    private const Roles Staff = Roles.Operator | Roles.Administrator;

    private static readonly string[] Reading = ["GET", "HEAD"], All = [];

    private static readonly AccessRule Rest = new("", All, Roles.Administrator) { IsOfAll = true };

    private static readonly AccessRule[] Table =
    [
        new("/", Reading, Anybody),
        new("/health", Reading, Anybody) { IsOpen = true },
        new("/fhir/metadata", Reading, Anybody) { IsOpen = true },
        new("/fhir/.well-known", Reading, Anybody) { IsOpen = true },
        // A search is a POST too: what a request is, and of which type, is known behind the address.
        new("/fhir", All, Anybody) { TakesScopes = true },
        new("/dicomweb", Reading, Readers),
        new("/dicomweb", All, Writers),
        new("/wado", Reading, Readers),
        new("/viewer", Reading, Readers),
        new("/metrics", Reading, Staff | Roles.System) { IsOfAll = true },
        new("/api/keys", All, Roles.Administrator) { IsOfAll = true },
        new("/api/audit", Reading, Roles.Administrator | Roles.PrivacyOfficer) { IsOfAll = true },
        new("/api", All, Staff) { IsOfAll = true },
    ];

    public static AccessRule Of(Microsoft.AspNetCore.Http.HttpRequest request) => Array.Find(Table, rule => rule.IsOf(request)) ?? Rest;
}
