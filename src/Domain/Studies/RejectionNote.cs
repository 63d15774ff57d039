using CloudPacs.Dicom;
using CloudPacs.Store.Studies;

namespace CloudPacs.Domain.Studies;

/// <summary>A Key Object Selection document that rejects instances (IHE RAD TF-2 4.66, PS3.16 CID 7011).</summary>
/// <param name="Rejection">Its title.</param>
/// <param name="Listed">The instances that it lists, with their studies and series.</param>
public sealed record RejectionNote(Rejection Rejection, IReadOnlyList<(string Study, string? Series, string Instance)> Listed)
{
    private static readonly Dictionary<string, Rejection> Titles = new(StringComparer.Ordinal)
    {
        ["113001"] = Rejection.Quality,
        ["113037"] = Rejection.PatientSafety,
        ["113038"] = Rejection.IncorrectWorklistEntry,
        ["113039"] = Rejection.RetentionExpired,
    };

    /// <returns>Null when the instance is none.</returns>
    public static RejectionNote? Read(InstanceDetails instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        if (instance.SopClassUid != Uids.KeyObjectSelectionDocumentStorage) return null;
        if (instance.Header.GetItems(Tags.ConceptNameCodeSequence) is not [var title, ..]) return null;
        if (title.GetString(Tags.CodingSchemeDesignator) != "DCM" || title.GetString(Tags.CodeValue) is not { } code) return null;
        if (!Titles.TryGetValue(code, out var rejection)) return null;
        return new RejectionNote(rejection,
        [
            .. from study in instance.Header.GetItems(Tags.CurrentRequestedProcedureEvidenceSequence)
            let studyUid = study.GetString(Tags.StudyInstanceUid)
            where studyUid is not null
            from series in study.GetItems(Tags.ReferencedSeriesSequence)
            from item in series.GetItems(Tags.ReferencedSopSequence)
            let uid = item.GetString(Tags.ReferencedSopInstanceUid)
            where uid is not null
            select (studyUid, series.GetString(Tags.SeriesInstanceUid), uid)
        ]);
    }
}
