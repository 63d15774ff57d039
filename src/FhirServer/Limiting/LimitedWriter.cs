using CloudPacs.FhirServer.Writing;
using CloudPacs.Store.Search;

namespace CloudPacs.FhirServer.Limiting;

/// <summary>
/// Writes for a caller with limits. Whether it may write a type is known before; whether it may write what is stored, and what becomes of
/// it, is asked when that is locked.
/// </summary>
internal sealed class LimitedWriter(IFhirWriter writer, ResourceLimits limits) : IFhirWriter
{
    public string NewId() => writer.NewId();

    public Task<IReadOnlyList<WriteOutcome>?> ApplyAsync(FhirWrites writes, CancellationToken cancellationToken)
    {
        foreach (var write in writes.Writes)
        {
            foreach (var letter in LettersOf(write)) limits.Demand(letter, write.Type);
        }

        return writer.ApplyAsync(
            writes with
            {
                Admits = limits.Admits,
                Writes = [.. writes.Writes.Select(Limited)],
                References = [.. writes.References.Select(one => one with { Criteria = Limited(one.Criteria) })],
            },
            cancellationToken);
    }

    private FhirWrite Limited(FhirWrite write) =>
        write is ConditionalWrite conditional ? conditional with { Criteria = Limited(conditional.Criteria) } : write;

    /// <summary>What the caller may not see meets no criteria of its own.</summary>
    private ResourceCriteria Limited(ResourceCriteria criteria) =>
        limits.Demand('s', criteria.Type) is { Count: > 0 } conditions ? criteria.For(conditions) : criteria;

    /// <summary>An update makes what is not there: that is part of the right to update (SMART App Launch 2.2).</summary>
    private static string LettersOf(FhirWrite write) => write switch
    {
        CreateWrite => "c",
        ConditionalCreate => "cs",
        ConditionalUpdate => "us",
        DeleteWrite => "d",
        ConditionalDelete => "ds",
        _ => "u",
    };
}
