namespace CloudPacs.Mapping.Findings;

/// <summary>Collects all findings of one load.</summary>
internal sealed class Diagnostics
{
    private readonly List<MapDiagnostic> _all = [];
    private readonly HashSet<MapDiagnostic> _seen = [];

    public IReadOnlyList<MapDiagnostic> All => _all;

    public bool HasErrors => _all.Exists(diagnostic => diagnostic.IsError);

    /// <summary>Adds a finding once: a rule that many senders share is checked for each of them.</summary>
    public void Add(string code, Position at, string? rule, string text, string hint, bool isError = true)
    {
        var diagnostic = new MapDiagnostic(code, isError, at.File, at.Line, at.Column, rule, text, hint);
        if (_seen.Add(diagnostic)) _all.Add(diagnostic);
    }
}
