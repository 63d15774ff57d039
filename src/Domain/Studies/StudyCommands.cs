using CloudPacs.Dicom;
using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Performed;
using CloudPacs.Store.Studies;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Studies;

/// <summary>Takes a received instance into its study and series, and finds the order that it was made for.</summary>
public sealed class StudyCommands(ChangeContext context, InstanceDetails instance) : CommandSet(context)
{
    private readonly RejectionNote? _note = RejectionNote.Read(instance);

    public InstanceDetails Instance { get; } = instance;

    public override IReadOnlyList<string> Lanes => [Instance.StudyInstanceUid];

    /// <summary>Whether it takes the place of another instance of its name, as a person has decided.</summary>
    public bool Replaces { get; init; }

    /// <summary>The bytes whose place it took; null for none.</summary>
    public InstanceBytes? Replaced { get; private set; }

    /// <summary>The same bytes as they are stored, and the study that they are in, when they are known.</summary>
    public (InstanceBytes Bytes, string Study)? Known { get; private set; }

    /// <summary>What became of the bytes when the commands were applied last.</summary>
    public InstanceFate Fate { get; private set; }

    public override WorkspaceKeys Keys(Guid installation) => StudyKeys.Of(Instance, _note);

    public override WorkspaceKeys? MoreKeys(Workspace loaded) => StudyKeys.More(Instance, _note, loaded);

    public override Outcome Apply(Workspace workspace, WhyHidden? whyHidden = null)
    {
        (Fate, Replaced, Known) = (InstanceFate.Aside, null, null);
        return ApplyAll(workspace, whyHidden, run => run.Outcome.Add(Instance.Faults), Apply);
    }

    private void Apply(CommandRun run)
    {
        var study = MovedStudies.Find(run.Workspace, Instance.StudyInstanceUid, Instance.SeriesInstanceUid);
        var series = run.Workspace.FindSeries(Instance.SeriesInstanceUid);
        var stored = run.Workspace.FindInstance(Instance.SopInstanceUid);
        // What an archive lists and is here adds nothing.
        var isListed = Instance.Archive is not null && stored is { InstanceState: not InstanceState.Missing };
        if (!isListed && study is not null
            && !StudyAdmission.Admits(run, run.Workspace.FindStudy(Instance.StudyInstanceUid) ?? study, Instance)) return;
        if (stored is not null)
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
        if (study is null && !StudyAdmission.AdmitsNew(run, study = AddStudy(run), Instance)) return;
        series ??= AddSeries(run, study);
        var isOther = _note is null && IsOtherPatient(run, study);
        var row = AddInstance(run, series, isOther);
        if (_note is not null) Rejections.Apply(run, _note, Instance);
        if (run.Outcome.HasErrors) return;
        if (_note is null && Rejections.Awaiting(run, study, Instance.SopInstanceUid) is { } awaited
            && !PatientHolds.Include(run.Workspace, study))
        {
            awaited.TakenAt = Context.ReceivedAt;
            awaited.Touch();
            Rejections.Hide(run, study, [row], awaited.Rejection);
        }

        if (row.InstanceState == InstanceState.Shown && study.StudyState != StudyState.Available)
        {
            // There was nothing of it any more, and now there is.
            study.StudyState = StudyState.Available;
            isNews = true;
        }

        if (!isOther && study.ShownPatientId != Instance.PatientId && study.Flags.Add(StudyFlags.SeveralIds)) study.Touch();
        if (isOther)
        {
            run.Add(StudyProblems.OtherPatient(Instance));
            if (study.Flags.Add(StudyFlags.PatientConflict)) study.Touch();
        }
        else if (StudyRequests.Add(study, Instance.Header) | isNews)
        {
            study.Touch();
            series.Told = series.Instances;
            var performed = Performed(run);
            study.PerformedStepId ??= performed is [var step, ..] ? step.Id : null;
            var facility = study.Facility;
            StudyLinks.Find(run, study, Orders(run, study), performed);
            // It is that of its order now.
            if (study.Facility != facility && !StudyAdmission.Admits(run, study, Instance)) return;
        }

        Fate = InstanceFate.Stored;
    }

    /// <summary>An instance that is stored already: the same once more, or another one under its name.</summary>
    private void Repeat(CommandRun run, InstanceRow stored, StudyRow? study, SeriesRow? series)
    {
        if (series is null || study is null || stored.SeriesId != series.Id) run.Add(StudyProblems.OtherSeries(Instance));
        else if (stored.InstanceState == InstanceState.Rejected) ComeBack(run, stored, study);
        else if (stored.Archive is not null && Instance.Archive is null) TakeOver(stored, study, series);
        else if (Instance.Archive is not null)
        {
            if (stored.InstanceState == InstanceState.Missing) TakeOver(stored, study, series);
            Fate = InstanceFate.Known;
        }
        else if (Same(stored.Bytes.Digest, Instance.Bytes.Digest)) Meet(stored, study, series);
        else if (Replaces) Replace(run, stored, study);
        else if (stored.TransferSyntaxUid != Instance.TransferSyntaxUid) run.Add(StudyProblems.OtherSyntax(Instance));
        else if (Same(stored.Bytes.PixelDigest, Instance.Bytes.PixelDigest) && stored.Bytes.PixelDigest.Length > 0)
            run.Add(StudyProblems.OtherHeader(Instance));
        else run.Add(StudyProblems.OtherPixels(Instance));
    }

