using CloudPacs.Dicom;
using CloudPacs.Store.Patients;

namespace CloudPacs.Integration.Patients;

/// <summary>An assigning authority as an item of the HL7v2 Hierarchic Designator macro (PS3.3 10.14).</summary>
internal static class IssuerItem
{
    public static DataSet Of(Identifier number)
    {
        var item = new DataSet();
        if (number.Namespace is { } local) item.Set(Tags.LocalNamespaceEntityId, VrRules.Clean(local, VR.LO));
        if (number.UniversalId is { } universal) item.Set(Tags.UniversalEntityId, VrRules.Clean(universal, VR.LO)).Set(Tags.UniversalEntityIdType, number.UniversalIdType ?? "ISO");
        return item;
    }
}
