using CloudPacs.Dicom;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;

namespace CloudPacs.Domain.Patients;

/// <summary>Finds the patient that details name and brings it up to date.</summary>
internal static class PatientRegistry
{
    // What stored images show of the person; when it changes they may need correction.
    private static readonly Tag[] Demographics =
        [Tags.PatientName, Tags.PatientId, Tags.IssuerOfPatientId, Tags.PatientBirthDate, Tags.PatientSex];

    /// <summary>The patient with the primary identifier, else with another one that says who it is.</summary>
    public static PatientRow? Find(CommandRun run, PatientDetails details)
    {
        if (run.Scoped(details.Primary) is not { } primary) return null;
        if (run.Workspace.FindPatients(primary) is [var owner, ..]) return owner;
        foreach (var other in details.Others)
        {
            var id = run.Scoped(other);
            if (!PatientIdentifiers.NamesPerson(id) || run.Workspace.FindPatients(id) is not [var candidate, ..]) continue;
            // Same national number but another record number of the same hospital: registered twice; only a merge may join them.
            if (!PatientIdentifiers.HoldsOtherOf(candidate, primary)) return candidate;
        }

        return null;
    }

    /// <summary>
    /// Creates or updates the patient; null (with a problem) when there is no identifier or it is retired and may not be used. Details
    /// under a retired identifier lead to the patient that took it over and change nothing of it: their sender has not heard of the merge,
    /// and what it knows is the record that was given up (HL7 v2.5.1 3.6.2).
    /// </summary>
    public static PatientRow? Upsert(CommandRun run, PatientDetails details)
    {
        if (run.Scoped(details.Primary) is not { } primary)
        {
            run.Add(PatientProblems.NoIdentifier(details));
            return null;
        }

        if (NamesSeveral(run, details, primary))
        {
            run.Add(PatientProblems.SeveralPatients(details));
            return null;
        }

        var row = Find(run, details);
        if (row is not null && PatientIdentifiers.HoldsPrior(row, primary))
        {
            if (run.Policy.RefusesRetiredIds)
            {
                run.Add(PatientProblems.RetiredIdentifier(details));
                return null;
            }

            if (NamesOnlyRetired(run, row, details))
            {
                run.Add(PatientProblems.LeftAsItIs(details));
                return row;
            }
        }

        if (row is not null && ToldTimes.IsLate(row.Attributes, run.Context))
        {
            if (Attributes.Renew(row.Attributes, Merged(row, details.Attributes)) is not null) run.Add(PatientProblems.Late(details));
            return row;
        }

        var isNew = row is null;
        row ??= run.Workspace.AddPatient(primary);
        run.Outcome.Describe(row, details);
        var others = Others(run, details, row);
        var changed = PatientIdentifiers.Replace(row, primary, others);
        var news = WithoutRefused(run, details, others);
        if (!isNew && run.Policy.KeepsKnownPatients) news = OnlyMissing(run, row, details, news);
        changed |= MergeAttributes(run, row, news, new Saying(run.Outcome, details), flagEntries: !isNew);
        if (!row.Active && row.MergedInto is null)
        {
            row.Active = true;
            changed = true;
        }

        if (isNew || changed)
        {
            PatientStudies.Take(run, row);
            row.Touch();
            run.Outcome.Record(isNew ? AuditVerbs.PatientCreated : AuditVerbs.PatientUpdated, row.Id);
        }

        // Of what an order repeats of its patient the time is no news; it would write the patient with every order.
        if (isNew || changed || run.Context.RecordedAt is not null) RecordTime(run, row);
        return row;
    }

    private static void RecordTime(CommandRun run, PatientRow row)
    {
        if (ToldTimes.Record(row.Attributes, run.Context) is not { } stamped) return;
        row.Attributes = stamped;
        row.Touch();
    }