    /// <summary>The same once more: it heals what was lost.</summary>
    private void Meet(InstanceRow stored, StudyRow study, SeriesRow series)
    {
        if (stored.InstanceState == InstanceState.Missing) TakeOver(stored, study, series);
        else (Fate, Known) = (InstanceFate.Known, (stored.Bytes, study.StudyInstanceUid));
    }

    private void Replace(CommandRun run, InstanceRow stored, StudyRow study)
    {
        Replaced = stored.Bytes;
        (stored.Bytes, stored.TransferSyntaxUid) = (Instance.Bytes, Instance.TransferSyntaxUid);
        var attributes = StudyAttributes.Take(Instance.Header, StudyAttributes.OfInstance);
        stored.Attributes = Attributes.Renew(stored.Attributes, attributes) ?? stored.Attributes;
        stored.Touch();
        run.Outcome.Describe(stored, Instance);
        run.Outcome.Record(AuditVerbs.StudyInstanceReplaced, study.Id);
        Fate = InstanceFate.Stored;
    }

    /// <summary>Only what was given up as its time was over may come again; another one under its name not even then.</summary>
    private void ComeBack(CommandRun run, InstanceRow stored, StudyRow study)
    {
        if (stored.Rejection != Rejection.RetentionExpired) run.Add(StudyProblems.WasRejected(Instance));
        else if (!Same(stored.Bytes.Digest, Instance.Bytes.Digest)) run.Add(StudyProblems.OtherPixels(Instance));
        else
        {
            stored.Bytes = Instance.Bytes;
            Rejections.Restore(run, study, [stored]);
            run.Outcome.Describe(stored, Instance);
            Fate = InstanceFate.Stored;
        }
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
            VisitNumber = run.Scoped(ShownNumbers.VisitNumber(Instance.Header)),
            Sender = Context.Actor,
            ReceivedAt = Context.ReceivedAt,
            PatientName = StudyAttributes.NameKeyOf(Instance.Header),
            StudyDate = started is { } day ? DateOnly.FromDateTime(day) : null,
            StudyTime = hasTime ? TimeOnly.FromDateTime(started!.Value) : null,
        });
        study.Facility = Context.Facility;
        study.PatientId = ShownPatients.Find(run, Instance.PatientId)?.Id;
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
        if (study.StudyInstanceUid != Instance.StudyInstanceUid) series.SentStudyUid = Instance.StudyInstanceUid;
        series.Attributes = Attributes.Renew(series.Attributes, StudyAttributes.Take(Instance.Header, StudyAttributes.OfSeries))
            ?? series.Attributes;
        return series;
    }

    private InstanceRow AddInstance(CommandRun run, SeriesRow series, bool isOther)
    {
        var row = run.Workspace.AddInstance(id => new InstanceRow(id)
        {
            SeriesId = series.Id,
            SopInstanceUid = Instance.SopInstanceUid,
            SopClassUid = Instance.SopClassUid,
            TransferSyntaxUid = Instance.TransferSyntaxUid,
            Number = Number(Tags.InstanceNumber),
            InstanceState = _note is not null ? InstanceState.Note : isOther ? InstanceState.PatientConflict : InstanceState.Shown,
            Archive = Instance.Archive,
            Bytes = Instance.Bytes,
            Sender = Context.Actor,
            ReceivedAt = Context.ReceivedAt,
        });
        row.Attributes = Attributes.Renew(row.Attributes, StudyAttributes.Take(Instance.Header, StudyAttributes.OfInstance))
            ?? row.Attributes;
        if (isOther)
        {
            // Whom it shows, for the person who decides.
            var shown = StudyAttributes.Take(Instance.Header, [.. StudyAttributes.OfStudy, .. StudyAttributes.OfInstance]);
            row.Attributes = Attributes.Renew(row.Attributes, shown) ?? row.Attributes;
            return row;
        }

        if (_note is not null) return row;
        run.Outcome.Describe(row, Instance);
        series.Instances++;
        series.Touch();
        return row;
    }

    /// <summary>Whether the images show another person than those of the study before them.</summary>
    private bool IsOtherPatient(CommandRun run, StudyRow study)
    {
        if (study.ShownPatientId == Instance.PatientId || Instance.PatientId is not { } id) return false;
        if (study.PatientId is { } known && run.Workspace.Survivor(known) is { } owner)
            return !owner.Identifiers.Exists(held => id.Names(held.Identifier));
        return study.ShownPatientId is { } shown && !id.Names(shown);
    }

    private List<OrderRow> Orders(CommandRun run, StudyRow study)
    {
        if (!run.Workspace.Declares(new WorkspaceKeys { StudyInstanceUids = { study.StudyInstanceUid } })) return [];
        var performed = Performed(run).SelectMany(static row => row.OrderIds).Select(run.Workspace.Order).OfType<OrderRow>();
        return [.. StudyRequests.Orders(run.Workspace, study).Concat(performed).Distinct()];
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
