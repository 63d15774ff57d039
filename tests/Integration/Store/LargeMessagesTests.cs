using CloudPacs.Store.Blobs;
using CloudPacs.Store.Messages;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Workspaces;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Xunit;

namespace CloudPacs.Integration.Tests.Store;

/// <summary>Messages whose bytes are kept beside the journal.</summary>
public sealed class LargeMessagesTests : StoreTest, IDisposable
{
    private const int InlineBytes = 10_000;
    private readonly string _folder = PostgresFixture.NewFolder();
    private readonly LargeMessages _large;

    public LargeMessagesTests(PostgresFixture postgres) : base(postgres) => _large = new LargeMessages(new BlobFolder(_folder), InlineBytes);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(InlineBytes, 0)]
    [InlineData(InlineBytes + 1, 1)]
    public async Task A_message_comes_back_wherever_its_bytes_are(int length, int files)
    {
        var saved = await SaveAsync(Message(length));

        var read = await new JournalQueries(Database, _large).GetAsync(saved.Id, Cancel);

        Assert.Equal(saved.Raw.ToArray(), read!.Raw.ToArray());
        Assert.Equal(files, Files.Length);
    }

    [Fact]
    public async Task A_part_of_a_message_is_found_with_its_bytes()
    {
        var saved = await SaveAsync(Message(InlineBytes + 1) with
        {
            Status = MessageStatus.Part,
            Keys = [MessageKey.Continuation("P1")],
            SendingApplication = "HIS",
            SendingFacility = "H",
        });

        Assert.Equal(saved.Raw.ToArray(), await new JournalQueries(Database, _large).FindPartAsync("P1", "HIS", "H", StoredOrder.Now, Cancel));
    }

    [Fact]
    public async Task A_sweep_removes_what_a_failed_commit_left_and_nothing_else()
    {
        var saved = await SaveAsync(Message(InlineBytes + 1));
        await SaveAsync(Message(InlineBytes + 1), isCommitted: false);
        await File.WriteAllTextAsync(Path.Combine(_folder, "journal", "2026_03", "interrupted.part"), "", Cancel);
        Assert.Equal(3, Files.Length);

        Assert.Equal(0, await _large.SweepAsync(Database, DateTimeOffset.UnixEpoch, Cancel));
        Assert.Equal(2, await _large.SweepAsync(Database, DateTimeOffset.MaxValue, Cancel));

        Assert.EndsWith(saved.Id.ToString(), Assert.Single(Files), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_go_with_the_month_of_their_journal()
    {
        var partitions = new Partitions(Database, new FakeTimeProvider(StoredOrder.Now));
        await partitions.EnsureAsync(0, Cancel);
        await SaveAsync(Message(InlineBytes + 1));
        await partitions.DropBeforeAsync("message_journal", StoredOrder.Now.AddMonths(1), Cancel);

        await _large.SweepAsync(Database, DateTimeOffset.MaxValue, Cancel);

        Assert.Empty(Files);
    }

    private string[] Files => Directory.GetFiles(_folder, "*", SearchOption.AllDirectories);

    private JournalRow Message(int length) => StoredOrder.Journal(Ids, "1") with { Raw = new byte[length] };

    private async Task<JournalRow> SaveAsync(JournalRow message, bool isCommitted = true)
    {
        var store = await WorkspaceStore.OpenAsync(Database, _large, Ids, notifyAs: null, Cancel);
        await using var connection = await Database.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        var workspace = await store.LoadAsync(transaction, new WorkspaceKeys(), Cancel);
        if (!isCommitted) await Assert.ThrowsAsync<PostgresException>(() => new NpgsqlCommand("SELECT 1 / 0", connection, transaction).ExecuteNonQueryAsync(Cancel));
        var commit = store.CommitAsync(workspace, new BatchRows { Journal = { message } }, transaction, Cancel);
        if (isCommitted) await commit;
        else Assert.Equal(PostgresErrorCodes.InFailedSqlTransaction, (await Assert.ThrowsAsync<PostgresException>(() => commit)).SqlState);
        return message;
    }
}
