namespace CloudPacs.Fhir.Validation;

/// <summary>
/// The resources that one resource contains, and who refers to them (FHIR R4 domainresource.html, dom-3; references.html 2.3.0.5, ref-1).
/// </summary>
internal sealed class ContainedScope
{
    private readonly List<(string Id, string Type, string Place)> _resources = [];
    private readonly HashSet<string> _referenced = new(StringComparer.Ordinal);
    private readonly List<(string Id, IReadOnlyList<string> Targets, string Place)> _references = [];

    /// <summary>A contained resource begins or, when it has told all, refers to what contains it.</summary>
    public void Add(string id, string type, string place, ProblemList problems)
    {
        if (_resources.Exists(r => r.Id == id))
            problems.AddAt(ProblemSeverity.Error, "value", place, $"Two contained resources have the id {id}.");
        _resources.Add((id, type, place));
    }

    /// <summary>The contained resource with the id needs no reference, as it refers to the one around it.</summary>
    public void RefersToContainer(string id) => _referenced.Add(id);

    public void Refer(string id, IReadOnlyList<string>? targets, string place)
    {
        _referenced.Add(id);
        if (targets is not null) _references.Add((id, targets, place));
    }

    public void Check(ProblemList problems)
    {
        foreach (var (id, type, place) in _resources)
        {
            if (!_referenced.Contains(id))
                problems.AddAt(ProblemSeverity.Error, "invariant", place, $"Nothing refers to the contained {type} #{id} (dom-3).");
        }

        foreach (var (id, targets, place) in _references)
        {
            var found = _resources.FindIndex(r => r.Id == id);
            if (found < 0)
                problems.AddAt(ProblemSeverity.Error, "invariant", place, $"No contained resource has the id {id} (ref-1).");
            else if (targets.Count > 0 && !targets.Contains(_resources[found].Type))
                problems.AddAt(ProblemSeverity.Error, "value", place, ReferenceRules.WrongTarget(_resources[found].Type, targets));
        }
    }
}
