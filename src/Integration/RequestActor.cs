using CloudPacs.Identity;

namespace CloudPacs.Integration;

/// <summary>Who does something over the administration API, for the audit trail.</summary>
internal static class RequestActor
{
    /// <summary>The caller, where callers say who they are; else what the request says of it.</summary>
    /// <param name="http">The request.</param>
    /// <param name="told">What it says; null for nothing.</param>
    public static string Of(HttpContext http, string? told) =>
        Caller.Of(http) is var caller && !ReferenceEquals(caller, Caller.Local) ? caller.Name : told ?? "administration";
}
