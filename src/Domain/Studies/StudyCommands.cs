using CloudPacs.Dicom;
using CloudPacs.Dicom.Matching;
using CloudPacs.Domain.Orders;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;
using CloudPacs.Store.Performed;
using CloudPacs.Store.Studies;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Studies;

/// <summary>Takes a received instance into its study and series, and finds the order that it was made for.</summary>
public sealed class StudyCommands(ChangeContext context, InstanceDetails instance) : CommandSet(context)
{
    public InstanceDetails Instance { get; } = instance;

    public override IReadOnlyList<string> Lanes => [Instance.StudyInstanceUid];

    /// <summary>What became of the bytes when the commands were applied last.</summary>
    public InstanceFate Fate { get; private set; }

    public override WorkspaceKeys Keys(Guid installation) => StudyKeys.Of(Instance);

    public override WorkspaceKeys? MoreKeys(Workspace loaded) => StudyKeys.More(Instance, loaded);

    public override Outcome Apply(Workspace workspace, WhyHidden? whyHidden = null)
    {
        Fate = InstanceFate.Aside;
        return ApplyAll(workspace, whyHidden, run => run.Outcome.Add(Instance.Faults), Apply);
    }

    private void Apply(CommandRun run)
    {
        var study = run.Workspace.FindStudy(Instance.StudyInstanceUid);
        var series = run.Workspace.FindSeries(Instance.SeriesInstanceUid);
        if (run.Workspace.FindInstance(Instance.SopInstanceUid) is { } stored)
        {
            Repeat(run, stored, study, series);
            return;
        }

        if (series is not null && series.StudyId != study?.Id)
        {
            run.Add(StudyProblems.SeriesOfAnotherStudy(Instance));
            return;
        }

        var isNews = study is null || series is null;
        study ??= AddStudy(run);
        series ??= AddSeries(run, study);
        var isOther = IsOtherPatient(run, study);
        AddInstance(run, series, isOther);
        if (isOther)
        {
            run.Add(StudyProblems.OtherPatient(Instance));
            if (study.Flags.Add("patient-conflict")) study.Touch();
        }
        else if (StudyRequests.Add(study, Instance.Header) | isNews)
        {
            study.Touch();
            series.Told = series.Instances;
            var performed = Performed(run);
            study.PerformedStepId ??= performed is [var step, ..] ? step.Id : null;
            StudyLinks.Find(run, study, Orders(run, study), performed);
        }

        Fate = InstanceFate.Stored;
    }

    /// <summary>An instance that is stored already: the same once more, or another one under its name.</summary>
    private void Repeat(CommandRun run, InstanceRow stored, StudyRow? study, SeriesRow? series)
    {
        if (series is null || study is null || stored.SeriesId != series.Id) run.Add(StudyProblems.OtherSeries(Instance));
        else if (stored.InstanceState == InstanceState.Rejected) run.Add(StudyProblems.WasRejected(Instance));
        else if (stored.Archive is not null && Instance.Archive is null) TakeOver(stored, study, series);
        else if (Instance.Archive is not null)
        {
            if (stored.InstanceState == InstanceState.Missing) TakeOver(stored, study, series);
            Fate = InstanceFate.Known;
        }
        else if (Same(stored.Bytes.Digest, Instance.Bytes.Digest)) Fate = InstanceFate.Known;
        else if (stored.TransferSyntaxUid != Instance.TransferSyntaxUid) run.Add(StudyProblems.OtherSyntax(Instance));
        else if (Same(stored.Bytes.PixelDigest, Instance.Bytes.PixelDigest) && stored.Bytes.PixelDigest.Length > 0)
            run.Add(StudyProblems.OtherHeader(Instance));
        else run.Add(StudyProblems.OtherPixels(Instance));
    }

    /// <summary>What another archive had alone is here too, or what it had lost is there again.</summary>
    private void TakeOver(InstanceRow stored, StudyRow study, SeriesRow series)
    {
        (stored.Archive, stored.Bytes, stored.TransferSyntaxUid) = (Instance.Archive, Instance.Bytes, Instance.TransferSyntaxUid);
        stored.Touch();
        Fate = InstanceFate.Stored;
        if (stored.InstanceState != InstanceState.Missing) return;
        stored.InstanceState = InstanceState.Shown;
        series.Instances++;
        series.Touch();
        if (!study.Flags.Remove(LostInstanceCommands.Flag)) return;
        series.Told = series.Instances;
        study.Touch();
    }

