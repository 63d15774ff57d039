using CloudPacs.Dicom;
using CloudPacs.Store;
using CloudPacs.Store.Patients;

namespace CloudPacs.Domain.Patients;

/// <summary>The number of a visit in its row and in its attributes: Admission ID (0038,0010) and its issuer; the row wins.</summary>
internal static class VisitNumbers
{
    public static void Rename(VisitRow visit, Identifier number)
    {
        visit.Number = number;
        var attributes = Attributes.Copy(visit.Attributes);
        Stamp(visit, attributes);
        visit.Attributes = Attributes.Renew(visit.Attributes, attributes) ?? visit.Attributes;
        visit.Touch();
    }

    public static void Stamp(VisitRow visit, DataSet attributes)
    {
        attributes.Set(Tags.AdmissionId, IdCharacters.Show(visit.Number.Value));
        if (visit.Number.HasAuthority) Authorities.Set(attributes, Tags.IssuerOfAdmissionIdSequence, visit.Number);
    }
}
