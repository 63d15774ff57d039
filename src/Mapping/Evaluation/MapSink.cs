using CloudPacs.Hl7v2;

namespace CloudPacs.Mapping.Evaluation;

/// <summary>
/// What a run gives besides values: problems, warnings, table misses, numbers of sequences; bounded, whatever the message holds.
/// </summary>
internal sealed class MapSink(Func<string, string> nextNumber)
{
    private const int MaxWarnings = 200;
    private const int MaxProblems = 100;
    private HashSet<(string, int)>? _seen;
    private List<(string Text, ErrorLocation? At)>? _warnings;
    private List<(int Start, int Length)>? _culprits;
    private List<Problem>? _problems;
    private List<(string Table, string Key)>? _misses;

    /// <summary>Each once, with the place that it was first said of.</summary>
    public IReadOnlyList<(string Text, ErrorLocation? At)> Warnings =>
        _warnings is { } known ? known : Array.Empty<(string, ErrorLocation?)>();

    /// <summary>How many warnings there are; asked for before and after each rule.</summary>
    public int WarningCount => _warnings?.Count ?? 0;

    /// <summary>Keys that tables lack, in the order met.</summary>
    public IReadOnlyList<(string Table, string Key)> Misses => _misses is { } known ? known : Array.Empty<(string, string)>();

    /// <summary>Problems of what is being made just now: the message, a patient, a group, a procedure or a step.</summary>
    public IReadOnlyList<Problem> Problems => _problems ?? (IReadOnlyList<Problem>)[];

    /// <summary>Says something once of each culprit; of what has none, once.</summary>
    public void Warn(string warning, (int Start, int Length) culprit = default)
    {
        if (WarningCount >= MaxWarnings || !(_seen ??= []).Add((warning, culprit.Start))) return;
        (_warnings ??= []).Add((warning, null));
        (_culprits ??= []).Add(culprit);
    }

    /// <summary>The warnings as problems: what they are said of was sent and is not, or not all, carried over.</summary>
    public IEnumerable<Problem> WarningProblems() =>
        Warnings.Select(static warning =>
            new Problem(WarningWords.CodeOf(warning.Text), Severity.Warning, warning.At, WarningWords.SentenceOf(warning.Text)));

    /// <summary>Gives the warnings from a number on the place that they are said of.</summary>
    /// <param name="first">Number of the first.</param>
    /// <param name="placeOf">The place of a culprit; of none, that of the rule.</param>
    public void Locate(int first, Func<(int Start, int Length), ErrorLocation?> placeOf)
    {
        for (var i = first; i < WarningCount; i++) _warnings![i] = (_warnings[i].Text, _warnings[i].At ?? placeOf(_culprits![i]));
    }

    public void CountMiss(string table, string key)
    {
        if (_misses is not { Count: >= MaxWarnings }) (_misses ??= []).Add((table, key));
    }

    public void Add(Problem problem)
    {
        if (_problems is not { Count: >= MaxProblems }) (_problems ??= []).Add(problem);
    }

    /// <summary>Forgets everything; lists that were handed out stay as they are.</summary>
    public void Clear() => (_seen, _warnings, _culprits, _problems, _misses) = (null, null, null, null, null);

    /// <summary>From now on problems go into that list.</summary>
    public void Open(List<Problem> problems) => _problems = problems;

    public string NextNumber(string sequence) => nextNumber(sequence);
}
