using CloudPacs.Domain.Orders;
using CloudPacs.Hl7v2;
using CloudPacs.Store;

namespace CloudPacs.Domain.Patients;

/// <summary>
/// What applying a message came to. The rows that changed are in the workspace; this says why, and what to answer, to audit and to flag
/// in the journal.
/// </summary>
internal sealed class Outcome
{
    private readonly List<Problem> problems = [];
    private readonly List<AuditEvent> audit = [];
    private readonly Dictionary<Row, object> described = [];
    private readonly Dictionary<Row, string> reasons = [];
    private readonly HashSet<string> flags = new(StringComparer.Ordinal);

    /// <summary>Errors in message order first, then warnings; each once.</summary>
    public IReadOnlyList<Problem> Problems => [.. problems.Where(IsError), .. problems.Where(static p => !IsError(p))];

    /// <summary>Answers for each order group (ORR, ORG, ORI), in message order.</summary>
    public List<GroupReply> Replies { get; } = [];

    public IReadOnlyList<AuditEvent> Audit => audit;

    /// <summary>Journal flags in the words of the mapping reference: stale, duplicate_new, unscheduled-time, no-station …</summary>
    public IReadOnlySet<string> Flags => flags;

    /// <summary>Scopes of mapped patients, procedures, steps and bookings by the row that they describe.</summary>
    public IReadOnlyDictionary<Row, object> Described => described;

    /// <summary>Why rows were closed or held, in the sender's words.</summary>
    public IReadOnlyDictionary<Row, string> Reasons => reasons;

    /// <summary>False when nothing of the message may stay: the workspace is as it was before.</summary>
    public bool IsKept { get; set; } = true;

    public bool HasErrors => problems.Exists(IsError);

    /// <summary>MSA-1: AR for what concerns the message kind (200 to 203), AE for faults of content, else AA.</summary>
    public AcknowledgmentCode Code => problems.Find(IsError) switch
    {
        null => AcknowledgmentCode.AA,
        { Code: >= 200 and <= 203 } => AcknowledgmentCode.AR,
        _ => AcknowledgmentCode.AE,
    };

    public void Add(Problem problem)
    {
        if (!problems.Contains(problem)) problems.Add(problem);
    }

    public void Add(IEnumerable<Problem> several)
    {
        foreach (var problem in several) Add(problem);
    }

    public void Warn(int code, ErrorLocation? location, string text) => Add(new Problem(code, Severity.Warning, location, text));

    public void Record(string verb, Guid subject)
    {
        var act = new AuditEvent(verb, subject);
        if (!audit.Contains(act)) audit.Add(act);
    }

    /// <summary>Takes over what a part of the message came to; of a part that was taken back only its problems.</summary>
    public void Absorb(Outcome part)
    {
        Add(part.problems);
        flags.UnionWith(part.flags);
        if (part.HasErrors) return;
        foreach (var act in part.audit) Record(act.Verb, act.Subject);
        foreach (var (row, scope) in part.described) described[row] = scope;
        foreach (var (row, reason) in part.reasons) reasons[row] = reason;
    }

    /// <summary>The part of the message that says what a row is now: its FHIR maps run for that row.</summary>
    public void Describe(Row row, object? scope)
    {
        if (scope is not null) described[row] = scope;
    }

    public void Explain(Row row, string? reason)
    {
        if (reason is not null) reasons[row] = reason;
    }

    public void Flag(string flag) => flags.Add(flag);

    /// <summary>Nothing of the message stays: what was done is not audited, what was wrong is still told.</summary>
    public void Discard()
    {
        IsKept = false;
        audit.Clear();
        described.Clear();
        reasons.Clear();
    }

    private static bool IsError(Problem problem) => problem.Severity is Severity.Error or Severity.Fatal;
}
