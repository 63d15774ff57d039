using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;
using CloudPacs.Store.Reports;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Reports;

/// <summary>Applies reports: each becomes, or changes, the one that its number names; all of them or none.</summary>
/// <param name="context">Who sends them, when, and by which rules.</param>
/// <param name="reports">What is said of each.</param>
public sealed class ReportCommands(ChangeContext context, IReadOnlyList<ReportDetails> reports) : CommandSet(context)
{
    private readonly Dictionary<PatientDetails, (PatientRow? Row, VisitRow? Visit)> _patients = [];

    public IReadOnlyList<ReportDetails> Reports { get; } = reports;

    public override IReadOnlyList<string> Lanes =>
        Reports is [var first, ..] && (first.Patient?.Primary ?? ReportNumber.Of(first, Context)?.Value) is { } named ? [named.Value] : [];

    public override WorkspaceKeys Keys(Guid installation) => ReportKeys.Of(Reports, Context, installation);

    public override WorkspaceKeys? MoreKeys(Workspace loaded) => ReportKeys.More(Reports, Context, loaded);

    public override Outcome Apply(Workspace workspace, WhyHidden? whyHidden = null) => ApplyAll(workspace, whyHidden, Check, Apply);

    private void Check(CommandRun run)
    {
        if (Reports.Count == 0) run.Add(ReportProblems.NoReports());
        foreach (var report in Reports) Check(run, report);
        if (Context.IsAhead(Context.SentAt)) run.Add(ReportProblems.SentInFuture());
    }

    private void Apply(CommandRun run)
    {
        _patients.Clear();
        foreach (var report in Reports)
        {
            if (!run.Outcome.HasErrors) Apply(run, report);
        }
    }

    private void Check(CommandRun run, ReportDetails report)
    {
        run.Outcome.Add(report.Faults);
        run.Outcome.Add(report.Observations.SelectMany(static observation => observation.Faults));
        // What is wrong with a number was said where it was read.
        if (ReportNumber.Of(report, Context) is not { } number)
        {
            if (!report.HasErrors) run.Add(ReportProblems.NoNumber(report));
        }
        else if (Others(report, number).Any(other => other.Code == report.Code)) run.Add(ReportProblems.SentTwice(report));
        if (Context.IsAhead(report.ReportedAt)) run.Add(ReportProblems.ReportedInFuture(report));
    }

    /// <summary>Those that came with it under the same number.</summary>
    private IEnumerable<ReportDetails> Others(ReportDetails report, ReportNumber number) =>
        Reports.Where(other => other != report && ReportNumber.Of(other, Context) == number);

    private void Apply(CommandRun run, ReportDetails report)
    {
        var number = ReportNumber.Of(report, Context)!.Value;
        var rows = number.Rows(run.Workspace);
        var isShared = Others(report, number).Any();
        var known = number.Find(rows, report.Code, isShared);
        var version = new ReportVersion(report.State, Context.Past(report.ReportedAt), Context.Past(Context.SentAt));
        var isLater = ReportVersions.IsLater(version, known?.Version);
        var (patient, visit) = PatientOf(run, report, isStale: !isLater);
        if (run.Outcome.HasErrors) return;
        if (rows.Any(row => row.PatientId is { } owner && !PatientRegistry.IsOne(run, owner, patient)))
        {
            run.Add(ReportProblems.OfAnotherPatient(report));
            return;
        }

        var order = ReportedOrder.Find(run, report, patient ?? OwnerOf(run, rows));
        if (order is null && patient is null && known?.PatientId is null) run.Add(ReportProblems.NoPatient(report));
        if (run.Outcome.HasErrors) return;
        if (patient is null) run.Add(ReportProblems.PatientNotChecked(report));
        run.Outcome.Add(ReportContent.ProblemsOf(report, version, known, isLater));
        if (run.Outcome.HasErrors) return;

        if (known is null && number.Kind == ReportNumberKind.Filler && rows.Count > 0 && !isShared)
            run.Add(ReportProblems.StandsBeside(report));
        var row = known ?? run.Workspace.AddReport(number.Kind, number.Value, version);
        row.PatientId ??= patient?.Id;
        row.Code ??= report.Code;
        var isAnother = ReportedOrder.IsAnother(row, report, order);
        if (isLater && isAnother) ReportedOrder.Leave(run, row, report);
        // What an earlier version said of another order was wrong.
        if (isLater || !isAnother) WriteOrder(run, row, report, order, visit, isLater);
        ReportWriter.Write(run, row, report, version, isLater);
        ReportWriter.Relate(run, row, report, isLater);
    }

    /// <summary>The numbers of the order, and the order itself when it is known; else the report waits for it.</summary>
    private static void WriteOrder(CommandRun run, ReportRow row, ReportDetails report, OrderRow? order, VisitRow? visit, bool isLater)
    {
        ReportWriter.WriteNumbers(row, report, isLater);
        row.VisitId ??= visit?.Id;
        if (order is not null)
        {
            WaitingReports.Link(row, order);
        }
        else if (row.OrderId is null)
        {
            run.Outcome.Flag("unmatched-report");
            run.Add(ReportProblems.Waits(report));
        }
    }

    /// <summary>Whose reports they are; null when there is none.</summary>
    private static PatientRow? OwnerOf(CommandRun run, IReadOnlyList<ReportRow> rows) =>
        rows.Select(static row => row.PatientId).FirstOrDefault(static id => id is not null) is { } id ? run.Workspace.Survivor(id) : null;

    /// <summary>Old news about an examination is old news about the patient too.</summary>
    private (PatientRow? Row, VisitRow? Visit) PatientOf(CommandRun run, ReportDetails report, bool isStale)
    {
        if (report.Patient is not { Primary: not null } person) return default;
        if (_patients.TryGetValue(person, out var done)) return done;
        if (isStale && PatientRegistry.Find(run, person) is { } found) return (found, null);
        run.Outcome.Add(person.Faults);
        if (run.Outcome.HasErrors) return default;
        var row = PatientRegistry.Upsert(run, person);
        var visit = row is null ? null : VisitRegistry.Upsert(run, row, person, status: null);
        if (row is not null) VisitRegistry.TellOfUnnamed(run, person);
        return _patients[person] = (row, visit);
    }
}
