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
    /// <param name="facility">Facility of the caller; null when callers are not told apart.</param>
    /// <param name="now">meta.lastUpdated of new versions.</param>
    /// <returns>The outcomes of the steps up to one that is refused; null when none is.</returns>
    public IReadOnlyList<WriteOutcome>? Decide(Workspace workspace, string? facility, DateTimeOffset now)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            foreach (var write in steps[i].Writes)
            {
                var outcome = OutcomeOf(write, workspace, facility, now);
                if (outcome.Problem is not null) return [.. UpTo(i), outcome];
                _writes.Add(write);
                _outcomes.Add(outcome);
            }

            if (steps[i].Outcome is { Problem: not null } refused) return [.. UpTo(i), refused];
        }

        return null;
    }

    /// <summary>Something else becomes of a write than its version says.</summary>
    public void Replace(int place, WriteOutcome outcome) => _outcomes[place] = outcome;

    /// <summary>The outcomes of the steps up to that of a write, which is refused.</summary>
    public IReadOnlyList<WriteOutcome> RefusedAt(int place, IReadOnlyList<FhirIssue> issues)
    {
        var (step, passed) = (0, steps[0].Writes.Count);
        while (passed <= place) passed += steps[++step].Writes.Count;
        return [.. UpTo(step), WriteOutcome.Refused(422, issues)];
    }

    private WriteOutcome OutcomeOf(FhirWrite write, Workspace workspace, string? facility, DateTimeOffset now)
    {
        if (IsHidden(workspace, write, facility)) return WriteOutcome.Refused(404, "not-found", $"There is no {write.Type} with this id.");
        var current = workspace.FindFhir(write.Type, write.Id);
        var outcome = write.Decide(current, now);
        var isNew = write is not CreateWrite && current is not { Deleted: false };
        if (outcome is not { Problem: null, IsWritten: true, Row: { } row }) return outcome;
        if (isNew && ResourceTypes.Find(write.Type) is not null)
            return WriteOutcome.Refused(
                422, "business-rule", $"The server gives the ids of resources of type {write.Type}: create it by POST.");
        if (room.Take(row) is { } tooMuch) return WriteOutcome.Refused(422, [tooMuch]);
        return row.Type == SiteParameters.Type && parameters?.WhyNot(current, row, Definitions()) is { } why
            ? WriteOutcome.Refused(422, [why])
            : outcome;
    }

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
