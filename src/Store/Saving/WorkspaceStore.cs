using CloudPacs.Store.Fhir;
using CloudPacs.Store.Messages;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;
using CloudPacs.Store.Performed;
using CloudPacs.Store.Reports;
using CloudPacs.Store.Search;
using CloudPacs.Store.Studies;
using CloudPacs.Store.Workspaces;
using Npgsql;

namespace CloudPacs.Store.Saving;

/// <summary>
/// Reads the rows that a batch needs into a <see cref="Workspace"/> and writes what became of them, each with few set-based statements.
/// </summary>
public sealed class WorkspaceStore
{
    /// <summary>
    /// Plans are made once for each connection, as planning costs more than the statements of a small batch. They must still be right when
    /// the tables have grown: index probes in nested loops, whatever looks cheaper while the tables are empty.
    /// </summary>
    private const string PlanOnce =
        """
        SELECT set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true),
            set_config('enable_mergejoin', 'off', true), set_config('enable_hashjoin', 'off', true)
        """;

    private readonly IdSource _ids;
    private readonly INumberSource _numbers;
    private readonly Guid _installation;
    private readonly Guid? _node;
    private readonly LargeMessages _large;
    private readonly IResourceIndex? _index;
    private readonly ResourceCache? _cache;

    private WorkspaceStore(
        IdSource ids, INumberSource numbers, LargeMessages large, Guid installation, Guid? node, IResourceIndex? index,
        ResourceCache? cache)
    {
        _ids = ids;
        _numbers = numbers;
        _installation = installation;
        _node = node;
        _large = large;
        _index = index;
        _cache = cache;
    }

    /// <summary>UUID made once per installation; namespace of derived ids and UIDs.</summary>
    public Guid InstallationNamespace => _installation;

    /// <summary>Where the numbers of sequences come from; every load refills it ahead of need.</summary>
    public INumberSource Numbers => _numbers;

    /// <summary>
    /// Opens the store on a migrated database. With <paramref name="notifyAs"/> (an id of this node) every save tells the other nodes what
    /// changed; leave it out when there are none, as commits that notify wait for one another. What resources are found by is kept when
    /// <paramref name="index"/> tells it; what commits change is taken out of the <paramref name="cache"/>.
    /// </summary>
    public static async Task<WorkspaceStore> OpenAsync(
        NpgsqlDataSource database, LargeMessages large, IdSource ids, Guid? notifyAs, CancellationToken cancellationToken,
        Func<Guid, IResourceIndex>? index = null, ResourceCache? cache = null)
    {
        await using var command = database.CreateCommand("SELECT namespace FROM installation");
        var installation = (Guid)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        return new WorkspaceStore(ids, new ReservedNumbers(database), large, installation, notifyAs, index?.Invoke(installation), cache);
    }

    /// <summary>Locks the keys until the transaction ends, then reads all rows that they lead to.</summary>
    public async Task<Workspace> LoadAsync(NpgsqlTransaction transaction, WorkspaceKeys keys, CancellationToken cancellationToken)
    {
        await _numbers.RefillAsync(cancellationToken).ConfigureAwait(false);
        var workspace = new Workspace(_ids, _numbers, _installation, new WorkspaceKeys())
        {
            KeepsPatients = keys.KeepsPatients, Indexing = _index,
        };
        var first = new RoundTrip(transaction);
        first.Add(PlanOnce, static _ => { });
        await LoadAsync(workspace, first, transaction, keys, cancellationToken).ConfigureAwait(false);
        if (_index is not null && workspace.ParameterRevision != _index.Revision)
            _index.Take(await ParameterStatements.LoadAsync(transaction.Connection!, cancellationToken).ConfigureAwait(false));
        return workspace;
    }

    /// <summary>Locks and reads further keys, between messages; rows that are in already stay as they are.</summary>
    public static Task LoadMoreAsync(
        Workspace workspace, NpgsqlTransaction transaction, WorkspaceKeys keys, CancellationToken cancellationToken) =>
        LoadAsync(workspace, new RoundTrip(transaction), transaction, keys, cancellationToken);

