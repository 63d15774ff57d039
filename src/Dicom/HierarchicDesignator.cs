using System.Diagnostics.CodeAnalysis;

namespace CloudPacs.Dicom;

/// <summary>
/// Assigning authorities as DICOM writes them: items of the HL7v2 Hierarchic Designator Macro (PS3.3 table 10-17) and of Other Patient IDs
/// Sequence (PS3.3 table C.7-1).
/// </summary>
public static class HierarchicDesignator
{
    /// <summary>Whether the type of a universal id is one that DICOM knows (PS3.3 table 10-15).</summary>
    public static bool IsType([NotNullWhen(true)] string? universalIdType) =>
        universalIdType is "DNS" or "EUI64" or "ISO" or "URI" or "UUID" or "X400" or "X500";

    /// <summary>The item of an authority; null when it names nothing that DICOM has a place for.</summary>
    /// <param name="namespaceId">Local name (HD.1); null for none, or where it stands elsewhere.</param>
    /// <param name="universalId">Universal id (HD.2), or null.</param>
    /// <param name="universalIdType">Its type (HD.3); an id of a type that DICOM does not know (PS3.3 table 10-15) is left out.</param>
    public static DataSet? Item(string? namespaceId, string? universalId, string? universalIdType)
    {
        var item = new DataSet();
        if (namespaceId is not null) item.Set(Tags.LocalNamespaceEntityId, VR.UT, VrRules.Clean(namespaceId, VR.LO));
        if (universalId is not null && IsType(universalIdType))
        {
            item.Set(Tags.UniversalEntityId, VR.UT, VrRules.Clean(universalId, VR.LO))
                .Set(Tags.UniversalEntityIdType, VR.CS, universalIdType);
        }

        return item.Count == 0 ? null : item;
    }

    /// <summary>
    /// The item of a further patient id; null when DICOM cannot hold the id or its issuer: shortened or cleaned, it would be another one.
    /// </summary>
    public static DataSet? PatientIdItem(string id, string? namespaceId, string? universalId, string? universalIdType)
    {
        var value = IdCharacters.Normalize(id);
        var issuer = IdCharacters.Normalize(namespaceId ?? universalId ?? "");
        if (value.Length == 0 || !IsShown(value) || (issuer.Length > 0 && !IsShown(issuer))) return null;
        var item = new DataSet().Set(Tags.PatientId, value);
        if (issuer.Length > 0) item.Set(Tags.IssuerOfPatientId, issuer);
        item.Set(Tags.TypeOfPatientId, "TEXT");
        if (Item(null, universalId, universalIdType) is { } qualifiers)
            item.SetSequence(Tags.IssuerOfPatientIdQualifiersSequence, qualifiers);
        return item;
    }

    private static bool IsShown(string id) => IdCharacters.FindProblem(id) is null && VrRules.FindProblem(id, VR.LO) is null;
}
