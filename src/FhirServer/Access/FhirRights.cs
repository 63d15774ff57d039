namespace CloudPacs.FhirServer.Access;

/// <summary>
/// What a caller may do with resources: what it was granted by scopes, and of that what the user may whom it acts for; without scopes what
/// its roles let it do.
/// </summary>
public sealed class FhirRights
{
    /// <summary>Everything.</summary>
    public static readonly FhirRights Whole = new("cruds", seesAudit: true, scopes: null);

    private readonly string _letters;
    private readonly bool _seesAudit;
    private readonly IReadOnlyList<SmartScope>? _scopes;

    /// <param name="letters">What the roles of the caller let it do with all resources, some of <c>cruds</c>.</param>
    /// <param name="seesAudit">Its roles let it see what others did.</param>
    /// <param name="scopes">What it was granted; null where its roles alone count.</param>
    public FhirRights(string letters, bool seesAudit, IReadOnlyList<SmartScope>? scopes)
    {
        (_letters, _seesAudit) = (letters, seesAudit);
        // A part of the resources of a type is not told from the rest: who was granted a part has nothing of it.
        _scopes = scopes is null ? null : [.. scopes.Where(static scope => scope is { Context: not ScopeContext.Patient, Query: "" })];
    }

    /// <summary>What the audit trail calls the caller; null where nobody is asked who they are.</summary>
    public string? Name { get; init; }

    /// <summary>Nothing is limited.</summary>
    public bool IsWhole => _scopes is null && _seesAudit && _letters == "cruds";

    /// <param name="letter">One of <c>cruds</c>.</param>
    /// <param name="type">Type of resource.</param>
    public bool Can(char letter, string type)
    {
        var byRole = _letters.Contains(letter, StringComparison.Ordinal) && (_seesAudit || type != "AuditEvent");
        if (_scopes is null) return byRole;
        foreach (var scope in _scopes)
        {
            if (scope.IsAbout(type) && scope.Letters.Contains(letter, StringComparison.Ordinal)
                && (byRole || scope.Context == ScopeContext.System))
                return true;
        }

        return false;
    }

    /// <summary>Whether a resource of the type may be shown beside others.</summary>
    public bool CanSee(string type) => Can('r', type) || Can('s', type);

    /// <exception cref="ForbiddenException">The caller may not.</exception>
    public void Demand(char letter, string type)
    {
        if (!Can(letter, type)) throw new ForbiddenException(letter, type);
    }
}
