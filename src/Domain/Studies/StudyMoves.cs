using CloudPacs.Dicom;
using CloudPacs.Domain.Orders;
using CloudPacs.Store.Studies;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Studies;

/// <summary>
/// Images that go to another study. The bytes stay as they are; the rows say where a series belongs, and what its images call their study,
/// so that more of them find the way.
/// </summary>
internal static class StudyMoves
{
    /// <summary>What a move reads besides: the study that it makes or goes to, and the series, which nobody adds to meanwhile.</summary>
    public static void AddKeys(Workspace loaded, StudyRow study, StudyDecision decision, WorkspaceKeys keys)
    {
        keys.SeriesInstanceUids.UnionWith(study.Series.Select(static series => series.SeriesInstanceUid));
        switch (decision)
        {
            case SplitStudy { SeriesInstanceUids: [var first, ..] }:
                keys.StudyInstanceUids.Add(NewUid(loaded, study, first));
                break;
            case SplitStudy:
                foreach (var (shown, rows) in Others(loaded, study))
                {
                    keys.StudyInstanceUids.Add(NewUid(loaded, study, shown));
                    if (ShownNumbers.PatientId(Attributes.Read(rows[0].Attributes)) is { } id) keys.PatientIds.Add(id.Value);
                    StudyRequests.AddKeys(keys, StudyRequests.Read(Attributes.Read(rows[0].Attributes)));
                }

                break;
            case SeparateStudy when study.MergedInto is { } survivor:
                keys.StudyInstanceUids.Add(survivor);
                keys.InstancesOfStudies.Add(survivor);
                break;
        }
    }

    /// <summary>Shows the images that show another patient.</summary>
    public static void Accept(CommandRun run, StudyRow study, AcceptImages decision)
    {
        var others = Others(run.Workspace, study).SelectMany(static group => group.Rows).ToList();
        if (others.Count == 0)
        {
            run.Add(DecisionProblems.NoOtherImages(decision));
            return;
        }

        foreach (var row in others) Show(row, study.Series.Find(series => series.Id == row.SeriesId)!);
        study.Flags.Remove(StudyFlags.PatientConflict);
        study.Flags.Add(StudyFlags.SeveralIds);
        Tell(run, study, AuditVerbs.StudyImagesAccepted, decision);
    }

    /// <summary>Shows those no more that were accepted: they still say whom they show.</summary>
    public static void Hide(CommandRun run, StudyRow study, HideImages decision)
    {
        var accepted = run.Workspace.InstancesOf(study)
            .Where(static row => row.InstanceState == InstanceState.Shown && ShowsOther(row)).ToList();
        if (accepted.Count == 0)
        {
            run.Add(DecisionProblems.NoAcceptedImages(decision));
            return;
        }

        foreach (var row in accepted)
        {
            row.InstanceState = InstanceState.PatientConflict;
            row.Touch();
            var series = study.Series.Find(series => series.Id == row.SeriesId)!;
            series.Instances--;
            series.Told = series.Instances;
            series.Touch();
        }

        study.Flags.Add(StudyFlags.PatientConflict);
        Tell(run, study, AuditVerbs.StudyImagesHidden, decision);
    }

    public static void Split(CommandRun run, StudyRow study, SplitStudy decision)
    {
        if (run.Workspace.InstancesOf(study).Any(static row => row.Archive is not null)) run.Add(DecisionProblems.BytesElsewhere(decision));
        else if (decision.SeriesInstanceUids.Count > 0) SplitSeries(run, study, decision);
        else SplitOthers(run, study, decision);
    }

    public static void Merge(CommandRun run, StudyRow study, MergeStudies decision)
    {
        if (run.Workspace.FindStudy(decision.Into) is not { StudyState: StudyState.Available } into || into.Id == study.Id)
        {
            run.Add(DecisionProblems.UnknownSurvivor(decision));
            return;
        }

        if (OwnerOf(run, study) != OwnerOf(run, into))
        {
            run.Add(DecisionProblems.OfTwoPatients(decision));
            return;
        }

        if (run.Workspace.InstancesOf(study).Any(static row => row.Archive is not null))
        {
            run.Add(DecisionProblems.BytesElsewhere(decision));
            return;
        }

        foreach (var series in study.Series.ToList()) Move(run, series, study, into);
        (study.StudyState, study.MergedInto) = (StudyState.EnteredInError, into.StudyInstanceUid);
        StudyRequests.Add(into, Attributes.Read(study.Attributes));
        if (study.Flags.Remove(StudyFlags.PatientConflict)) into.Flags.Add(StudyFlags.PatientConflict);
        ShownPerson.Move(study, into);
        foreach (var link in study.Links.Where(static link => link.LinkState == LinkState.Linked))
        {
            if (into.Links.Exists(known => known.ProcedureId == link.ProcedureId)) continue;
            run.Workspace.AddLink(into, id => new StudyLinkRow(id)
            {
                StudyId = into.Id, OrderId = link.OrderId, ProcedureId = link.ProcedureId, Rule = link.Rule, LinkState = link.LinkState,
                DecidedBy = run.Context.Actor, DecidedAt = run.Context.ReceivedAt, Reason = link.Reason,
            });
        }

        Tell(run, into, AuditVerbs.StudyMerged, decision);
        Tell(run, study, AuditVerbs.StudyRetired, decision);
    }

