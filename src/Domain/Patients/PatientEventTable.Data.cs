using System.Collections.Frozen;

namespace CloudPacs.Domain.Patients;

/// <summary>The ADT events that are applied; any other is accepted with a warning, or refused with AR 201 where a site is strict.</summary>
internal static class PatientEventTable
{
    public static readonly FrozenDictionary<string, PatientEvent> Events = new Dictionary<string, PatientEvent>
    {
        ["A01"] = new(PatientAction.Update, "in-progress"),
        ["A02"] = new(PatientAction.Update, "in-progress"),
        ["A03"] = new(PatientAction.Update, "finished", Effect: EntryEffect.Discharge),
        ["A04"] = new(PatientAction.Update, "arrived"),
        ["A05"] = new(PatientAction.Update, "planned"),
        ["A06"] = new(PatientAction.Update, "in-progress"),
        ["A07"] = new(PatientAction.Update, "in-progress"),
        ["A08"] = new(PatientAction.Update),
        ["A09"] = new(PatientAction.Update, "arrived"),
        ["A10"] = new(PatientAction.Update, "arrived"),
        ["A11"] = new(PatientAction.Update, "cancelled", Effect: EntryEffect.CanceledAdmission),
        ["A12"] = new(PatientAction.Update, "in-progress"),
        ["A13"] = new(PatientAction.Update, "in-progress"),
        ["A14"] = new(PatientAction.Update, "planned"),
        ["A18"] = new(PatientAction.Merge),
        ["A23"] = new(PatientAction.DeleteVisit),
        ["A24"] = new(PatientAction.Link),
        ["A27"] = new(PatientAction.Update, "cancelled", Effect: EntryEffect.CanceledAdmission),
        ["A28"] = new(PatientAction.Update, HasVisit: false),
        ["A29"] = new(PatientAction.DeletePerson),
        ["A31"] = new(PatientAction.Update, HasVisit: false),
        ["A34"] = new(PatientAction.Merge),
        ["A35"] = new(PatientAction.MergeAccount),
        ["A36"] = new(PatientAction.MergeWithAccount),
        ["A37"] = new(PatientAction.Unlink),
        ["A38"] = new(PatientAction.Update, "cancelled", Effect: EntryEffect.CanceledAdmission),
        ["A40"] = new(PatientAction.Merge),
        ["A41"] = new(PatientAction.MergeAccount),
        ["A42"] = new(PatientAction.MergeVisit),
        ["A43"] = new(PatientAction.MoveId),
        ["A44"] = new(PatientAction.MoveAccount),
        ["A45"] = new(PatientAction.MoveVisit),
        ["A46"] = new(PatientAction.ChangeId),
        ["A47"] = new(PatientAction.ChangeId),
        ["A49"] = new(PatientAction.RenumberAccount),
        ["A50"] = new(PatientAction.RenumberVisit),
        ["A51"] = new(PatientAction.RenumberVisit),
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
