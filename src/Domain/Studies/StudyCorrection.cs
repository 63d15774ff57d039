using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Matching;
using CloudPacs.Domain.Orders;
using CloudPacs.Store;
using CloudPacs.Store.Studies;

namespace CloudPacs.Domain.Studies;

/// <summary>
/// What a study says otherwise than its images, as it is known better by now: they were made under an id that a merge gave up, under a
/// number that is not that of their order, or in a study that a person has split. The stored bytes stay; who gets an instance gets the
/// corrected values, with those that it was made with in Original Attributes Sequence (PS3.3 C.12.1.1.9).
/// </summary>
public sealed class StudyCorrection
{
    private const string ModifyingSystem = "CLOUDPACS", Reason = "COERCE";
    private static readonly Tag[] OfPerson = [Tags.PatientName, Tags.PatientBirthDate, Tags.PatientSex];
    private static readonly Tag[] OfId = [Tags.PatientId, Tags.IssuerOfPatientId, Tags.IssuerOfPatientIdQualifiersSequence];

    private readonly KnownOfStudy _known;
    private readonly DataSet _patient;
    private readonly (Tag Tag, string Uid)[] _uids;

    private StudyCorrection(StoredStudy study, KnownOfStudy known, StoredSeries series)
    {
        _known = known;
        _patient = Attributes.Read(known.Patient);
        _uids = [(Tags.StudyInstanceUid, study.StudyInstanceUid), (Tags.SeriesInstanceUid, series.SeriesInstanceUid)];
    }

    /// <summary>A text that is another one for each state of what is known, for entity tags.</summary>
    public string Version
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(_known.Patient.Bytes.Span);
            var text = $"{string.Join('|', _known.Identifiers)}|{string.Join('|', _known.AccessionNumbers)}|"
                + $"{_uids[0].Uid}|{_uids[1].Uid}|{_known.Since.Ticks}";
            hash.AppendData(Encoding.UTF8.GetBytes(text));
            return Convert.ToHexString(hash.GetHashAndReset());
        }
    }

    /// <summary>Null when nothing is known better: the instances of the series go out as they are stored.</summary>
    public static StudyCorrection? Of(StoredStudy study, StoredSeries series)
    {
        ArgumentNullException.ThrowIfNull(study);
        ArgumentNullException.ThrowIfNull(series);
        if (study.Known is not { } known) return null;
        var isMoved = series.SentStudyUid is not null;
        if (!isMoved && known.PatientId is null && known.AccessionNumbers.Count == 0) return null;
        var correction = new StudyCorrection(study, known, series);
        var shown = Attributes.Read(study.Attributes);
        // What the first image shows all show, as long as none was taken that shows something else.
        var areAlike = !isMoved && !known.Flags.Contains(StudyFlags.SeveralIds)
            && StudyRequests.Read(shown).Select(static request => request.AccessionNumber).OfType<Identifier>().Distinct().Count() <= 1;
        return areAlike && correction.For(shown) is null ? null : correction;
    }

    /// <summary>What becomes other in one instance; null when it says all as it is known.</summary>
    /// <param name="header">Its attributes.</param>
    public AttributeChanges? For(DataSet header)
    {
        ArgumentNullException.ThrowIfNull(header);
        var values = new DataSet();
        var removed = new HashSet<Tag>();
        CorrectPatient(header, values, removed);
        CorrectAccession(header, values, removed);
        foreach (var (tag, uid) in _uids)
            if (header.GetString(tag) is { } said && said != uid) values.Set(tag, uid);
        if (values.Count == 0) return null;
        var before = new DataSet();
        foreach (var element in header)
            if (values.Contains(element.Tag) || removed.Contains(element.Tag)) before.Add(element);
        var since = _known.Since.UtcDateTime.ToString("yyyyMMddHHmmss'+0000'", CultureInfo.InvariantCulture);
        var item = new DataSet().SetEmpty(Tags.SourceOfPreviousValues)
            .Set(Tags.AttributeModificationDateTime, since).Set(Tags.ModifyingSystem, ModifyingSystem)
            .Set(Tags.ReasonForTheAttributeModification, Reason)
            .SetSequence(Tags.ModifiedAttributesSequence, before);
        return new AttributeChanges
        {
            Values = values, LeavesOut = removed.Contains, Items = new DataSet().SetSequence(Tags.OriginalAttributesSequence, item),
        };
    }

    /// <summary>
    /// The id becomes another one when it is none that the patient has now; name, birth date and sex go with it, or with a link.
    /// </summary>
    private void CorrectPatient(DataSet header, DataSet values, HashSet<Tag> removed)
    {
        if (_known.PatientId is null || _patient.GetString(Tags.PatientId) is null) return;
        var shown = ShownNumbers.PatientId(header);
        var isCurrent = shown is { } id && _known.Identifiers.Any(held => !held.IsPrior && id.Names(held.Identifier));
        if (!isCurrent) Replace(header, _patient, OfId, values, removed);
        if (isCurrent && _known.AccessionNumbers.Count == 0) return;
        // What the images do not say is not wrong.
        foreach (var tag in OfPerson)
        {
            if (_patient.GetString(tag) is not { } better || header.GetString(tag) is not { } said) continue;
            if (tag == Tags.PatientName ? !IsSameName(better, said) : better != said) values.Set(tag, better);
        }
    }

    /// <summary>The number of the order that the images were made for; of several the images may name any.</summary>
    private void CorrectAccession(DataSet header, DataSet values, HashSet<Tag> removed)
    {
        var numbers = _known.AccessionNumbers.Where(static one => one.Value.Length > 0).DistinctBy(static one => one.Value).ToList();
        if (numbers is not [var only] || IdCharacters.Normalize(header.GetString(Tags.AccessionNumber) ?? "") == only.Value) return;
        var better = new DataSet().Set(Tags.AccessionNumber, IdCharacters.Show(only.Value));
        if (HierarchicDesignator.Item(only.Namespace, only.UniversalId, only.UniversalIdType) is { } issuer)
            better.SetSequence(Tags.IssuerOfAccessionNumberSequence, issuer);
        Replace(header, better, [Tags.AccessionNumber, Tags.IssuerOfAccessionNumberSequence], values, removed);
    }

    private static void Replace(DataSet header, DataSet better, Tag[] tags, DataSet values, HashSet<Tag> removed)
    {
        foreach (var tag in tags)
        {
            if (better.TryGet(tag, out var element)) values.Add(element);
            else if (header.Contains(tag)) removed.Add(tag);
        }
    }

    /// <summary>
    /// Names are alike when family and given name are, in whatever case, with or without accents, in the groups that both have: consoles
    /// cut the rest.
    /// </summary>
    private static bool IsSameName(string one, string other)
    {
        var (a, b) = (PersonName.Parse(one), PersonName.Parse(other));
        return IsSame(a.Alphabetic, b.Alphabetic) && IsSame(a.Ideographic, b.Ideographic) && IsSame(a.Phonetic, b.Phonetic);
    }

    private static bool IsSame(PersonNameGroup one, PersonNameGroup other) =>
        one.IsEmpty || other.IsEmpty
            || (NameKey.Fold(one.Family) == NameKey.Fold(other.Family) && NameKey.Fold(one.Given) == NameKey.Fold(other.Given));
}
