using System.Collections.Frozen;
using CloudPacs.Domain.Patients;

namespace CloudPacs.Translation;

/// <summary>
/// The ADT events (HL7 v2.5.1 chapter 3) that are applied, each as a command; any other is accepted with a warning, or refused where a site
/// is strict.
/// </summary>
internal static class PatientEventTable
{
    public delegate PatientCommand MakeCommand(PatientDetails patient, PatientDetails? other);

    public static readonly FrozenDictionary<string, MakeCommand> Events = new Dictionary<string, MakeCommand>
    {
        ["A01"] = Update("in-progress"),
        ["A02"] = Update("in-progress"),
        ["A03"] = Update("finished", EntryEffects.Discharge),
        ["A04"] = Update("arrived"),
        ["A05"] = Update("planned"),
        ["A06"] = Update("in-progress"),
        ["A07"] = Update("in-progress"),
        ["A08"] = Update(null),
        ["A09"] = Update("arrived"),
        ["A10"] = Update("arrived"),
        ["A11"] = Update("cancelled", EntryEffects.CanceledAdmission),
        ["A12"] = Update("in-progress"),
        ["A13"] = Update("in-progress"),
        ["A14"] = Update("planned"),
        ["A18"] = static (patient, _) => new MergePatients { Patient = patient },
        ["A23"] = static (patient, _) => new DeleteVisit { Patient = patient },
        ["A24"] = static (patient, other) => new LinkPatients { Patient = patient, Other = other },
        ["A27"] = Update("cancelled", EntryEffects.CanceledAdmission),
        ["A28"] = UpdateWithoutVisit,
        ["A29"] = static (patient, _) => new DeletePatient { Patient = patient },
        ["A30"] = static (patient, _) => new MergePatients { Patient = patient },
        ["A31"] = UpdateWithoutVisit,
        ["A34"] = static (patient, _) => new MergePatients { Patient = patient },
        ["A35"] = static (patient, _) => new MergeVisits { Patient = patient, ByAccount = true },
        ["A36"] = static (patient, _) => new MergePatients { Patient = patient, WithAccount = true },
        ["A37"] = static (patient, other) => new UnlinkPatients { Patient = patient, Other = other },
        ["A38"] = Update("cancelled", EntryEffects.CanceledAdmission),
        ["A39"] = static (patient, _) => new MergePatients { Patient = patient },
        ["A40"] = static (patient, _) => new MergePatients { Patient = patient },
        ["A41"] = static (patient, _) => new MergeVisits { Patient = patient, ByAccount = true },
        ["A42"] = static (patient, _) => new MergeVisits { Patient = patient },
        ["A43"] = static (patient, _) => new MovePatientId { Patient = patient },
        ["A44"] = static (patient, _) => new MoveVisit { Patient = patient, ByAccount = true },
        ["A45"] = static (patient, _) => new MoveVisit { Patient = patient },
        ["A46"] = static (patient, _) => new ChangePatientId { Patient = patient },
        ["A47"] = static (patient, _) => new ChangePatientId { Patient = patient },
        ["A49"] = static (patient, _) => new RenumberVisit { Patient = patient, ByAccount = true },
        ["A50"] = static (patient, _) => new RenumberVisit { Patient = patient },
        ["A51"] = static (patient, _) => new RenumberVisit { Patient = patient },
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Whether one command is about two patients, instead of one about each.</summary>
    public static bool IsOfPair(string trigger) => trigger is "A24" or "A37";

    private static MakeCommand Update(string? visitStatus, EntryEffects effects = EntryEffects.None) =>
        (patient, _) => new UpdatePatient { Patient = patient, VisitStatus = visitStatus, Effects = effects };

    private static UpdatePatient UpdateWithoutVisit(PatientDetails patient, PatientDetails? other) =>
        new() { Patient = patient, HasVisit = false };
}
