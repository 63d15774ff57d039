using CloudPacs.FhirServer;
using CloudPacs.FhirServer.Writing;
using CloudPacs.Resources;
using CloudPacs.Store;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Studies;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Integration.Fhir;

/// <summary>
/// The writes that the steps of a change come to, each of one resource, and what becomes of each by the versions that are stored.
/// </summary>
/// <param name="steps">The steps in their order.</param>
/// <param name="room">What they may put into the search index.</param>
/// <param name="parameters">Tells which definitions of search parameters can be stored; null for all.</param>
internal sealed class DecidedWrites(IReadOnlyList<WriteStep> steps, IndexRoom room, SiteParameters? parameters)
{
    private readonly List<FhirWrite> _writes = [];
    private readonly List<WriteOutcome> _outcomes = [];

    public IReadOnlyList<FhirWrite> Writes => _writes;

    /// <summary>What becomes of each write.</summary>
    public IReadOnlyList<WriteOutcome> Outcomes => _outcomes;

    /// <summary>The outcomes of all steps.</summary>
    public IReadOnlyList<WriteOutcome> All => UpTo(steps.Count);

    /// <summary>Decides one after the other.</summary>
    /// <param name="workspace">What is stored.</param>
    /// <param name="caller">Of which facility the caller is, and what it may write.</param>
    /// <param name="now">meta.lastUpdated of new versions.</param>
    /// <returns>The outcomes of the steps up to one that is refused; null when none is.</returns>
    public IReadOnlyList<WriteOutcome>? Decide(Workspace workspace, FhirWrites caller, DateTimeOffset now)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            foreach (var write in steps[i].Writes)
            {
                var outcome = OutcomeOf(write, workspace, caller, now);
                if (outcome.Problem is not null) return [.. UpTo(i), outcome];
                _writes.Add(write);
                _outcomes.Add(outcome);
            }

            if (steps[i].Outcome is { } ended && (ended.Problem is not null ? ended : WhyNotShown(ended, caller)) is { } refused)
                return [.. UpTo(i), refused];
        }

        return null;
    }

    /// <summary>Something else becomes of a write than its version says.</summary>
    public void Replace(int place, WriteOutcome outcome) => _outcomes[place] = outcome;

    /// <summary>The same, as the caller may not do it.</summary>
    public IReadOnlyList<WriteOutcome> ForbiddenAt(int place, string type) => UpToRefused(place, Forbidden(type));

    /// <summary>The outcomes of the steps up to that of a write, which is refused.</summary>
    public IReadOnlyList<WriteOutcome> RefusedAt(int place, IReadOnlyList<FhirIssue> issues) =>
        UpToRefused(place, WriteOutcome.Refused(422, issues));

    private IReadOnlyList<WriteOutcome> UpToRefused(int place, WriteOutcome refused)
    {
        var (step, passed) = (0, steps[0].Writes.Count);
        while (passed <= place) passed += steps[++step].Writes.Count;
        return [.. UpTo(step), refused];
    }

    private WriteOutcome OutcomeOf(FhirWrite write, Workspace workspace, FhirWrites caller, DateTimeOffset now)
    {
        if (IsHidden(workspace, write, caller.Facility))
            return WriteOutcome.Refused(404, "not-found", $"There is no {write.Type} with this id.");
        var current = workspace.FindFhir(write.Type, write.Id);
        var outcome = write.Decide(current, now);
        var isNew = write is not CreateWrite && current is not { Deleted: false };
        if (WhyForbidden(write, current, outcome, caller) is { } forbidden) return forbidden;
        if (outcome is not { Problem: null, IsWritten: true, Row: { } row }) return outcome;
        if (isNew && ResourceTypes.Find(write.Type) is not null)
            return WriteOutcome.Refused(
                422, "business-rule", $"The server gives the ids of resources of type {write.Type}: create it by POST.");
        if (room.Take(row) is { } tooMuch) return WriteOutcome.Refused(422, [tooMuch]);
        return row.Type == SiteParameters.Type && parameters?.WhyNot(current, row, Definitions()) is { } why
            ? WriteOutcome.Refused(422, [why])
            : outcome;
    }

    /// <summary>Why the caller may not write what is stored, or what would become of it; null when it may.</summary>
    private static WriteOutcome? WhyForbidden(FhirWrite write, FhirResourceRow? current, WriteOutcome outcome, FhirWrites caller)
    {
        if (caller.Admits is not { } admits) return null;
        var letter = write switch { CreateWrite => 'c', DeleteWrite => 'd', _ => 'u' };
        return current is not null && !admits(letter, current) ? Forbidden(write.Type)
            : outcome.Row is { Deleted: false } row && !admits(letter, row) ? Forbidden(write.Type)
            : null;
    }

    /// <summary>Why what met criteria is not shown to the caller; null when it is.</summary>
    private static WriteOutcome? WhyNotShown(WriteOutcome ended, FhirWrites caller) =>
        ended.Row is { Deleted: false } row && caller.Admits is { } admits && !admits('s', row) ? Forbidden(row.Type) : null;

    private static WriteOutcome Forbidden(string type) =>
        WriteOutcome.Refused(403, "forbidden", $"What this caller was granted is not about this resource of type {type}.");

    /// <summary>The definitions of search parameters among what is allowed.</summary>
    private List<FhirResourceRow> Definitions() =>
        [.. _outcomes.Select(static outcome => outcome.Row).OfType<FhirResourceRow>().Where(static row => row.Type == SiteParameters.Type)];

    /// <summary>Whether it is of a study that the caller does not see.</summary>
    private static bool IsHidden(Workspace workspace, FhirWrite write, string? facility) =>
        write.Type == "ImagingStudy" && Guid.TryParse(write.Id, out var id) && workspace.Peek<StudyRow>(id) is { } study
        && !FacilityRule.Admits(facility, study.Facility);

    private List<WriteOutcome> UpTo(int count)
    {
        var outcomes = new List<WriteOutcome>(count + 1);
        var place = 0;
        foreach (var step in steps.Take(count))
        {
            outcomes.Add(step.Outcome ?? _outcomes[place]);
            place += step.Writes.Count;
        }

        return outcomes;
    }
}
