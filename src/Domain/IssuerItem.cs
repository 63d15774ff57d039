using CloudPacs.Dicom;
using CloudPacs.Store;

namespace CloudPacs.Domain;

/// <summary>Identifiers and their assigning authorities as items of DICOM sequences.</summary>
public static class IssuerItem
{
    // Types of universal ids that DICOM knows (PS3.3 table 10-15); other types are not written.
    private static readonly HashSet<string> DicomTypes = new(StringComparer.Ordinal)
    {
        "DNS", "EUI64", "ISO", "URI", "UUID", "X400", "X500",
    };

    /// <summary>
    /// Writes the authority of a number; what DICOM has no type for is left out, and the sequence with it when nothing stays.
    /// </summary>
    public static void Set(DataSet attributes, Tag sequence, Identifier number)
    {
        if (Designator(number with { UniversalIdType = number.UniversalIdType ?? "ISO" }, withNamespace: true) is { } item)
            attributes.SetSequence(sequence, item);
        else attributes.Remove(sequence);
    }

    /// <summary>
    /// Item of Other Patient IDs Sequence (PS3.3 table C.7-1); null when DICOM cannot hold the id or its issuer: shortened, it would be
    /// another one.
    /// </summary>
    public static DataSet? OfPatientId(Identifier id)
    {
        var value = VrRules.Clean(id.Value, VR.LO);
        var issuer = VrRules.Clean(id.Namespace ?? id.UniversalId ?? "", VR.LO);
        if (value.Length == 0 || VrRules.FindProblem(value, VR.LO) is not null) return null;
        if (issuer.Length > 0 && VrRules.FindProblem(issuer, VR.LO) is not null) return null;
        var item = new DataSet().Set(Tags.PatientId, value);
        if (issuer.Length > 0) item.Set(Tags.IssuerOfPatientId, issuer);
        item.Set(Tags.TypeOfPatientId, "TEXT");
        if (Designator(id, withNamespace: false) is { } qualifiers) item.SetSequence(Tags.IssuerOfPatientIdQualifiersSequence, qualifiers);
        return item;
    }

    /// <summary>Attributes of the HL7v2 Hierarchic Designator Macro (PS3.3 table 10-17); null when the authority names nothing.</summary>
    private static DataSet? Designator(Identifier number, bool withNamespace)
    {
        var item = new DataSet();
        if (withNamespace && number.Namespace is { } name) item.Set(Tags.LocalNamespaceEntityId, VrRules.Clean(name, VR.LO));
        if (number is { UniversalId: { } id, UniversalIdType: { } type } && DicomTypes.Contains(type))
            item.Set(Tags.UniversalEntityId, VrRules.Clean(id, VR.LO)).Set(Tags.UniversalEntityIdType, type);
        return item.Count == 0 ? null : item;
    }
}
