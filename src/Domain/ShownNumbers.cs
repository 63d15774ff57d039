using CloudPacs.Dicom;
using CloudPacs.Store;

namespace CloudPacs.Domain;

/// <summary>Ids and numbers as DICOM attributes show them, with the authority that stands beside them.</summary>
public static class ShownNumbers
{
    /// <summary>A number with the authority of its macro (PS3.3 10.14), if it has one; null when there is none.</summary>
    public static Identifier? Number(DataSet item, Tag number, Tag authority)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (Id(item.GetString(number), null) is not { } id) return null;
        return item.GetItems(authority) is [var issuer, ..] ? id with
        {
            Namespace = issuer.GetString(Tags.LocalNamespaceEntityId),
            UniversalId = issuer.GetString(Tags.UniversalEntityId),
            UniversalIdType = issuer.GetString(Tags.UniversalEntityIdType),
        } : id;
    }

    /// <summary>Patient ID with its issuer (PS3.3 table C.2-2); null when there is none.</summary>
    public static Identifier? PatientId(DataSet attributes)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        if (Id(attributes.GetString(Tags.PatientId), attributes.GetString(Tags.IssuerOfPatientId)) is not { } id) return null;
        return attributes.GetItems(Tags.IssuerOfPatientIdQualifiersSequence) is [var qualifiers, ..] ? id with
        {
            UniversalId = qualifiers.GetString(Tags.UniversalEntityId),
            UniversalIdType = qualifiers.GetString(Tags.UniversalEntityIdType),
        } : id;
    }

    /// <summary>Admission ID with its issuer (PS3.3 C.3.1): the number of the visit; null when there is none.</summary>
    public static Identifier? VisitNumber(DataSet attributes) => Number(attributes, Tags.AdmissionId, Tags.IssuerOfAdmissionIdSequence);

    private static Identifier? Id(string? value, string? authority) =>
        value is not null && IdCharacters.Normalize(value) is { Length: > 0 } id ? new Identifier(id, authority) : null;
}