    /// <summary>
    /// Whether the ids lead to several patients: the primary one to two that it fits alike, or, when it is not known, the others to two.
    /// </summary>
    private static bool NamesSeveral(CommandRun run, PatientDetails details, Identifier primary)
    {
        var owners = run.Workspace.FindPatients(primary);
        if (owners.Count > 0) return owners.Count > 1 && run.Workspace.FitsSeveral(primary);
        if (details.Others.Count < 2) return false;
        var prior = details.Prior.Select(run.Scoped).ToList();
        return details.Others.Select(run.Scoped).Where(id => PatientIdentifiers.NamesPerson(id) && !prior.Exists(id.Matches))
            .SelectMany(run.Workspace.FindPatients).Where(candidate => !PatientIdentifiers.HoldsOtherOf(candidate, primary))
            .DistinctBy(static candidate => candidate.Id).Skip(1).Any();
    }

    /// <summary>Whether the details know the patient only by ids that a merge or a change of id retired.</summary>
    public static bool NamesOnlyRetired(CommandRun run, PatientDetails details) =>
        Find(run, details) is { } row && NamesOnlyRetired(run, row, details);

    /// <summary>
    /// Whether the order is one of the patient's, who may have got it by a merge or be linked to its owner; so it is when nobody is named.
    /// </summary>
    public static bool IsOf(CommandRun run, OrderRow order, PatientRow? patient) => IsOne(run, order.PatientId, patient);

    /// <summary>Whether the patient of that id is this one, by a merge or a link too; so it is when nobody is named.</summary>
    public static bool IsOne(CommandRun run, Guid id, PatientRow? patient) =>
        patient is null || id == patient.Id
        || (run.Workspace.Survivor(id) is { } owner && (owner.Id == patient.Id || owner.LinkedTo.Contains(patient.Id)));

    /// <summary>Sets the flag <c>demographics-changed</c> on entries whose images may show the old data.</summary>
    public static void FlagEntries(CommandRun run, PatientRow row)
    {
        foreach (var step in run.Workspace.OrdersOf(row.Id).SelectMany(static o => o.Procedures).SelectMany(static p => p.Steps))
        {
            if (step.StepState is not (StepState.Started or StepState.Departed or StepState.Completed or StepState.Discontinued)) continue;
            if (!step.Flags.Add("demographics-changed")) continue;
            step.Touch();
            run.Outcome.Flag("demographics-changed");
        }
    }

    /// <summary>
    /// Whether the details may change what images show of a patient that is known; rather once too often than too seldom.
    /// </summary>
    public static bool ChangesWhatIsShown(CommandRun run, PatientDetails details)
    {
        if (Find(run, details) is not { } row) return false;
        if (row.Identifiers.Find(static held => held.IsPrimary)?.Identifier != run.Scoped(details.Primary)) return true;
        return !ShowsSame(Attributes.Read(row.Attributes), Merged(row, details.Attributes));
    }

    private static bool NamesOnlyRetired(CommandRun run, PatientRow row, PatientDetails details) =>
        run.Scoped(details.Primary) is { } primary && PatientIdentifiers.HoldsPrior(row, primary)
        && !details.Others.Select(run.Scoped).Any(id => PatientIdentifiers.NamesPerson(id) && PatientIdentifiers.HoldsCurrent(row, id));

    private static bool MergeAttributes(CommandRun run, PatientRow row, DataSet news, Saying saying, bool flagEntries)
    {
        var before = Attributes.Read(row.Attributes);
        var attributes = Merged(row, news, saying);
        if (Attributes.Renew(row.Attributes, attributes) is not { } renewed) return false;
        row.Attributes = renewed;
        if (flagEntries && !ShowsSame(before, attributes)) FlagEntries(run, row);
        return true;
    }