    private static async Task LoadAsync(
        Workspace workspace, RoundTrip first, NpgsqlTransaction transaction, WorkspaceKeys keys, CancellationToken cancellationToken)
    {
        workspace.DeclareMore(keys);
        var patients = new HashSet<Guid>();
        var orders = new HashSet<Guid>();
        KeyLocks.Take(first, workspace, keys);
        if (keys.PatientIds.Count > 0) PatientStatements.FindIds(first, keys, patients);
        if (keys.VisitNumbers.Count > 0 || keys.OrdersOfPatients.Count > 0) PatientStatements.LoadVisits(first, workspace, keys);
        if (OrderStatements.MayFind(keys)) OrderStatements.Load(first, workspace, keys, orders);
        if (BookingStatements.MayFindCancels(keys)) BookingStatements.LoadCancels(first, workspace, keys);
        if (BookingStatements.MayFind(keys)) BookingStatements.LoadAppointments(first, workspace, keys);
        if (PerformedStatements.MayFind(keys)) PerformedStatements.Load(first, workspace, keys);
        if (ReportStatements.MayFind(keys)) ReportStatements.Load(first, workspace, keys);
        if (StudyStatements.MayFind(keys)) StudyStatements.Load(first, workspace, keys);
        InstanceStatements.Load(first, workspace, keys);
        if (keys.Quarantined.Count > 0) QuarantineStatements.Load(first, workspace, keys);
        if (keys.Messages.Count > 0) MessageStatements.LoadApplied(first, workspace, keys);
        if (keys.Sequences.Count > 0) SequenceStatements.Load(first, workspace, keys);
        if (keys.Criteria.Count > 0) CriteriaStatements.Load(first, workspace, keys);
        await first.RunAsync(cancellationToken).ConfigureAwait(false);

        patients.UnionWith(workspace.All<OrderRow>().Select(static row => row.PatientId));
        patients.UnionWith(workspace.All<VisitRow>().Select(static row => row.PatientId));
        patients.UnionWith(
            workspace.All<AppointmentRow>().Where(static row => row.PatientId is not null).Select(static row => row.PatientId!.Value));
        patients.UnionWith(
            workspace.All<PerformedStepRow>().Where(static row => row.PatientId is not null).Select(static row => row.PatientId!.Value));
        patients.UnionWith(
            workspace.All<ReportRow>().Where(static row => row.PatientId is not null).Select(static row => row.PatientId!.Value));
        // A study that is only added to needs nobody: who it belongs to stays.
        patients.UnionWith(workspace.All<StudyRow>().Where(IsReadWithPatient).Select(static row => row.PatientId!.Value));
        patients.RemoveWhere(id => workspace.Peek<PatientRow>(id) is not null);
        HashSet<Guid> visits =
        [
            .. workspace.All<OrderRow>().Where(static row => row.VisitId is not null).Select(static row => row.VisitId!.Value)
        ];
        visits.RemoveWhere(id => workspace.Peek<VisitRow>(id) is not null);
        HashSet<string> shown = [.. workspace.All<StudyRow>().Select(static row => row.VisitNumber?.Value).OfType<string>()];
        var second = new RoundTrip(transaction);
        if (patients.Count > 0) PatientStatements.Load(second, workspace, patients);
        if (orders.Count > 0) OrderStatements.LoadProcedures(second, workspace, orders);
        if (visits.Count > 0) PatientStatements.LoadVisits(second, workspace, visits);
        if (shown.Count > 0) PatientStatements.LoadVisits(second, workspace, shown);
        ReportStatements.LoadObservations(second, workspace);
        StudyStatements.LoadParts(second, workspace);
        if (orders.Count > 0) StudyStatements.LoadLinked(second, workspace, orders);
        await second.RunAsync(cancellationToken).ConfigureAwait(false);
        MarkComplete(workspace, keys);

        var third = new RoundTrip(transaction);
        StudyStatements.LoadParts(third, workspace);
        HashSet<Guid> imaged = [.. workspace.All<StudyRow>().Where(IsReadWithPatient).Select(static row => row.PatientId!.Value)];
        imaged.RemoveWhere(id => workspace.Peek<PatientRow>(id) is not null);
        if (imaged.Count > 0) PatientStatements.Load(third, workspace, imaged);
        FhirStatements.Load(third, workspace, ResourcesOf(workspace, keys));
        await third.RunAsync(cancellationToken).ConfigureAwait(false);

        bool IsReadWithPatient(StudyRow row) => row.PatientId is not null
            && (!keys.Studies.Contains(row.StudyInstanceUid) || keys.InstancesOfStudies.Contains(row.StudyInstanceUid));
    }

