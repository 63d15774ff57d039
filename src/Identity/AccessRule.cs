using Microsoft.AspNetCore.Http;

namespace CloudPacs.Identity;

/// <summary>Who may do something at an address.</summary>
/// <param name="Path">The address and everything below it; a slash is that address alone.</param>
/// <param name="Methods">HTTP methods; empty for all.</param>
/// <param name="Roles">One of them is needed.</param>
internal sealed record AccessRule(string Path, string[] Methods, Roles Roles)
{
    /// <summary>For everybody, also who does not say who they are: nothing of a patient is there.</summary>
    public bool IsOpen { get; init; }

    /// <summary>What a caller was granted by scopes counts too: what is behind the address looks at these itself.</summary>
    public bool TakesScopes { get; init; }

    /// <summary>What is there is of all facilities together: a caller of one has no part in it.</summary>
    public bool IsOfAll { get; init; }

    public bool IsOf(HttpRequest request) =>
        (Path == "/" ? request.Path == Path : request.Path.StartsWithSegments(Path))
        && (Methods.Length == 0 || Methods.Contains(request.Method));

    /// <summary>Who was granted something has what was granted, whatever roles there are besides.</summary>
    public bool Admits(Caller caller) =>
        (caller.Scopes is null ? (caller.Roles & Roles) != 0 : TakesScopes) && (!IsOfAll || caller.Facility is null);
}
