using CloudPacs.Dicom;

namespace CloudPacs.Studies.Finding;

/// <summary>Reads Query/Retrieve Level (0008,0052).</summary>
public static class QueryLevels
{
    /// <summary>Levels come padded and in small letters too; null when it is none.</summary>
    public static QueryLevel? Of(DataSet identifier)
    {
        ArgumentNullException.ThrowIfNull(identifier);
        return identifier.GetString(Tags.QueryRetrieveLevel)?.Trim().ToUpperInvariant() switch
        {
            "PATIENT" => QueryLevel.Patient,
            "STUDY" => QueryLevel.Study,
            "SERIES" => QueryLevel.Series,
            "IMAGE" => QueryLevel.Image,
            _ => null,
        };
    }
}