    /// <summary>
    /// Writes all changed rows of the workspace and <paramref name="rows"/> and commits, in one round trip, and declares the workspace
    /// saved.
    /// </summary>
    /// <exception cref="NpgsqlException">
    /// 40001 when a resource was changed by another writer: do the batch again. When the connection breaks it is not known whether the
    /// transaction was committed.
    /// </exception>
    public async Task CommitAsync(Workspace workspace, BatchRows rows, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var changed = workspace.Changed.ToLookup(static row => row.GetType());
        var trip = new RoundTrip(transaction);
        await _large.KeepAsync(rows.Journal, cancellationToken).ConfigureAwait(false);
        await ReportDocuments.KeepAsync(_large.Blobs, Of<ReportRow>(), cancellationToken).ConfigureAwait(false);
        MessageStatements.Save(trip, rows.Journal, _large);
        MessageStatements.SaveApplied(trip, workspace.NewlyApplied);
        SequenceStatements.Save(trip, Of<SequenceRow>());
        PatientStatements.Save(trip, Of<PatientRow>());
        PatientStatements.Save(trip, Of<VisitRow>());
        PatientStatements.Save(trip, Of<MergeLogRow>());
        OrderStatements.Save(trip, Of<OrderRow>());
        OrderStatements.Save(trip, Of<ProcedureRow>());
        OrderStatements.Save(trip, Of<StepRow>());
        BookingStatements.Save(trip, Of<RememberedCancel>());
        BookingStatements.Save(trip, Of<AppointmentRow>());
        PerformedStatements.Save(trip, Of<PerformedStepRow>());
        ReportStatements.Save(trip, Of<ReportRow>());
        ReportStatements.Save(trip, Of<ObservationRow>());
        StudyStatements.Save(trip, Of<StudyRow>());
        StudyStatements.Save(trip, Of<SeriesRow>());
        StudyStatements.Save(trip, Of<StudyLinkRow>());
        InstanceStatements.Save(trip, Of<InstanceRow>());
        RejectionStatements.Save(trip, Of<AwaitedRejection>());
        QuarantineStatements.Save(trip, Of<QuarantinedRow>());
        FhirStatements.Save(trip, workspace.FhirWrites);
        var texts = _index is null ? [] : IndexStatements.Save(trip, LastVersions(workspace), _index);
        if (_index is not null && workspace.FhirWrites.Any(row => _index.Defines(row.Type))) ParameterStatements.FallBehind(trip);
        AuditStatements.Save(trip, rows.Audit);
        DeliveryStatements.Save(trip, rows.Deliveries);
        StudyNewsStatements.Save(trip, rows.StudyNews);
        if (_node is { } node) ChangeNotice.Send(trip, node, workspace);
        trip.Add("COMMIT", null);
        await RunAsync(trip, workspace, cancellationToken).ConfigureAwait(false);
        workspace.AcceptChanges();
        _index?.Remember(texts);

        // Sorted by id: writers that touch the same rows without a common key take them in the same order.
        List<TRow> Of<TRow>() where TRow : Row => [.. changed[typeof(TRow)].Cast<TRow>().OrderBy(static row => row.Id)];
    }

    private async Task RunAsync(RoundTrip trip, Workspace workspace, CancellationToken cancellationToken)
    {
        var changed = _cache is null ? null : CachedChanges.Of(workspace);
        Exception? failure = null;
        try
        {
            await trip.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            failure = e;
            throw;
        }
        finally
        {
            if (_cache is not null) CachedChanges.Remove(_cache, changed, failure);
        }
    }

    /// <summary>Of every resource that was put, the version that is stored and the last one.</summary>
    private static IEnumerable<(FhirResourceRow? Before, FhirResourceRow After)> LastVersions(Workspace workspace) =>
        workspace.FhirWrites.GroupBy(static row => (row.Type, row.Id))
            .OrderBy(static same => same.Key.Type, StringComparer.Ordinal).ThenBy(static same => same.Key.Id, StringComparer.Ordinal)
            .Select(same => (workspace.StoredFhir(same.Key.Type, same.Key.Id), same.Last()));

    private static void MarkComplete(Workspace workspace, WorkspaceKeys keys)
    {
        if (keys.OrdersOfPatients.Count == 0) return;
        foreach (var patient in workspace.All<PatientRow>())
        {
            if (!patient.Identifiers.Exists(held => keys.OrdersOfPatients.Contains(held.Identifier.Value))) continue;
            for (var next = patient; next is not null; next = next.MergedInto is { } survivor ? workspace.Peek<PatientRow>(survivor) : null)
            {
                if (!workspace.MarkComplete(next.Id)) break;
            }
        }
    }

    /// <summary>The resources that the loaded rows are shown as; their ids are those of the rows.</summary>
    private static HashSet<(string Type, string Id)> ResourcesOf(Workspace workspace, WorkspaceKeys keys)
    {
        var wanted = new HashSet<(string Type, string Id)>(keys.Resources);
        foreach (var row in workspace.All<Row>())
        {
            // A study that is only added to keeps its resource as it is, unless an order changes that it shows something of.
            if (workspace.KeepsPatients && row is PatientRow or VisitRow) continue;
            if (row is StudyRow study && keys.Studies.Contains(study.StudyInstanceUid)
                && !study.Links.Exists(link => workspace.Peek<OrderRow>(link.OrderId) is not null))
                continue;
            if (ShownRows.ResourceOf(row) is { } type) wanted.Add((type, row.Id.ToString()));
        }

        wanted.RemoveWhere(key => workspace.FindFhir(key.Type, key.Id) is not null);
        return wanted;
    }
}
