namespace CloudPacs.FhirServer.Access;

/// <summary>
/// What a caller may do with resources: what it was granted by scopes, and of that what the user may whom it acts for; without scopes what
/// its roles let it do.
/// </summary>
public sealed class FhirRights
{
    /// <summary>Everything.</summary>
    public static readonly FhirRights Whole = new("cruds", seesAudit: true, scopes: null, patient: null);

    private readonly string _letters;
    private readonly bool _seesAudit;
    private readonly IReadOnlyList<SmartScope>? _scopes;

    /// <param name="letters">What the roles of the caller let it do with all resources, some of <c>cruds</c>.</param>
    /// <param name="seesAudit">Its roles let it see what others did.</param>
    /// <param name="scopes">What it was granted; null where its roles alone count.</param>
    /// <param name="patient">Id of the patient that it was launched for; null for none.</param>
    public FhirRights(string letters, bool seesAudit, IReadOnlyList<SmartScope>? scopes, string? patient)
    {
        (_letters, _seesAudit, _scopes, Patient) = (letters, seesAudit, scopes, patient);
    }

    /// <summary>What the audit trail calls the caller; null where nobody is asked who they are.</summary>
    public string? Name { get; init; }

    /// <summary>Id of the patient of scopes of the patient context; null for none.</summary>
    public string? Patient { get; }

    /// <summary>Nothing is limited.</summary>
    public bool IsWhole => _scopes is null && _seesAudit && _letters == "cruds";

    /// <param name="letter">One of <c>cruds</c>.</param>
    /// <param name="type">Type of resource.</param>
    /// <returns>True also when it may do it with some of them only.</returns>
    public bool Can(char letter, string type) => ScopesOf(letter, type) is not { Count: 0 };

    /// <exception cref="ForbiddenException">The caller may not, with any of them.</exception>
    public void Demand(char letter, string type)
    {
        if (!Can(letter, type)) throw new ForbiddenException(letter, type);
    }

    /// <summary>Which resources of a type it may do something with: those that one of the scopes is about.</summary>
    /// <param name="letter">One of <c>cruds</c>.</param>
    /// <param name="type">Type of resource.</param>
    /// <returns>Null for all of them; none for none.</returns>
    public IReadOnlyList<SmartScope>? ScopesOf(char letter, string type)
    {
        var byRole = _letters.Contains(letter, StringComparison.Ordinal) && (_seesAudit || type != "AuditEvent");
        if (_scopes is null) return byRole ? null : [];
        List<SmartScope>? some = null;
        foreach (var scope in _scopes)
        {
            if (!scope.IsAbout(type) || !scope.Letters.Contains(letter, StringComparison.Ordinal)) continue;
            if (scope.Context == ScopeContext.User && !byRole) continue;
            if (scope.Context == ScopeContext.Patient && Patient is null) continue;
            if (scope.Query.Length == 0 && scope.Context != ScopeContext.Patient) return null;
            (some ??= []).Add(scope);
        }

        return some ?? [];
    }
}
