using CloudPacs.Store.Messages;
using CloudPacs.Store.Workspaces;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Xunit;

namespace CloudPacs.Integration.Tests.Store;

public sealed class JournalTests(PostgresFixture postgres) : StoreTest(postgres)
{
    [Fact]
    public async Task Pages_follow_one_another_without_gap_or_repetition()
    {
        // Two entries share each instant: the id decides between them.
        await SaveAsync([.. Enumerable.Range(0, 25).Select(n => StoredOrder.Journal(Ids, $"{n}", StoredOrder.Now.AddSeconds(n / 2)))]);
        var queries = new JournalQueries(Database, PostgresFixture.InRows);
        var seen = new List<string>();

        JournalCursor? after = null;
        while (await queries.ListAsync(new JournalFilter { After = after }, 10, Cancel) is { Count: > 0 } page)
        {
            seen.AddRange(page.Select(static row => row.ControlId!));
            after = new JournalCursor(page[^1].ReceivedAt, page[^1].Id);
        }

        Assert.Equal(25, seen.Count);
        Assert.Equal(25, seen.Distinct().Count());
        Assert.Equal("24", seen[0]);
    }

    [Fact]
    public async Task Each_filter_finds_its_entries()
    {
        var rejected = StoredOrder.Journal(Ids, "2", StoredOrder.Now.AddHours(1), MessageStatus.Rejected, sender: "ris");
        await SaveAsync(StoredOrder.Journal(Ids, "1"), rejected);
        var queries = new JournalQueries(Database, PostgresFixture.InRows);

        foreach (var filter in (JournalFilter[])
        [
            new() { Sender = "ris" }, new() { Status = MessageStatus.Rejected }, new() { ControlId = "2" }, new() { Key = "A2" }, new() { Key = "acc:A2" },
            new() { Since = StoredOrder.Now.AddMinutes(1) }, new() { MessageType = "ORM", Sender = "ris", Direction = MessageDirection.Inbound },
        ])
        {
            Assert.Equal(rejected.Id, Assert.Single(await queries.ListAsync(filter, 10, Cancel)).Id);
        }

        Assert.Equal("1", Assert.Single(await queries.ListAsync(new JournalFilter { Until = StoredOrder.Now.AddMinutes(1) }, 10, Cancel)).ControlId);
        Assert.Empty(await queries.ListAsync(new JournalFilter { Key = "A3" }, 10, Cancel));
    }

    [Fact]
    public async Task An_entry_comes_back_with_its_bytes()
    {
        var saved = StoredOrder.Journal(Ids, "1", status: MessageStatus.Rejected);
        await SaveAsync(saved);

        var read = await new JournalQueries(Database, PostgresFixture.InRows).GetAsync(saved.Id, Cancel);

        Assert.Equal(saved.Raw.ToArray(), read!.Raw.ToArray());
        Assert.Equal(saved.Acknowledgment.ToArray(), read.Acknowledgment.ToArray());
        Assert.Equal((saved.Problems, saved.ReceivedAt), (read.Problems, read.ReceivedAt));
        Assert.Equal(saved.Keys, read.Keys);
        Assert.Equal(saved.Warnings, read.Warnings);
        Assert.Null(await new JournalQueries(Database, PostgresFixture.InRows).GetAsync(Ids.Next(), Cancel));
    }

    [Theory]
    [InlineData("key", "key_hashes")]
    [InlineData("sender", "sender")]
    [InlineData("status", "status")]
    [InlineData("all", "received_at")]
    public async Task Every_list_of_the_console_has_an_index(string filter, string indexed)
    {
        await new Partitions(Database, new FakeTimeProvider(StoredOrder.Now)).EnsureAsync(1, Cancel);
        // An empty table is read from end to end whatever its indexes are; what counts is that there is one.
        var settings = new NpgsqlConnectionStringBuilder(Database.ConnectionString) { Options = "-c enable_seqscan=off" };
        await using var database = NpgsqlDataSource.Create(settings);
        await using var command = new JournalQueries(database, PostgresFixture.InRows).ListCommand(filter switch
        {
            "key" => new() { Key = "A1" },
            "sender" => new() { Sender = "his" },
            "status" => new() { Status = MessageStatus.Rejected },
            _ => new() { After = new JournalCursor(StoredOrder.Now, Guid.Empty) },
        }, 50);
        command.CommandText = "EXPLAIN " + command.CommandText;

        var plan = new List<string>();
        await using (var reader = await command.ExecuteReaderAsync(Cancel))
        {
            while (await reader.ReadAsync(Cancel)) plan.Add(reader.GetString(0));
        }

        Assert.DoesNotContain(plan, static line => line.Contains("Seq Scan", StringComparison.Ordinal));
        Assert.Contains(plan, line => line.Contains(indexed, StringComparison.Ordinal) && line.Contains("message_journal_2026_03", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_partition_made_late_takes_its_rows_from_the_default_one()
    {
        await SaveAsync(StoredOrder.Journal(Ids, "1"));
        Assert.Equal(1, await ScalarAsync<long>("SELECT count(*) FROM message_journal_default"));
        var partitions = new Partitions(Database, new FakeTimeProvider(StoredOrder.Now));

        var made = await partitions.EnsureAsync(2, Cancel);
        var again = await partitions.EnsureAsync(2, Cancel);
        await SaveAsync(StoredOrder.Journal(Ids, "2"));

        Assert.Equal(["message_journal_2026_02", "message_journal_2026_03", "message_journal_2026_04", "message_journal_2026_05"], made.Where(static name => name.StartsWith("message", StringComparison.Ordinal)));
        Assert.Empty(again);
        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM message_journal_default"));
        Assert.Equal(2, await ScalarAsync<long>("SELECT count(*) FROM message_journal_2026_03"));
    }

    [Fact]
    public async Task Retention_drops_whole_months_that_are_over()
    {
        var partitions = new Partitions(Database, new FakeTimeProvider(StoredOrder.Now));
        await partitions.EnsureAsync(0, Cancel);
        await SaveAsync(StoredOrder.Journal(Ids, "1"), StoredOrder.Journal(Ids, "2", StoredOrder.Now.AddMonths(-1)));

        var none = await partitions.DropBeforeAsync("message_journal", new DateTimeOffset(2026, 2, 28, 0, 0, 0, TimeSpan.Zero), Cancel);
        var dropped = await partitions.DropBeforeAsync("message_journal", new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), Cancel);

        Assert.Empty(none);
        Assert.Equal(["message_journal_2026_02"], dropped);
        Assert.Equal(1, await ScalarAsync<long>("SELECT count(*) FROM message_journal"));
    }

    [Fact]
    public async Task Old_identities_are_forgotten()
    {
        var identity = MessageIdentity.Of("HIS", "HOSP", "1", "text"u8.ToArray());
        var keys = new WorkspaceKeys { Messages = { identity } };
        await InBatchAsync(keys, (workspace, _) => workspace.Remember(new AppliedMessage(identity, Ids.Next(), StoredOrder.Now, default)));
        var pruning = new Pruning(Database);

        Assert.Equal(0, await pruning.ForgetMessagesAsync(StoredOrder.Now, Cancel));
        Assert.Equal(1, await pruning.ForgetMessagesAsync(StoredOrder.Now.AddSeconds(1), Cancel));

        await InBatchAsync(keys, (workspace, _) => Assert.Null(workspace.FindApplied(identity)));
    }

    private Task SaveAsync(params JournalRow[] rows) => InBatchAsync(new(), (_, batch) => batch.Journal.AddRange(rows));
}