    public static void Separate(CommandRun run, StudyRow study, SeparateStudy decision)
    {
        if (study.MergedInto is not { } survivor || run.Workspace.FindStudy(survivor) is not { } from)
        {
            run.Add(DecisionProblems.NotMerged(decision));
            return;
        }

        foreach (var series in from.Series.FindAll(series => series.SentStudyUid == study.StudyInstanceUid)) Move(run, series, from, study);
        (study.StudyState, study.MergedInto) = (StudyState.Available, null);
        // Images of another patient stand in one of them, whichever that is.
        foreach (var one in (StudyRow[])[from, study])
        {
            if (Others(run.Workspace, one).Count > 0) one.Flags.Add(StudyFlags.PatientConflict);
            else one.Flags.Remove(StudyFlags.PatientConflict);
        }

        Tell(run, from, AuditVerbs.StudySplit, decision);
        Tell(run, study, AuditVerbs.StudySeparated, decision);
    }

    private static void SplitSeries(CommandRun run, StudyRow study, SplitStudy decision)
    {
        var moved = study.Series.FindAll(series => decision.SeriesInstanceUids.Contains(series.SeriesInstanceUid));
        if (moved.Count != decision.SeriesInstanceUids.Distinct().Count())
        {
            run.Add(DecisionProblems.UnknownSeries(decision));
            return;
        }

        if (moved.Count == study.Series.Count)
        {
            run.Add(DecisionProblems.NothingLeft(decision));
            return;
        }

        var to = NewStudy(run, study, NewUid(run.Workspace, study, decision.SeriesInstanceUids[0]), study.Attributes, study.ShownPatientId);
        foreach (var series in moved) Move(run, series, study, to);
        End(run, study, to, decision);
    }

    /// <summary>What shows another patient becomes a study of whom it shows.</summary>
    private static void SplitOthers(CommandRun run, StudyRow study, SplitStudy decision)
    {
        var others = Others(run.Workspace, study);
        if (others.Count == 0) run.Add(DecisionProblems.NoOtherImages(decision));
        foreach (var (shown, rows) in others)
        {
            var attributes = rows[0].Attributes;
            var uid = NewUid(run.Workspace, study, shown);
            var to = NewStudy(run, study, uid, attributes, ShownNumbers.PatientId(Attributes.Read(attributes)) is { } id
                ? id.HasAuthority ? id : id with { Namespace = study.ShownPatientId?.Namespace }
                : null);
            foreach (var group in rows.GroupBy(static row => row.SeriesId).ToList())
            {
                var series = study.Series.Find(series => series.Id == group.Key)!;
                MoveOthers(run, study, series, to, [.. group]);
            }

            End(run, study, to, decision);
        }

        if (others.Count > 0) study.Flags.Remove(StudyFlags.PatientConflict);
    }

    /// <summary>A series that has images of the study too stays, and what is moved becomes a series of its own.</summary>
    private static void MoveOthers(CommandRun run, StudyRow study, SeriesRow series, StudyRow to, List<InstanceRow> rows)
    {
        var target = series;
        if (run.Workspace.InstancesOf(study).Count(row => row.SeriesId == series.Id) == rows.Count) Move(run, series, study, to);
        else
        {
            var uid = NewUid(run.Workspace, to, series.SeriesInstanceUid);
            target = to.Series.Find(known => known.SeriesInstanceUid == uid)
                ?? run.Workspace.AddSeries(to, uid, series.Modality, series.Number);
            target.SentStudyUid ??= series.SentStudyUid ?? study.StudyInstanceUid;
            var attributes = Attributes.Copy(series.Attributes).Set(Tags.SeriesInstanceUid, uid);
            target.Attributes = Attributes.Renew(target.Attributes, attributes) ?? target.Attributes;
            target.SentStudyUid = series.SentStudyUid ?? study.StudyInstanceUid;
            foreach (var row in rows) row.SeriesId = target.Id;
        }

        foreach (var row in rows)
        {
            // Its new study says whom it shows.
            var own = StudyAttributes.Take(Attributes.Read(row.Attributes), StudyAttributes.OfInstance);
            row.Attributes = Attributes.Renew(row.Attributes, own) ?? row.Attributes;
            Show(row, target);
        }
    }

