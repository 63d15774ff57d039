using CloudPacs.Integration.Resources;
using CloudPacs.Integration.Settings;
using CloudPacs.Integration.Worklist;
using CloudPacs.Store.Messages;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Worklist;
using CloudPacs.Store.Workspaces;
using Npgsql;

namespace CloudPacs.Integration.Hosting;

/// <summary>What has to be done now and then: entries expire, commits in doubt are settled, partitions are made, old identities are forgotten. Each task fails alone and is tried again.</summary>
internal sealed class Upkeep : IAsyncDisposable
{
    /// <summary>A repetition that comes later is applied as a new message.</summary>
    public static readonly TimeSpan IdentitiesKept = TimeSpan.FromDays(31);

    private const int StepsATime = 200;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly NpgsqlDataSource database;
    private readonly WorkspaceStore store;
    private readonly WorklistUpdater worklist;
    private readonly WorklistIndex index;
    private readonly SiteClock clock;
    private readonly EngineSettings settings;
    private readonly ILogger logger;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task loop;
    private DateOnly lastDaily;

    public Upkeep(
        NpgsqlDataSource database, WorkspaceStore store, WorklistUpdater worklist, WorklistIndex index, SiteClock clock, EngineSettings settings, ILogger logger)
    {
        this.database = database;
        this.store = store;
        this.worklist = worklist;
        this.index = index;
        this.clock = clock;
        this.settings = settings;
        this.logger = logger;
        loop = Task.Run(RunAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await loop;
        stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            await TryAsync("Settling commits in doubt", worklist.SettleAsync);
            await TryAsync("Expiring worklist entries", ExpireAsync);
            var today = DateOnly.FromDateTime(clock.LocalNow);
            if (today != lastDaily && await TryAsync("Daily upkeep of the database", DailyAsync)) lastDaily = today;
            await Task.Delay(Interval, clock.Clock, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> TryAsync(string task, Func<CancellationToken, Task> run)
    {
        try
        {
            await run(stopping.Token);
            return true;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception e)
        {
            Log.UpkeepFailed(logger, e, task);
            return false;
        }
    }

    /// <summary>Steps whose time is over leave the list for good (mapping.md a.11); a query has not shown them since their time was over.</summary>
    private async Task ExpireAsync(CancellationToken cancellationToken)
    {
        var now = clock.LocalNow;
        index.Purge(now);
        if (now - DateTime.MinValue <= settings.Worklist.KeepVisible) return;
        var overdue = await new WorklistQueries(database).ListOverdueAsync(now - settings.Worklist.KeepVisible, StepsATime, cancellationToken);
        if (overdue.Count == 0) return;

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var keys = new WorkspaceKeys();
        keys.AccessionNumbers.UnionWith(overdue.Select(static step => step.AccessionNumber));
        keys.StudyInstanceUids.UnionWith(overdue.Select(static step => step.StudyInstanceUid));
        var workspace = await store.LoadAsync(transaction, keys, cancellationToken);
        var revision = worklist.Begin();
        try
        {
            await ExpireAsync(overdue, workspace, transaction, revision, now, cancellationToken);
        }
        finally
        {
            worklist.End(revision);
        }
    }

    private async Task ExpireAsync(
        IReadOnlyList<OverdueStep> overdue, Workspace workspace, NpgsqlTransaction transaction, long revision, DateTime now, CancellationToken cancellationToken)
    {
        var expired = overdue.Select(step => workspace.Step(step.StepId)).OfType<StepRow>().Where(step => IsOver(step, workspace, now)).ToList();
        foreach (var step in expired)
        {
            step.StepState = StepState.Expired;
            step.Touch();
        }

        if (expired.Count == 0) return;
        ResourceWriter.Write(workspace, expired, new ResourceContext { Now = clock.Clock.GetUtcNow(), SiteZone = clock.Zone });
        var changes = worklist.Collect(workspace, workspace.Changed, revision);
        await store.SaveAsync(workspace, new BatchRows(), transaction, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        worklist.Publish(revision, changes);
        Log.EntriesExpired(logger, expired.Count);
    }

    private bool IsOver(StepRow step, Workspace workspace, DateTime now)
    {
        if (step.StepState is not (StepState.Draft or StepState.Scheduled or StepState.Arrived or StepState.Ready or StepState.OnHold)) return false;
        var visit = workspace.Procedure(step.ProcedureId) is { } procedure && workspace.Order(procedure.OrderId)?.VisitId is { } id ? workspace.Visit(id) : null;
        return step.Start + settings.Worklist.KeepVisibleOf(visit?.PatientClass) < now;
    }

    private async Task DailyAsync(CancellationToken cancellationToken)
    {
        var now = clock.Clock.GetUtcNow();
        var partitions = new Partitions(database, clock.Clock);
        await partitions.EnsureAsync(monthsAhead: 2, cancellationToken);
        if (settings.Database.KeepMessages > TimeSpan.Zero) await partitions.DropBeforeAsync("message_journal", now - settings.Database.KeepMessages, cancellationToken);
        if (settings.Database.KeepAudit > TimeSpan.Zero) await partitions.DropBeforeAsync("audit_event", now - settings.Database.KeepAudit, cancellationToken);
        var pruning = new Pruning(database);
        await pruning.ForgetMessagesAsync(now - IdentitiesKept, cancellationToken);
        await pruning.ForgetCancelsAsync(now - TimeSpan.FromDays(2), cancellationToken);
    }
}
