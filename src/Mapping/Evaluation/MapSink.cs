using CloudPacs.Hl7v2;

namespace CloudPacs.Mapping.Evaluation;

/// <summary>
/// What a run gives besides values: problems, warnings, table misses, numbers of sequences; bounded, whatever the message holds.
/// </summary>
internal sealed class MapSink(Func<string, string> nextNumber)
{
    private const int MaxWarnings = 200;
    private const int MaxProblems = 100;
    private HashSet<string>? _seen;
    private List<Problem>? _problems;
    private List<string>? _warnings;
    private List<(string Table, string Key)>? _misses;

    public IReadOnlyList<string> Warnings => _warnings ?? [];

    /// <summary>Keys that tables lack, in the order met.</summary>
    public IReadOnlyList<(string Table, string Key)> Misses => _misses ?? [];

    /// <summary>Problems of what is being made just now: the message, a patient, a group, a procedure or a step.</summary>
    public IReadOnlyList<Problem> Problems => _problems ?? (IReadOnlyList<Problem>)[];

    public void Warn(string warning)
    {
        if (Warnings.Count < MaxWarnings && (_seen ??= []).Add(warning)) (_warnings ??= []).Add(warning);
    }

    public void CountMiss(string table, string key)
    {
        if (Misses.Count < MaxWarnings) (_misses ??= []).Add((table, key));
    }

    public void Add(Problem problem)
    {
        if (Problems.Count < MaxProblems) (_problems ??= []).Add(problem);
    }

    /// <summary>From now on problems go into that list.</summary>
    public void Open(List<Problem> problems) => _problems = problems;

    public string NextNumber(string sequence) => nextNumber(sequence);
}
