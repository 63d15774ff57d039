using CloudPacs.Dicom;
using CloudPacs.Store;
using CloudPacs.Store.Studies;

namespace CloudPacs.Domain;

/// <summary>
/// One act for the audit table: a verb of <see cref="AuditVerbs"/> and the row that it was done to.
/// </summary>
/// <param name="Verb">What was done.</param>
/// <param name="Subject">To which row.</param>
/// <param name="IsRefusal">Somebody who may not do it has tried.</param>
public sealed record AuditAct(string Verb, Guid Subject, bool IsRefusal = false);

/// <summary>
/// What commands came to. The rows that changed are in the workspace; this says why, what is wrong, what to audit and what to flag.
/// </summary>
public sealed class Outcome
{
    private readonly List<Problem> _problems = [];
    private readonly List<AuditAct> _audit = [];
    private readonly Dictionary<Row, Details> _described = [];
    private readonly Dictionary<Row, string> _reasons = [];
    private readonly HashSet<Row> _textOnly = [];
    private readonly Dictionary<Details, HashSet<Tag>> _kept = [];
    private readonly List<(string StudyInstanceUid, InstanceRow Instance)> _left = [];
    private readonly HashSet<string> _flags = new(StringComparer.Ordinal);

    /// <summary>Errors in the order of the commands first, then the rest; each once.</summary>
    public IReadOnlyList<Problem> Problems => [.. _problems.Where(static p => p.IsError), .. _problems.Where(static p => !p.IsError)];

    /// <summary>What became of each order command, in their order.</summary>
    public List<OrderResult> Orders { get; } = [];

    public IReadOnlyList<AuditAct> Audit => _audit;

    /// <summary>What somebody who looks through the journal may search for: stale, duplicate_new, unscheduled-time, no-station …</summary>
    public IReadOnlySet<string> Flags => _flags;

    /// <summary>The part of the commands that says what a row is now.</summary>
    public IReadOnlyDictionary<Row, Details> Described => _described;

    /// <summary>
    /// Those of <see cref="Described"/> of which only text was taken: images are being made, and codes and times stay what they are.
    /// </summary>
    public IReadOnlySet<Row> TextOnly => _textOnly;

    /// <summary>The attributes of which a part of the commands brought a stand-in, and a better value was stored and stays.</summary>
    public IReadOnlyDictionary<Details, HashSet<Tag>> Kept => _kept;

    /// <summary>Why rows were closed or held, in the words of whoever asked for it.</summary>
    public IReadOnlyDictionary<Row, string> Reasons => _reasons;

    /// <summary>Instances that were shown, and went to another study, with the one that they left.</summary>
    public IReadOnlyList<(string StudyInstanceUid, InstanceRow Instance)> Left => _left;

    /// <summary>False when nothing of the commands may stay: the workspace is as it was before.</summary>
    public bool IsKept { get; private set; } = true;

    public bool HasErrors => _problems.Exists(static p => p.IsError);

    public void Add(Problem problem)
    {
        if (!_problems.Contains(problem)) _problems.Add(problem);
    }

    public void Add(IEnumerable<Problem> several)
    {
        foreach (var problem in several) Add(problem);
    }

    /// <summary>Nothing stays: what was done is not audited but what was refused, what was wrong is still said.</summary>
    public void Discard()
    {
        IsKept = false;
        _audit.RemoveAll(static act => !act.IsRefusal);
        _described.Clear();
        _textOnly.Clear();
        _kept.Clear();
        _reasons.Clear();
        _left.Clear();
    }

    internal void Record(string verb, Guid subject) => Record(new AuditAct(verb, subject));

    /// <summary>Somebody tried what is not theirs to do, which stays in the audit trail.</summary>
    internal void RecordRefusal(string verb, Guid subject) => Record(new AuditAct(verb, subject, IsRefusal: true));

    private void Record(AuditAct act)
    {
        if (!_audit.Contains(act)) _audit.Add(act);
    }

    /// <summary>Takes over what a part came to; of a part that was taken back only its problems.</summary>
    internal void Absorb(Outcome part)
    {
        Add(part._problems);
        _flags.UnionWith(part._flags);
        if (part.HasErrors) return;
        foreach (var act in part._audit) Record(act);
        foreach (var (row, details) in part._described) Describe(row, details, part._textOnly.Contains(row));
        foreach (var (details, tags) in part._kept) KeptOf(details).UnionWith(tags);
        foreach (var (row, reason) in part._reasons) _reasons[row] = reason;
        _left.AddRange(part._left);
    }

    internal void Describe(Row row, Details? details, bool isTextOnly = false)
    {
        if (details is null) return;
        // What was described as a whole before stays so.
        if (!isTextOnly) _textOnly.Remove(row);
        else if (_described.ContainsKey(row) && !_textOnly.Contains(row)) return;
        else _textOnly.Add(row);
        _described[row] = details;
    }

    internal void Keep(Details details, Tag tag)
    {
        KeptOf(details).Add(tag);
        foreach (var (attribute, told) in details.StandIns)
            if (attribute == tag && told is not null) Add(told);
    }

    private HashSet<Tag> KeptOf(Details details)
    {
        if (!_kept.TryGetValue(details, out var tags)) _kept[details] = tags = [];
        return tags;
    }

    internal void Explain(Row row, string? reason)
    {
        if (reason is not null) _reasons[row] = reason;
    }

    internal void Leave(string studyInstanceUid, InstanceRow instance) => _left.Add((studyInstanceUid, instance));

    internal void Flag(string flag) => _flags.Add(flag);
}
