using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;
using CloudPacs.Store.Performed;
using CloudPacs.Store.Reports;
using CloudPacs.Store.Studies;

namespace CloudPacs.Store.Workspaces;

public sealed partial class Workspace
{
    private readonly HashSet<Guid> _completePatients = [];

    /// <summary>
    /// The patients that have this identifier now or had it before a merge; merges are followed to the survivor. Normally none or one; one
    /// whose authority is named in the same way comes first.
    /// </summary>
    public IReadOnlyList<PatientRow> FindPatients(Identifier id)
    {
        Declare(_declared?.PatientIds, id.Value, "patient id");
        var found = new List<PatientRow>();
        List<PatientRow>? holders = null;
        foreach (var holder in FindByKey<PatientRow>(KeyKind.PatientId, id.Value))
        {
            if (!holder.Identifiers.Exists(held => held.Identifier.Matches(id))) continue;
            var survivor = Survivor(holder.Id)!;
            if (found.Contains(survivor)) continue;
            found.Add(survivor);
            (holders ??= []).Add(holder);
        }

        return found.Count < 2 ? found : [.. found.Zip(holders!, (owner, holder) => (owner, Distance: Distance(holder, id)))
            .OrderBy(static one => one.Distance).Select(static one => one.owner)];
    }

    /// <summary>Whether the id fits two patients alike: it leaves out what tells theirs apart.</summary>
    public bool FitsSeveral(Identifier id)
    {
        var holders = FindByKey<PatientRow>(KeyKind.PatientId, id.Value)
            .Where(holder => holder.Identifiers.Exists(held => held.Identifier.Matches(id)))
            .GroupBy(holder => Survivor(holder.Id)!.Id, (_, same) => same.Min(holder => Distance(holder, id))).Order().Take(2).ToList();
        return holders is [var first, var second] && first == second;
    }

    /// <summary>Those of whatever authority.</summary>
    public IReadOnlyList<PatientRow> FindPatients(string value)
    {
        Declare(_declared?.PatientIds, value, "patient id");
        var holders = FindByKey<PatientRow>(KeyKind.PatientId, value)
            .Where(holder => holder.Identifiers.Exists(held => held.Identifier.Value == value));
        return [.. holders.Select(holder => Survivor(holder.Id)!).Distinct()];
    }

    /// <summary>Whether the rows of a patient id were locked and read.</summary>
    public bool KnowsPatientId(string value) => _declared?.PatientIds.Contains(value) != false;

    private static int Distance(PatientRow holder, Identifier id) => holder.Identifiers.Where(held => held.Identifier.Matches(id)).Min(
        held => held.Identifier with { TypeCode = id.TypeCode } == id ? 0
            : id.UniversalId is not null && held.Identifier.UniversalId == id.UniversalId ? 1
            : held.Identifier.Namespace == id.Namespace ? 2
            : 3);

    public PatientRow? Patient(Guid id) => Use<PatientRow>(id);

    /// <summary>The patient that this one was merged into, over any number of merges; itself when there was none.</summary>
    public PatientRow? Survivor(Guid id)
    {
        var patient = Use<PatientRow>(id);
        // The count of steps bounds the walk even if stored data had a circle.
        for (var steps = 0; patient?.MergedInto is { } next && steps < 64; steps++)
        {
            patient = Use<PatientRow>(next) ?? throw new InvalidOperationException(
                $"Patient {next}, survivor of {patient.Id}, is not loaded.");
        }

        return patient;
    }

    /// <summary>
    /// Adds a patient with its primary identifier. The id is derived from the identifier, so that references made elsewhere hold whatever
    /// comes first; when a patient of that id exists (its identifier was moved away), a new id is made.
    /// </summary>
    public PatientRow AddPatient(Identifier primary)
    {
        var id = Uuid5.Create(InstallationNamespace, $"Patient|{primary.UniversalId ?? primary.Namespace}|{primary.Value}");
        if (_rows.ContainsKey(id)) id = _ids.Next();
        var patient = new PatientRow(id);
        patient.Identifiers.Add(new PatientIdentifier(primary, IsPrimary: true, IsPrior: false));
        _completePatients.Add(id);
        return Add(patient);
    }

    /// <summary>The visit of that number; when several patients have one, that of <paramref name="patientId"/>.</summary>
    public VisitRow? FindVisit(Identifier number, Guid? patientId)
    {
        Declare(_declared?.VisitNumbers, number.Value, "visit number");
        var found = FindByKey<VisitRow>(KeyKind.VisitNumber, number.Value)
            .FirstOrDefault(visit => visit.Number.Matches(number) && (patientId is null || visit.PatientId == patientId));
        return found is null ? null : Use(found);
    }

    public VisitRow? Visit(Guid id) => Use<VisitRow>(id);

    /// <summary>The patient whom a row is about, as far as it is in; null for rows of nobody who is known.</summary>
    public Guid? PatientOf(Guid rowId) => Peek<Row>(rowId) switch
    {
        PatientRow patient => patient.Id,
        VisitRow visit => visit.PatientId,
        OrderRow order => order.PatientId,
        ProcedureRow procedure => PatientOf(procedure.OrderId),
        StepRow step => PatientOf(step.ProcedureId),
        AppointmentRow appointment => appointment.PatientId,
        PerformedStepRow performed => performed.PatientId,
        ReportRow report => report.PatientId,
        StudyRow study => study.PatientId,
        _ => null,
    };

    /// <summary>All visits of a patient; the patient's id value must be among <see cref="WorkspaceKeys.OrdersOfPatients"/>.</summary>
    public IReadOnlyList<VisitRow> VisitsOf(Guid patientId)
    {
        RequireComplete(patientId);
        return [.. FindByKey<VisitRow>(KeyKind.Owner, patientId.ToString()).Where(visit => visit.PatientId == patientId).Select(Use)];
    }

    public VisitRow AddVisit(Guid patientId, Identifier number, string status) =>
        Add(new VisitRow(_ids.Next()) { PatientId = patientId, Number = number, Status = status });

    /// <summary>
    /// Writes down what a merge, a move or a change of identifiers did; <paramref name="before"/> and <paramref name="after"/> are
    /// <see cref="RowSnapshot"/>s.
    /// </summary>
    public MergeLogRow LogMerge(
        string kind, Guid priorPatientId, Guid survivingPatientId, DateTimeOffset at, Guid? messageId, ReadOnlyMemory<byte> before,
        ReadOnlyMemory<byte> after) =>
        Add(new MergeLogRow(_ids.Next())
        {
            Kind = kind,
            At = at,
            PriorPatientId = priorPatientId,
            SurvivingPatientId = survivingPatientId,
            MessageId = messageId,
            Before = before,
            After = after,
        });

    /// <summary>Says that all orders and visits of the patient are in.</summary>
    internal bool MarkComplete(Guid patientId) => _completePatients.Add(patientId);

    /// <summary>Whether all orders and visits of the patient are in.</summary>
    public bool HasOrdersOf(Guid patientId) => _declared is null || _completePatients.Contains(patientId);

    private void RequireComplete(Guid patientId)
    {
        if (!HasOrdersOf(patientId))
            throw new InvalidOperationException(
                "The orders of a patient were asked for whose id is not among WorkspaceKeys.OrdersOfPatients.");
    }
}
