using CloudPacs.Dicom;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Performed;

/// <summary>What can be wrong with reports of performed steps, or worth telling; short, as DICOM has 64 characters for it.</summary>
internal static class PerformedProblems
{
    public static Problem Unknown(PerformedReport report) =>
        Error("PPS-001", report, Field.Performed, "No performed procedure step has this UID");

    public static Problem Duplicate(PerformedReport report) =>
        Error("PPS-002", report, Field.Performed, "Another performed procedure step has this UID");

    public static Problem Final(PerformedReport report) =>
        Error("PPS-003", report, Field.Performed, "Performed Procedure Step Object may no longer be updated");

    public static Problem NotInProgress(PerformedReport report) => new AttributeProblem(
        "PPS-004", Severity.Error, report, Tags.PerformedProcedureStepStatus, "PerformedProcedureStepStatus must be IN PROGRESS at first");

    public static Problem TooLarge(PerformedReport report) => Error("PPS-009", report, Field.Performed,
        $"The step would have over {PerformedChecks.MaxBytes >> 20} MB or {PerformedChecks.MaxAttributes} attributes");

    public static Problem OtherPatient(PerformedReport report) => Warning("PPS-010", report, Field.PatientId,
        "The scheduled step belongs to another patient than the images: it was left as it is.");

    public static Problem NoSuchStep(PerformedReport report) =>
        Warning("PPS-011", report, Field.StepId, "No scheduled step has these numbers: the performed one waits for its order.");

    public static Problem AlreadyClosed(PerformedReport report, StepState state) => Warning("PPS-012", report, Field.StepId,
        $"The scheduled step was {StepStates.Name(state)} when it was performed.", StepStates.Name(state));

    /// <summary>Of a change whose step has not been created.</summary>
    public static Problem Uncreated(PerformedReport report, UncreatedSteps rule) => rule == UncreatedSteps.Accept
        ? Warning("PPS-013", report, Field.Performed, "The step has not been created: what is said of it was kept.")
        : Warning("PPS-014", report, Field.Performed, "No performed procedure step has this UID: kept until it is created");

    private static Problem Error(string code, PerformedReport report, Field field, string text) =>
        new(code, Severity.Error, report, field, text);

    private static Problem Warning(string code, PerformedReport report, Field field, string text, string? detail = null) =>
        new(code, Severity.Warning, report, field, text, detail);
}