    private static bool ShowsOther(InstanceRow row) => Attributes.Read(row.Attributes).Contains(Tags.PatientId);

    private static void Show(InstanceRow row, SeriesRow series)
    {
        row.InstanceState = InstanceState.Shown;
        row.Touch();
        series.Instances++;
        series.Told = series.Instances;
        series.Touch();
    }

    private static void Move(CommandRun run, SeriesRow series, StudyRow from, StudyRow to)
    {
        foreach (var row in run.Workspace.InstancesOf(from))
            if (row.SeriesId == series.Id && row.InstanceState == InstanceState.Shown) run.Outcome.Leave(from.StudyInstanceUid, row);
        var sent = series.SentStudyUid ?? from.StudyInstanceUid;
        series.StudyId = to.Id;
        series.SentStudyUid = sent == to.StudyInstanceUid ? null : sent;
        series.Told = series.Instances;
        series.Touch();
        from.Series.Remove(series);
        to.Series.Add(series);
    }

    /// <summary>The study that is made of a part of another one; the same again when it was made before and merged back.</summary>
    private static StudyRow NewStudy(
        CommandRun run, StudyRow from, string uid, Store.StoredAttributes attributes, Store.Identifier? shown)
    {
        if (run.Workspace.FindStudy(uid) is { } known)
        {
            (known.StudyState, known.MergedInto) = (StudyState.Available, null);
            return known;
        }

        var own = StudyAttributes.Take(Attributes.Read(attributes), StudyAttributes.OfStudy).Set(Tags.StudyInstanceUid, uid);
        var study = run.Workspace.AddStudy(id => new StudyRow(id)
        {
            StudyInstanceUid = uid, ShownPatientId = shown, VisitNumber = run.Scoped(ShownNumbers.VisitNumber(own)),
            Sender = from.Sender, ReceivedAt = from.ReceivedAt, PatientName = StudyAttributes.NameKeyOf(own),
            StudyDate = from.StudyDate, StudyTime = from.StudyTime,
        });
        (study.Facility, study.PerformedStepId) = (from.Facility, null);
        study.PatientId = ShownPatients.Find(run, shown)?.Id ?? (shown == from.ShownPatientId ? from.PatientId : null);
        study.Attributes = Attributes.Renew(study.Attributes, own) ?? study.Attributes;
        study.Numbers = StudyRequests.Numbers(StudyRequests.Of(study));
        return study;
    }

    private static void End(CommandRun run, StudyRow study, StudyRow to, StudyDecision decision)
    {
        StudyLinks.Find(run, to, [.. StudyRequests.Orders(run.Workspace, to)], performed: []);
        Tell(run, study, AuditVerbs.StudySplit, decision);
        Tell(run, to, AuditVerbs.StudyStored, decision);
    }

    private static void Tell(CommandRun run, StudyRow study, string verb, StudyDecision decision)
    {
        study.Touch();
        run.Outcome.Record(verb, study.Id);
        run.Outcome.Explain(study, decision.Reason);
    }

    /// <summary>The images that are not shown as they show another patient, by whom they show.</summary>
    private static List<(string Shown, List<InstanceRow> Rows)> Others(Workspace workspace, StudyRow study) =>
    [
        .. workspace.InstancesOf(study).Where(static row => row.InstanceState == InstanceState.PatientConflict)
            .GroupBy(static row => ShownNumbers.PatientId(Attributes.Read(row.Attributes))?.ToString() ?? "")
            .Select(static group => (group.Key, group.ToList()))
    ];

    private static Guid? OwnerOf(CommandRun run, StudyRow study) => study.PatientId is { } id ? run.Workspace.Survivor(id)?.Id : null;

    private static string NewUid(Workspace workspace, StudyRow study, string part) =>
        StudyUids.Derive(workspace.InstallationNamespace, $"split|{study.StudyInstanceUid}|{part}");
}
