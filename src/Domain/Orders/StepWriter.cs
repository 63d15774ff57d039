using System.Globalization;
using CloudPacs.Dicom;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>Makes scheduled procedure steps and changes them.</summary>
internal static class StepWriter
{
    /// <summary>Flag of a step whose order says nothing of its time: that of receipt stands for it.</summary>
    public const string UnscheduledTime = "unscheduled-time";
    private const string NoStation = "no-station";
    private static readonly Tag[] StartTags = [Tags.ScheduledProcedureStepStartDate, Tags.ScheduledProcedureStepStartTime];

    /// <summary>The new step, or null with a problem.</summary>
    public static StepRow? Create(
        OrderRun run, ProcedureRow procedure, StepDetails details, IReadOnlyList<ProcedureRow> siblings, StepState state)
    {
        if ((details.Attributes.GetString(Tags.Modality) ?? run.Policy.DefaultModality) is not { } modality)
        {
            run.Add(OrderProblems.NoModality(run.Command));
            return null;
        }

        if (StepIdOf(run, procedure, details, siblings) is not { } stepId) return null;
        var step = run.Workspace.AddStep(procedure, stepId, state, modality, details.StartIn(run.Context.SiteZone) ?? run.Context.Now);
        step.StationAeTitles = Stations(details.Attributes);
        if (details.Start is null) step.Flags.Add(UnscheduledTime);
        if (step.StationAeTitles.Count == 0) step.Flags.Add(NoStation);
        foreach (var flag in step.Flags) run.Outcome.Flag(flag);
        if (run.StepIdOf(details) is null) StepIds.MarkOwn(step);
        var attributes = new DataSet();
        Attributes.Merge(attributes, ProtocolSites.WithoutBare(details.Attributes));
        RowKeys.Save(step, attributes, run.Context.SiteZone);
        run.Outcome.Describe(step, details);
        return step;
    }

    /// <param name="run">The commands.</param>
    /// <param name="step">What is stored.</param>
    /// <param name="news">What is said of the step.</param>
    /// <param name="start">Its start, or null for no news.</param>
    /// <param name="takes">Which attributes may change.</param>
    /// <param name="details">The part of the commands that says it; null for what nobody is told of.</param>
    /// <returns>Whether something that may not change would have become another.</returns>
    public static bool Update(
        CommandRun run, StepRow step, DataSet news, DateTimeOffset? start, Predicate<Tag> takes, StepDetails? details = null)
    {
        var attributes = Attributes.Copy(step.Attributes);
        // What is stored may have been written when the site was in another zone.
        ScheduledTimes.MoveTo(attributes, SiteTime.LocalOf(run.Context.SiteZone, step.Start));
        if (step.Flags.Contains(UnscheduledTime)) StandIns.Put(attributes, StartTags);
        if (StandIns.Yields(attributes, news, Tags.ScheduledProcedureStepStartDate)) start = null;
        var leftOut = Attributes.Merge(attributes, news, takes, new Saying(run.Outcome, details));
        if (takes(Tags.Modality) && news.GetString(Tags.Modality) is { } modality) step.Modality = modality;
        if (takes(Tags.ScheduledStationAeTitle) && news.Contains(Tags.ScheduledStationAeTitle)) SetStations(step, Stations(news));
        if (start is { } at)
        {
            if (takes(Tags.ScheduledProcedureStepStartDate))
            {
                // A step that is moved takes as long as before, unless something else is said.
                if (!news.Contains(Tags.ScheduledProcedureStepEndDate))
                    ScheduledTimes.MoveTo(attributes, SiteTime.LocalOf(run.Context.SiteZone, at));
                SetStart(run, step, at);
                if (!news.Contains(Tags.ScheduledProcedureStepStartDate)) StandIns.Remove(attributes, StartTags);
            }
            else leftOut |= step.Start != at;
        }

        RowKeys.Save(step, attributes, run.Context.SiteZone);
        if (step.Flags.Contains(NoStation)) run.Outcome.Flag(NoStation);
        return leftOut;
    }

    private static void SetStart(CommandRun run, StepRow step, DateTimeOffset start)
    {
        if (step.Flags.Remove(UnscheduledTime)) step.Touch();
        if (step.Start == start) return;
        step.Start = start;
        step.Touch();
        // A new date revives an entry that was left to expire.
        if (step.StepState != StepState.Expired) return;
        StepMoves.Move(run.Outcome, step, StepState.Scheduled, AuditVerbs.StepRescheduled);
    }

    private static void SetStations(StepRow step, List<string> stations)
    {
        if (!step.StationAeTitles.SequenceEqual(stations))
        {
            step.StationAeTitles = stations;
            step.Touch();
        }

        if (stations.Count == 0 ? step.Flags.Add(NoStation) : step.Flags.Remove(NoStation)) step.Touch();
    }

    private static List<string> Stations(DataSet attributes) =>
        [.. attributes.GetStrings(Tags.ScheduledStationAeTitle).Where(static title => title.Length > 0)];

    private static string? StepIdOf(OrderRun run, ProcedureRow procedure, StepDetails details, IReadOnlyList<ProcedureRow> siblings)
    {
        var used = siblings.Append(procedure)
            .SelectMany(static p => p.Steps)
            .Select(static s => s.StepId)
            .ToHashSet(StringComparer.Ordinal);
        if (run.StepIdOf(details) is { } given)
        {
            if (given.Length > GeneratedNumber.MaxLength) run.Add(OrderProblems.TooLong(run.Command, Field.StepId));
            else if (used.Contains(given)) run.Add(OrderProblems.DuplicateStep(run.Command));
            else return given;
            return null;
        }

        for (var place = used.Count + 1; ; place++)
        {
            var id = procedure.RequestedProcedureId + "-" + place.ToString(CultureInfo.InvariantCulture);
            if (id.Length > GeneratedNumber.MaxLength) return GeneratedNumber.Next(run.Workspace, "step", "SP");
            if (!used.Contains(id)) return id;
        }
    }
}
