namespace CloudPacs.EndToEnd.Tests.Querying;

/// <summary>How a query is put.</summary>
internal enum QueryDoor { StudyRoot, PatientRoot, Web }

/// <summary>One query of studies, series, instances or patients.</summary>
/// <param name="Rule">Section of PS3.4, or of PS3.18 where it says so, and the rule.</param>
/// <param name="Door">C-FIND of one of the roots, or QIDO-RS.</param>
/// <param name="Level">PATIENT, STUDY, SERIES or IMAGE.</param>
/// <param name="Keys">
/// Keys as <c>ggggeeee=value</c>, joined by <c>;</c>; <c>ggggeeee&gt;ggggeeee=value</c> means inside the item of a sequence. Over HTTP also
/// parameters by their name.
/// </param>
internal sealed record StudyQueryCase(string Rule, QueryDoor Door, string Level, string Keys)
{
    public string DoorName => Door switch { QueryDoor.StudyRoot => "C-FIND", QueryDoor.PatientRoot => "C-FIND, Patient Root", _ => "QIDO-RS" };
}
