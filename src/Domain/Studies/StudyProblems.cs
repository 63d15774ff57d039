namespace CloudPacs.Domain.Studies;

/// <summary>What can be wrong with received instances, or worth telling; short, as DICOM has 64 characters for it.</summary>
internal static class StudyProblems
{
    public static Problem OtherPixels(InstanceDetails instance) =>
        Error("STU-001", instance, "An instance with this UID and other content is stored");

    public static Problem OtherSeries(InstanceDetails instance) =>
        Error("STU-002", instance, "The instance is stored in another study or series");

    public static Problem SeriesOfAnotherStudy(InstanceDetails instance) =>
        Error("STU-003", instance, "The series is known in another study");

    public static Problem WasRejected(InstanceDetails instance) =>
        Error("STU-004", instance, "The instance was rejected before");

    public static Problem OtherFacility(InstanceDetails instance) =>
        Error("STU-005", instance, "The study is of another facility: nothing is added to it");

    public static Problem OtherHeader(InstanceDetails instance) => Warning("STU-010", instance, Field.Whole,
        "Stored before with other attributes: this one is kept aside");

    public static Problem OtherSyntax(InstanceDetails instance) => Warning("STU-011", instance, Field.Whole,
        "Stored before in another transfer syntax: this one is kept aside");

    public static Problem OtherPatient(InstanceDetails instance) => Warning("STU-012", instance, Field.PatientId,
        "Its study is of another patient: it waits for a person, hidden");

    private static Problem Error(string code, InstanceDetails instance, string text) =>
        new(code, Severity.Error, instance, Field.Whole, text);

    private static Problem Warning(string code, InstanceDetails instance, Field field, string text) =>
        new(code, Severity.Warning, instance, field, text);
}
