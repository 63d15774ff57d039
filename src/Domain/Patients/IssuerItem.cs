using CloudPacs.Dicom;
using CloudPacs.Mapping;
using CloudPacs.Store;

namespace CloudPacs.Domain.Patients;

/// <summary>An assigning authority as an item of the HL7v2 Hierarchic Designator macro (PS3.3 10.14).</summary>
internal static class IssuerItem
{
    /// <summary>Writes the authority of a number; what DICOM has no type for is left out, and the sequence with it when nothing stays.</summary>
    public static void Set(DataSet attributes, Tag sequence, Identifier number)
    {
        if (Mapping.Functions.DataTypes.AssigningAuthorities.DesignatorItem(new MappedIdentifier("", number.Namespace, number.UniversalId, number.UniversalIdType ?? "ISO"), withNamespace: true) is { } item)
            attributes.SetSequence(sequence, item);
        else attributes.Remove(sequence);
    }
}
