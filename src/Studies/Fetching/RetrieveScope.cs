using CloudPacs.Dicom;
using CloudPacs.Dicom.Matching;
using CloudPacs.Store.Studies;
using CloudPacs.Studies.Finding;

namespace CloudPacs.Studies.Fetching;

/// <summary>
/// What a C-GET or C-MOVE asks for (PS3.4 C.4.2.1.4): the unique key of its level, one value or a list, and those of levels above as far as
/// they are given.
/// </summary>
public sealed class RetrieveScope
{
    private static readonly Tag[] UidKeys = [Tags.StudyInstanceUid, Tags.SeriesInstanceUid, Tags.SopInstanceUid];

    private RetrieveScope(StudyFilter filter) => Filter = filter;

    /// <summary>All of it holds.</summary>
    public StudyFilter Filter { get; }

    /// <summary>Everything of one patient is asked for.</summary>
    public bool IsOfPatient { get; private init; }

    /// <summary>Who gave the Patient ID; null when the keys do not say, as PS3.4 C.4.2.1.4 has it.</summary>
    public string? Issuer { get; private init; }

    /// <summary>Whether a study is of a person who has the id from that issuer.</summary>
    public bool Includes(StoredStudy study)
    {
        ArgumentNullException.ThrowIfNull(study);
        if (Issuer is null || Filter.PatientId is not { } value || study.Known is not { } known) return true;
        var ids = known.PatientId is not null ? known.Identifiers.Select(static held => held.Identifier)
            : known.ShownPatientId is { } shown ? [shown]
            : [];
        return ids.Any(id => id.Value == value && (id.Namespace == Issuer || id.UniversalId == Issuer));
    }

    /// <summary>Whose study it is, as far as it can be told from others under the same id.</summary>
    internal static object PersonOf(StoredStudy study) => study.Known is { PatientId: { } id }
        ? id
        : study.Known?.ShownPatientId is { } shown ? shown.Namespace ?? shown.UniversalId ?? "" : "";

    /// <param name="identifier">The keys, text in Unicode.</param>
    /// <param name="isPatientRoot">The class knows patients.</param>
    /// <param name="facility">Facility of who asks; null sees all.</param>
    /// <param name="fault">The key that keeps it from having a meaning, and why.</param>
    /// <returns>Null when there is one.</returns>
    public static RetrieveScope? Parse(DataSet identifier, bool isPatientRoot, string? facility, out (Tag Key, string Text) fault)
    {
        fault = default;
        if (QueryLevels.Of(identifier) is not { } level || (level == QueryLevel.Patient && !isPatientRoot))
        {
            fault = (Tags.QueryRetrieveLevel, "QueryRetrieveLevel is missing or not one of this class");
            return null;
        }

        var unique = level == QueryLevel.Patient ? Tags.PatientId : UidKeys[(int)level - 1];
        var keys = UidKeys[..(int)level].Append(Tags.PatientId).ToDictionary(static tag => tag, tag => ValuesOf(identifier, tag));
        var isPatientKnown = keys[Tags.PatientId] is [_];
        if (keys[unique].Count == 0 || (level == QueryLevel.Patient && !isPatientKnown)
            || keys[unique].Any(static value => Wildcard.IsIn(value)))
        {
            fault = (unique, "The unique key of the level is missing or not one that can be retrieved");
            return null;
        }

        return new RetrieveScope(new StudyFilter
        {
            PatientId = isPatientKnown ? keys[Tags.PatientId][0] : null,
            StudyInstanceUids = keys.GetValueOrDefault(Tags.StudyInstanceUid, []),
            SeriesInstanceUids = keys.GetValueOrDefault(Tags.SeriesInstanceUid, []),
            SopInstanceUids = keys.GetValueOrDefault(Tags.SopInstanceUid, []),
            Facility = facility,
            WithKnown = true,
        })
        {
            IsOfPatient = level == QueryLevel.Patient,
            Issuer = isPatientKnown ? identifier.GetString(Tags.IssuerOfPatientId) : null,
        };
    }

    private static IReadOnlyList<string> ValuesOf(DataSet identifier, Tag tag) =>
        [.. identifier.GetStrings(tag).Where(static value => value.Length > 0).Distinct(StringComparer.Ordinal)];
}
