using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;
using CloudPacs.Store.Studies;

namespace CloudPacs.Store.Workspaces;

public sealed partial class Workspace
{
    public StudyRow? FindStudy(string studyInstanceUid)
    {
        if (_declared?.StudyInstanceUids.Contains(studyInstanceUid) != true
            && _declared?.InstancesOfStudies.Contains(studyInstanceUid) != true)
            Declare(_declared?.Studies, studyInstanceUid, "study");
        return FindByKey<StudyRow>(KeyKind.Study, studyInstanceUid) is [var row, ..] ? Use(row) : null;
    }

    public StudyRow? Study(Guid id) => Use<StudyRow>(id);

    public SeriesRow? FindSeries(string seriesInstanceUid)
    {
        Declare(_declared?.SeriesInstanceUids, seriesInstanceUid, "series");
        return FindByKey<SeriesRow>(KeyKind.Series, seriesInstanceUid) is [var row, ..] ? Use(row) : null;
    }

    public InstanceRow? FindInstance(string sopInstanceUid)
    {
        Declare(_declared?.SopInstanceUids, sopInstanceUid, "instance");
        return FindByKey<InstanceRow>(KeyKind.Instance, sopInstanceUid) is [var row, ..] ? Use(row) : null;
    }

    /// <summary>The instances of a study, whatever their state, by series and in the order in which they came.</summary>
    public IReadOnlyList<InstanceRow> InstancesOf(StudyRow study)
    {
        ArgumentNullException.ThrowIfNull(study);
        Declare(_declared?.InstancesOfStudies, study.StudyInstanceUid, "study with its instances");
        return
        [
            .. from series in study.Series
            from row in FindByKey<InstanceRow>(KeyKind.InstanceSeries, series.Id.ToString()).OrderBy(static row => row.Id)
            where row.SeriesId == series.Id
            select Use(row)
        ];
    }

    /// <summary>
    /// The studies without an order that show one of these numbers, or are the scheduled one, in the order in which they came.
    /// </summary>
    public IReadOnlyList<StudyRow> FindWaitingStudies(string? placer, string? filler, string? accession, string? studyUid)
    {
        var found = new HashSet<StudyRow>();
        Look(placer, KeyKind.StudyNumber, _declared?.PlacerNumbers);
        Look(filler, KeyKind.StudyNumber, _declared?.FillerNumbers);
        Look(accession, KeyKind.StudyNumber, _declared?.AccessionNumbers);
        Look(studyUid, KeyKind.Study, _declared?.StudyInstanceUids);
        return found.Count == 0 ? [] : [.. found.OrderBy(static row => row.Id).Select(Use)];

        void Look(string? number, KeyKind kind, HashSet<string>? declared)
        {
            if (number is null) return;
            Declare(declared, number, "number of an order");
            found.UnionWith(FindByKey<StudyRow>(kind, number).Where(static row => row.IsWaiting));
        }
    }

    /// <summary>The studies that are linked by an accession number whose issuer one side does not name.</summary>
    public IReadOnlyList<StudyRow> FindStudiesByAccession(string accession)
    {
        Declare(_declared?.AccessionNumbers, accession, "accession number");
        var rows = FindByKey<StudyRow>(KeyKind.StudyNumber, accession).Where(static row =>
            row.Links.Exists(static link => link is { Rule: LinkRule.Accession, LinkState: LinkState.Linked }));
        return [.. rows.OrderBy(static row => row.Id).Select(Use)];
    }

    /// <summary>The studies that are linked with an order, for those that only look.</summary>
    public IEnumerable<StudyRow> PeekStudiesOf(OrderRow order)
    {
        ArgumentNullException.ThrowIfNull(order);
        return FindByKey<StudyLinkRow>(KeyKind.StudyOrder, order.Id.ToString())
            .Where(static link => link.LinkState == LinkState.Linked).Select(link => Peek<StudyRow>(link.StudyId)).OfType<StudyRow>()
            .Distinct();
    }

