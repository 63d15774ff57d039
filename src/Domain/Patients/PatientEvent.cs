namespace CloudPacs.Domain.Patients;

/// <summary>What a patient event asks for.</summary>
internal enum PatientAction
{
    Update, Merge, MergeWithAccount, Link, Unlink, ChangeId, MoveId, DeleteVisit, DeletePerson,
    MergeVisit, MergeAccount, MoveVisit, MoveAccount, RenumberVisit, RenumberAccount,
}

/// <summary>What an admission event does to worklist entries beyond the data of patient and visit.</summary>
internal enum EntryEffect { None, Discharge, CanceledAdmission }

/// <summary>One row of the event table (HL7 v2.5.1 chapter 3; mapping reference a.10 and b.4).</summary>
/// <param name="Action">What is done.</param>
/// <param name="VisitStatus">FHIR EncounterStatus that the event gives the visit; null keeps it.</param>
/// <param name="HasVisit">Whether PV1 counts.</param>
/// <param name="Effect">What happens to entries.</param>
internal sealed record PatientEvent(PatientAction Action, string? VisitStatus = null, bool HasVisit = true, EntryEffect Effect = EntryEffect.None);
