using CloudPacs.Store.Commit;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Worklist;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace CloudPacs.Integration.Tests.Store;

public sealed class WorklistQueriesTests(PostgresFixture postgres) : StoreTest(postgres)
{
    [Fact]
    public async Task Open_entries_stream_with_all_that_they_show()
    {
        await InBatchAsync(StoredOrder.Keys("1", "2"), (workspace, _) =>
        {
            StoredOrder.Add(workspace, "1");
            StoredOrder.Add(workspace, "2").Procedures[0].Steps[0].StepState = StepState.Completed;
        });

        var entry = Assert.Single(await new WorklistQueries(Database).StreamOpenAsync(Cancel).ToListAsync(Cancel));

        Assert.Equal(("SP1", "RP1", "1.2.1"), (entry.Step.StepId, entry.Procedure.RequestedProcedureId, entry.Procedure.StudyInstanceUid));
        Assert.Equal((StoredOrder.Accession("1"), StoredOrder.Placer("1")), (entry.Procedure.AccessionNumber, entry.Order.PlacerNumber));
        Assert.Equal(StoredOrder.PatientId("1"), Assert.Single(entry.Patient.Identifiers).Identifier);
        Assert.Equal((StoredOrder.VisitNumber("1"), "O"), (entry.Visit!.Number, entry.Visit.PatientClass));
        Assert.Equal(["no-station", "unscheduled-time"], entry.Step.Flags.Order());
    }

    [Fact]
    public async Task Overdue_steps_are_listed_oldest_first()
    {
        await InBatchAsync(StoredOrder.Keys("1", "2", "3"), (workspace, _) =>
        {
            StoredOrder.Add(workspace, "1");
            StoredOrder.Add(workspace, "2").Procedures[0].Steps[0].Start = new DateTimeOffset(2026, 3, 9, 0, 0, 0, TimeSpan.Zero);
            StoredOrder.Add(workspace, "3").Procedures[0].Steps[0].StepState = StepState.Started;
        });
        var queries = new WorklistQueries(Database);

        var after = new DateTimeOffset(2026, 3, 10, 9, 31, 0, TimeSpan.Zero);
        var before = new DateTimeOffset(2026, 3, 9, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(["A2", "A1"], (await queries.ListOverdueAsync(after, before, 10, Cancel)).Select(static step => step.AccessionNumber));
        Assert.Empty(await queries.ListOverdueAsync(before, before, 10, Cancel));
    }

    [Fact]
    public async Task Steps_of_inpatients_that_stay_longer_keep_no_other_from_expiring()
    {
        await InBatchAsync(StoredOrder.Keys("1", "2"), (workspace, _) =>
        {
            var inpatient = StoredOrder.Add(workspace, "1");
            workspace.Visit(inpatient.VisitId!.Value)!.PatientClass = "I";
            inpatient.Procedures[0].Steps[0].Start = new DateTimeOffset(2026, 3, 8, 0, 0, 0, TimeSpan.Zero);
            StoredOrder.Add(workspace, "2").Procedures[0].Steps[0].Start = new DateTimeOffset(2026, 3, 9, 0, 0, 0, TimeSpan.Zero);
        });
        var queries = new WorklistQueries(Database);
        var today = new DateTimeOffset(2026, 3, 10, 0, 0, 0, TimeSpan.Zero);

        Assert.Equal(["A2"], (await queries.ListOverdueAsync(today, today.AddDays(-3), 1, Cancel)).Select(static step => step.AccessionNumber));
        Assert.Equal(["A1", "A2"], (await queries.ListOverdueAsync(today, today, 10, Cancel)).Select(static step => step.AccessionNumber));
    }

    [Fact]
    public async Task Another_node_hears_what_a_commit_changed_and_refreshes_after_a_lost_connection()
    {
        var (node, other) = (Ids.Next(), Ids.Next());
        var sender = await WorkspaceStore.OpenAsync(Database, PostgresFixture.InRows, Ids, notifyAs: other, Cancel);
        var own = await WorkspaceStore.OpenAsync(Database, PostgresFixture.InRows, Ids, notifyAs: node, Cancel);
        var follower = new Follower();
        await using var listener = new ChangeListener(Database, node, follower, TimeProvider.System, NullLogger.Instance);
        await follower.Refreshed.WaitAsync(TimeSpan.FromSeconds(30), Cancel);

        await StoredOrder.InBatchAsync(Database, own, StoredOrder.Keys("1"), (workspace, _) => StoredOrder.Add(workspace, "1"), Cancel);
        var order = await StoredOrder.InBatchAsync(Database, sender, StoredOrder.Keys("2"), (workspace, _) => StoredOrder.Add(workspace, "2"), Cancel);
        await follower.Followed.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        await ScalarAsync<bool>("SELECT bool_and(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'");
        var refreshedAgain = await follower.Refreshed.WaitAsync(TimeSpan.FromSeconds(30), Cancel);

        Assert.True(refreshedAgain);
        var notice = Assert.Single(follower.Notices);
        Assert.Equal([order.Procedures[0].Steps[0].Id], notice.Steps);
        Assert.Equal([order.PatientId], notice.Patients);
        Assert.Equal("SP2", Assert.Single(await new WorklistQueries(Database).StreamAsync(notice, Cancel).ToListAsync(Cancel)).Step.StepId);
    }

    private sealed class Follower : IChangeFollower
    {
        public SemaphoreSlim Refreshed { get; } = new(0);

        public SemaphoreSlim Followed { get; } = new(0);

        public List<ChangeNotice> Notices { get; } = [];

        public Task RefreshAsync(CancellationToken cancellationToken)
        {
            Refreshed.Release();
            return Task.CompletedTask;
        }

        public Task FollowAsync(ChangeNotice notice, CancellationToken cancellationToken)
        {
            Notices.Add(notice);
            Followed.Release();
            return Task.CompletedTask;
        }
    }
}