    /// <summary>
    /// The visit whose number the images of a study show, for those that only look: the only one of its patient that has it.
    /// </summary>
    public VisitRow? PeekVisitOf(StudyRow study)
    {
        ArgumentNullException.ThrowIfNull(study);
        if (study.VisitNumber is not { } number) return null;
        List<VisitRow> visits =
        [
            .. FindByKey<VisitRow>(KeyKind.VisitNumber, number.Value).Where(visit =>
                visit.PatientId == study.PatientId && number.Names(visit.Number) && visit.Status != "entered-in-error")
        ];
        return visits is [var only] ? only : null;
    }

    /// <summary>The studies at hand whose images show the number of a visit, for those that only look.</summary>
    public IEnumerable<StudyRow> PeekStudiesOf(VisitRow visit)
    {
        ArgumentNullException.ThrowIfNull(visit);
        return FindByKey<StudyRow>(KeyKind.StudyVisit, visit.Number.Value).Where(study => study.VisitNumber?.Names(visit.Number) == true);
    }

    /// <summary>The studies of a patient, as far as they are at hand: all of them with the patient's records.</summary>
    public IReadOnlyList<StudyRow> StudiesOf(Guid patientId)
    {
        var rows = FindByKey<StudyRow>(KeyKind.Owner, patientId.ToString());
        return [.. rows.Where(row => row.PatientId == patientId).OrderBy(static row => row.Id).Select(Use)];
    }

    /// <summary>The studies whose images show an id that nobody here was known to have.</summary>
    public IReadOnlyList<StudyRow> FindStudiesOfUnknown(Identifier id)
    {
        Declare(_declared?.PatientIds, id.Value, "patient id");
        var rows = FindByKey<StudyRow>(KeyKind.StudyPatient, id.Value);
        return [.. rows.Where(row => row.PatientId is null && row.ShownPatientId?.Names(id) == true).Select(Use)];
    }

    /// <param name="make">Makes the row of the id that it gets.</param>
    public StudyRow AddStudy(Func<Guid, StudyRow> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        return Add(make(_ids.Next()));
    }

    public SeriesRow AddSeries(StudyRow study, string seriesInstanceUid, string modality, int? number)
    {
        Use(study);
        var series = Add(new SeriesRow(_ids.Next())
        {
            StudyId = study.Id, SeriesInstanceUid = seriesInstanceUid, Modality = modality, Number = number,
        });
        study.Series.Add(series);
        return series;
    }

    /// <param name="make">Makes the row of the id that it gets.</param>
    public InstanceRow AddInstance(Func<Guid, InstanceRow> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        return Add(make(_ids.Next()));
    }

    /// <summary>The rejection of an instance that had not come; null when there is none.</summary>
    public IReadOnlyList<AwaitedRejection> AwaitedRejections(string sopInstanceUid)
    {
        Declare(_declared?.SopInstanceUids, sopInstanceUid, "instance");
        return
        [
            .. FindByKey<AwaitedRejection>(KeyKind.AwaitedRejection, sopInstanceUid).Where(static row => row.TakenAt is null).Select(Use)
        ];
    }

    /// <param name="make">Makes the row of the id that it gets.</param>
    public AwaitedRejection AddAwaitedRejection(Func<Guid, AwaitedRejection> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        return Add(make(_ids.Next()));
    }

    /// <summary>What is in quarantine under an id.</summary>
    public QuarantinedRow? Quarantined(Guid id)
    {
        Declare(_declared?.Quarantined, id, "quarantined instance");
        return Use<QuarantinedRow>(id);
    }

    /// <param name="make">Makes the row of the id that it gets.</param>
    public QuarantinedRow AddQuarantined(Func<Guid, QuarantinedRow> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        return Add(make(_ids.Next()));
    }

    /// <param name="study">The study.</param>
    /// <param name="make">Makes the row of the id that it gets.</param>
    public StudyLinkRow AddLink(StudyRow study, Func<Guid, StudyLinkRow> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        Use(study);
        var link = Add(make(_ids.Next()));
        study.Links.Add(link);
        return link;
    }
}
