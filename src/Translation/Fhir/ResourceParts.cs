using CloudPacs.Domain;
using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Domain.Scheduling;
using CloudPacs.Store;
using CloudPacs.Store.Saving;

namespace CloudPacs.Translation.Fhir;

/// <summary>
/// The way back from the parts of commands to the resources that they were made of: the twin of <see cref="MessageParts"/>.
/// </summary>
internal sealed class ResourceParts
{
    private readonly Dictionary<Details, List<WrittenResource>> _sources = [];

    /// <summary>A part of a command, with the resources that say what it says.</summary>
    public TDetails Add<TDetails>(TDetails part, params IEnumerable<WrittenResource?> sources) where TDetails : Details
    {
        _sources.Add(part, [.. sources.OfType<WrittenResource>()]);
        return part;
    }

    /// <summary>The resource that says what a row is; null when none does.</summary>
    public WrittenResource? SourceOf(Row row, Details part) =>
        ShownRows.All.TryGetValue(row.GetType(), out var type) && _sources.TryGetValue(part, out var sources)
            ? sources.Find(source => source.Type == type)
            : null;

    /// <summary>The place of the resource that a part was made of, of that type if there is one.</summary>
    public int PlaceOf(Details part, string? type)
    {
        var sources = _sources.GetValueOrDefault(part);
        return (sources?.Find(source => source.Type == type) ?? sources?.FirstOrDefault())?.Place ?? 0;
    }

    /// <summary>A problem of the domain where the client can find it.</summary>
    public ResourceProblem Translate(Problem problem)
    {
        var sources = problem.Part is { } part ? _sources.GetValueOrDefault(part) : null;
        var (type, element) = PlaceOf(problem);
        var source = sources?.Find(one => one.Type == type) ?? sources?.FirstOrDefault();
        var expression = source is null ? type : source.Type == type ? $"{type}{element}" : source.Type;
        return new ResourceProblem(
            source?.Place ?? 0, problem.IsError, CodeOf(ProblemTable.Of(problem.Code).Code), expression, problem.Text);
    }

    /// <summary>Code of value set issue-type for one of HL7 table 0357.</summary>
    private static string CodeOf(int code) => code switch
    {
        100 => "structure",
        101 => "required",
        102 => "value",
        103 => "code-invalid",
        204 => "not-found",
        205 => "conflict",
        _ => "business-rule",
    };

    private static (string Type, string Element) PlaceOf(Problem problem) => problem.Part switch
    {
        PatientDetails => problem.Field switch
        {
            Field.Visit or Field.PriorVisit => ("Encounter", ".identifier"),
            Field.Account or Field.PriorAccount => ("Encounter", ".account"),
            Field.PriorId or Field.OtherPatient => ("Patient", ".link"),
            Field.PatientId => ("Patient", ".identifier"),
            _ => ("Patient", ""),
        },
        BookAppointment => ("Appointment", problem.Field == Field.AppointmentId ? ".identifier" : ""),
        StepDetails => ("Task", problem.Field == Field.StepId ? ".identifier" : ""),
        _ => problem.Field switch
        {
            Field.PlacerNumber or Field.FillerNumber or Field.AccessionNumber or Field.RequestedProcedureId or Field.StudyInstanceUid
                or Field.Number => ("ServiceRequest", ".identifier"),
            Field.StepId => ("Task", ".identifier"),
            Field.Parent => ("ServiceRequest", ".basedOn"),
            Field.Modality => ("ServiceRequest", ".orderDetail"),
            Field.Procedure or Field.ProcedureCode => ("ServiceRequest", ".code"),
            Field.Request => ("ServiceRequest", ".status"),
            Field.AskedAt => ("ServiceRequest", ".authoredOn"),
            Field.Patient or Field.PatientId or Field.OtherPatient => ("ServiceRequest", ".subject"),
            Field.Visit => ("ServiceRequest", ".encounter"),
            _ => ("ServiceRequest", ""),
        },
    };
}