    private StudyRow AddStudy(CommandRun run)
    {
        var started = StudyTimes.Local(Instance.Header, Tags.StudyDate, Tags.StudyTime, out var hasTime);
        var study = run.Workspace.AddStudy(id => new StudyRow(id)
        {
            StudyInstanceUid = Instance.StudyInstanceUid,
            ShownPatientId = Instance.PatientId,
            Sender = Context.Actor,
            ReceivedAt = Context.ReceivedAt,
            PatientName = Instance.Header.GetString(Tags.PatientName) is { } name ? string.Join('=', NameKey.Groups(name)) : null,
            StudyDate = started is { } day ? DateOnly.FromDateTime(day) : null,
            StudyTime = hasTime ? TimeOnly.FromDateTime(started!.Value) : null,
        });
        study.Facility = Context.Facility;
        study.PatientId = Patient(run)?.Id;
        study.Attributes = Attributes.Renew(study.Attributes, StudyAttributes.Take(Instance.Header, StudyAttributes.OfStudy))
            ?? study.Attributes;
        study.Numbers = StudyRequests.Numbers(StudyRequests.Of(study));
        run.Outcome.Record(AuditVerbs.StudyStored, study.Id);
        return study;
    }

    private SeriesRow AddSeries(CommandRun run, StudyRow study)
    {
        var series = run.Workspace.AddSeries(
            study, Instance.SeriesInstanceUid, Instance.Header.GetString(Tags.Modality) ?? "OT", Number(Tags.SeriesNumber));
        series.Attributes = Attributes.Renew(series.Attributes, StudyAttributes.Take(Instance.Header, StudyAttributes.OfSeries))
            ?? series.Attributes;
        return series;
    }

    private void AddInstance(CommandRun run, SeriesRow series, bool isOther)
    {
        var row = run.Workspace.AddInstance(id => new InstanceRow(id)
        {
            SeriesId = series.Id,
            SopInstanceUid = Instance.SopInstanceUid,
            SopClassUid = Instance.SopClassUid,
            TransferSyntaxUid = Instance.TransferSyntaxUid,
            Number = Number(Tags.InstanceNumber),
            InstanceState = isOther ? InstanceState.PatientConflict : InstanceState.Shown,
            Archive = Instance.Archive,
            Bytes = Instance.Bytes,
            Sender = Context.Actor,
            ReceivedAt = Context.ReceivedAt,
        });
        row.Attributes = Attributes.Renew(row.Attributes, StudyAttributes.Take(Instance.Header, StudyAttributes.OfInstance))
            ?? row.Attributes;
        if (isOther) return;
        run.Outcome.Describe(row, Instance);
        series.Instances++;
        series.Touch();
    }

    /// <summary>Whether the images show another person than those of the study before them.</summary>
    private bool IsOtherPatient(CommandRun run, StudyRow study)
    {
        if (study.ShownPatientId == Instance.PatientId || Instance.PatientId is not { } id) return false;
        if (study.PatientId is { } known && run.Workspace.Survivor(known) is { } owner)
            return !owner.Identifiers.Exists(held => id.Names(held.Identifier));
        return study.ShownPatientId is { } shown && !id.Names(shown);
    }

    private PatientRow? Patient(CommandRun run)
    {
        if (Instance.PatientId is not { } id) return null;
        var found = id.HasAuthority ? run.Workspace.FindPatients(id) : run.Workspace.FindPatients(id.Value);
        return found is [var only] ? only : null;
    }

    private List<OrderRow> Orders(CommandRun run, StudyRow study)
    {
        if (!run.Workspace.Declares(new WorkspaceKeys { StudyInstanceUids = { study.StudyInstanceUid } })) return [];
        var orders = new List<OrderRow>(run.Workspace.FindByStudyUid(study.StudyInstanceUid));
        foreach (var request in StudyRequests.Of(study))
        {
            if (request.AccessionNumber is { } accession) orders.AddRange(run.Workspace.FindByAccession(accession.Value));
            if (request.PlacerNumber is { } placer) orders.AddRange(run.Workspace.FindByPlacer(placer.Value));
            if (request.FillerNumber is { } filler) orders.AddRange(run.Workspace.FindByFiller(filler.Value));
        }

        orders.AddRange(Performed(run).SelectMany(static row => row.OrderIds).Select(run.Workspace.Order).OfType<OrderRow>());
        return [.. orders.Distinct()];
    }

    private IReadOnlyList<PerformedStepRow> Performed(CommandRun run) =>
        Instance.PerformedStepUid is { } uid && run.Workspace.Declares(new WorkspaceKeys { PerformedUids = { uid } })
        && run.Workspace.FindPerformed(uid) is { } row ? [row] : [];

    private int? Number(Tag tag) =>
        int.TryParse(Instance.Header.GetString(tag), System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;

    private static bool Same(ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other) => one.Span.SequenceEqual(other.Span);
}

/// <summary>What became of the bytes of an instance.</summary>
public enum InstanceFate
{
    /// <summary>They are not those of the instance: for a person to look at.</summary>
    Aside,

    /// <summary>They are the instance.</summary>
    Stored,

    /// <summary>The same are stored already.</summary>
    Known,
}