    /// <summary>What is not known of the patient; that something else is known is told.</summary>
    private static DataSet OnlyMissing(CommandRun run, PatientRow row, PatientDetails details, DataSet news)
    {
        var stored = Attributes.Read(row.Attributes);
        var missing = new DataSet();
        var otherwise = new List<string>();
        foreach (var element in news)
        {
            if (!stored.TryGet(element.Tag, out var known) || known.IsEmpty) missing.Add(element);
            else if (!Values(element).SequenceEqual(Values(known)) && element.Tag != Tags.PatientId && element.VR != VR.SQ)
                otherwise.Add(DicomDictionary.NameOf(element.Tag));
        }

        if (otherwise.Count > 0) run.Add(PatientProblems.KnownOtherwise(details, otherwise));
        return missing;
    }

    /// <summary>Carets at the end of a name say nothing (PS3.5 6.2.1).</summary>
    private static IEnumerable<string> Values(DataElement element) =>
        element.Values.Select(value => element.VR == VR.PN ? value.TrimEnd('^', '=', ' ') : value);

    private static DataSet Merged(PatientRow row, DataSet news, Saying saying = default)
    {
        var attributes = Attributes.Copy(row.Attributes);
        Attributes.Merge(attributes, news, takes: null, saying);
        StampPrimary(row, attributes);
        return attributes;
    }

    /// <summary>Patient ID and issuer always are those of the primary identifier of the row.</summary>
    public static void StampPrimary(PatientRow row, DataSet attributes)
    {
        if (row.Identifiers.Find(static held => held.IsPrimary)?.Identifier is not { } primary) return;
        attributes.Set(Tags.PatientId, IdCharacters.Show(primary.Value));
        if ((primary.Namespace ?? primary.UniversalId) is { } issuer) attributes.Set(Tags.IssuerOfPatientId, IdCharacters.Show(issuer));
        else attributes.Remove(Tags.IssuerOfPatientId);
        if (HierarchicDesignator.Item(null, primary.UniversalId, primary.UniversalIdType) is { } qualifiers)
            attributes.SetSequence(Tags.IssuerOfPatientIdQualifiersSequence, qualifiers);
        else attributes.Remove(Tags.IssuerOfPatientIdQualifiersSequence);
    }

    private static bool ShowsSame(DataSet one, DataSet other)
    {
        foreach (var tag in Demographics)
            if (!one.GetStrings(tag).SequenceEqual(other.GetStrings(tag), StringComparer.Ordinal)) return false;
        return true;
    }

    /// <summary>An id that was left with another patient is not shown as one of this one.</summary>
    private static DataSet WithoutRefused(CommandRun run, PatientDetails details, List<Identifier> others)
    {
        var gone = details.Prior.Select(run.Scoped).ToList();
        var refused = details.Others.Select(run.Scoped).Where(id => !others.Exists(id.Matches) && !gone.Exists(id.Matches)).ToList();
        if (refused.Count == 0 || !details.Attributes.Contains(Tags.OtherPatientIdsSequence)) return details.Attributes;
        var news = details.Attributes.Copy();
        news.SetSequence(Tags.OtherPatientIdsSequence, [.. news.GetItems(Tags.OtherPatientIdsSequence).Where(item =>
            !refused.Exists(id => item.GetString(Tags.PatientId) == IdCharacters.Show(id.Value)
                && (item.GetString(Tags.IssuerOfPatientId) is not { } issuer || issuer == IdCharacters.Show(id.Namespace ?? issuer))))]);
        return news;
    }

    private static List<Identifier> Others(CommandRun run, PatientDetails details, PatientRow row)
    {
        var others = new List<Identifier>();
        var prior = details.Prior.Select(run.Scoped).ToList();
        foreach (var id in details.Others.Select(run.Scoped))
        {
            if (prior.Exists(id.Matches)) continue;
            if (PatientIdentifiers.NamesPerson(id) && run.Workspace.FindPatients(id).Any(owner => owner.Id != row.Id))
                run.Add(PatientProblems.OtherIdTaken(details));
            else others.Add(id);
        }

        return others;
    }
}
