using CloudPacs.Store;
using CloudPacs.Store.Audit;
using CloudPacs.Store.Messages;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Sealing;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Xunit;

namespace CloudPacs.Integration.Tests.Store;

public sealed class AuditSealTests : StoreTest, IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 10, 8, 0, 0, TimeSpan.Zero);
    private readonly string _folder = PostgresFixture.NewFolder();
    private readonly FakeTimeProvider _clock = new(Now);
    private readonly SealKey _key;
    private readonly SealHead _head;

    public AuditSealTests(PostgresFixture postgres) : base(postgres)
    {
        _key = SealKey.Open(Path.Combine(_folder, "key.pem"));
        _head = new SealHead(Path.Combine(_folder, "head"));
    }

    [Fact]
    public async Task What_nobody_has_touched_is_sound()
    {
        await WriteAsync(3, Now.AddDays(-40)); // from before anything was sealed
        var sealer = Sealer();
        await sealer.SealAsync(Cancel);
        await WriteAsync(5, Now);
        await sealer.SealAsync(Cancel);
        await WriteAsync(2, Now);

        var (report, faults) = await VerifyAsync();

        Assert.Empty(faults);
        Assert.Equal((10, 2), (report.Rows, report.Waiting));
        Assert.Equal((0, 8L), (await sealer.SealAsync(Cancel) - 2, await ScalarAsync<long>("SELECT sum(row_count) FROM audit_block") - 2));
    }

    [Theory]
    [InlineData("action = 'order.cancelled'")]
    [InlineData("actor = 'nobody'")]
    [InlineData("outcome = 8")]
    [InlineData("source = NULL")]
    [InlineData("source = ''")]
    [InlineData("patient_id = NULL")]
    [InlineData("message_id = gen_random_uuid()")]
    [InlineData("entity = detail, detail = entity")]
    [InlineData("detail = 'another reason'")]
    [InlineData("resources = resources || ' Task/2/_history/1'")]
    public async Task A_changed_column_is_found(string change)
    {
        var rows = await SealedAsync();
        await ExecuteAsync($"UPDATE audit_event SET {change} WHERE id = '{rows[2].Id}'");

        var fault = Assert.Single((await VerifyAsync()).Faults);

        Assert.Equal((TrailFaultKind.RowChanged, rows[2].Id, rows[2].At), (fault.Kind, fault.Row!.Value, fault.At!.Value));
    }

    [Fact]
    public async Task A_dropped_row_is_found()
    {
        var rows = await SealedAsync();
        await ExecuteAsync($"DELETE FROM audit_event WHERE id = '{rows[3].Id}'");

        var fault = Assert.Single((await VerifyAsync()).Faults);

        Assert.Equal((TrailFaultKind.RowDropped, rows[3].Id, rows[3].At), (fault.Kind, fault.Row!.Value, fault.At!.Value));
    }

    [Fact]
    public async Task A_row_that_is_put_in_between_is_never_sealed_and_found()
    {
        var rows = await SealedAsync();
        var sealer = Sealer();
        await sealer.SealAsync(Cancel);
        _clock.Advance(TimeSpan.FromMinutes(20));
        await sealer.SealAsync(Cancel);
        var put = await WriteAsync(1, rows[1].At.AddMicroseconds(1));
        _clock.Advance(TimeSpan.FromMinutes(1));
        await sealer.SealAsync(Cancel);

        var fault = Assert.Single((await VerifyAsync()).Faults);

        Assert.Equal((TrailFaultKind.RowInserted, put[0].Id), (fault.Kind, fault.Row!.Value));
    }

    [Fact]
    public async Task Rows_that_change_places_are_found()
    {
        var rows = await SealedAsync();
        _clock.Advance(TimeSpan.FromMinutes(20));
        await Sealer().SealAsync(Cancel);
        await ExecuteAsync($"UPDATE audit_event SET at = at + interval '10 seconds' WHERE id = '{rows[0].Id}'");

        var fault = Assert.Single((await VerifyAsync()).Faults);

        Assert.Equal((TrailFaultKind.RowMoved, rows[0].Id, rows[0].At), (fault.Kind, fault.Row!.Value, fault.At!.Value));
    }

    [Fact]
    public async Task A_dropped_block_is_found()
    {
        await SealedAsync();
        await SealedAsync();
        var middle = await ScalarAsync<long>("SELECT max(number) - 1 FROM audit_block WHERE row_count > 0");
        await ExecuteAsync($"DELETE FROM audit_block WHERE number = {middle}");

        var faults = (await VerifyAsync()).Faults;

        Assert.Contains(faults, fault => fault.Kind == TrailFaultKind.BlockDropped && fault.Block == middle);
    }

    [Fact]
    public async Task An_end_that_is_cut_off_is_found_and_stays_in_the_chain()
    {
        await SealedAsync();
        var last = await ScalarAsync<long>("SELECT max(number) FROM audit_block");
        await ExecuteAsync($"DELETE FROM audit_event; DELETE FROM audit_block WHERE number = {last}");

        Assert.Equal((TrailFaultKind.BlockDropped, last), FirstOf((await VerifyAsync()).Faults));

        await Sealer().SealAsync(Cancel);
        Assert.Equal((TrailFaultKind.BlockDropped, last), FirstOf((await VerifyAsync()).Faults));

        static (TrailFaultKind Kind, long Block) FirstOf(List<TrailFault> faults) => (Assert.Single(faults).Kind, faults[0].Block!.Value);
    }

    [Fact]
    public async Task A_restored_backup_is_no_fault_and_told()
    {
        await SealedAsync();
        await ExecuteAsync("DELETE FROM audit_event; DELETE FROM audit_block WHERE number = (SELECT max(number) FROM audit_block)");
        _head.NoteRestore();
        await Sealer().SealAsync(Cancel);

        var (report, faults) = await VerifyAsync();

        Assert.Empty(faults);
        Assert.Contains(report.Notices, static notice => notice.StartsWith("A backup was restored", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("sealed_at = sealed_at - interval '1 hour'")]
    [InlineData("open_from = open_from - interval '1 hour'")]
    [InlineData("row_count = row_count + 1")]
    [InlineData("note = 'x'")]
    [InlineData("entries = overlay(entries PLACING '\\x00' FROM 30)")]
    public async Task A_changed_block_is_found(string change)
    {
        await SealedAsync();
        await SealedAsync();
        var number = await ScalarAsync<long>("SELECT min(number) FROM audit_block WHERE row_count > 0");
        await ExecuteAsync($"UPDATE audit_block SET {change} WHERE number = {number}");

        var faults = (await VerifyAsync()).Faults;

        Assert.Contains(faults, fault => fault.Kind == TrailFaultKind.BlockChanged && fault.Block == number);
    }

    [Fact]
    public async Task A_chain_that_another_key_has_signed_does_not_count_until_the_key_is_trusted()
    {
        await SealedAsync();
        using var other = SealKey.Open(Path.Combine(_folder, "other.pem"));
        await WriteAsync(2, Now);
        await new AuditSealer(Database, other, _head, _clock).SealAsync(Cancel);

        var fault = Assert.Single((await VerifyAsync()).Faults);

        Assert.Equal(TrailFaultKind.KeyUnknown, fault.Kind);
        Assert.Contains(Convert.ToHexStringLower(other.Id), fault.Words, StringComparison.Ordinal);
        Assert.Empty((await VerifyAsync(_key.Id, other.Id)).Faults);
    }

    [Fact]
    public async Task A_block_that_is_forged_with_true_hashes_has_no_true_signature()
    {
        var rows = await SealedAsync();
        using var thief = SealKey.Open(Path.Combine(_folder, "thief.pem"));
        var number = await ScalarAsync<long>("SELECT max(number) FROM audit_block");
        await ExecuteAsync($"DELETE FROM audit_block WHERE number = {number}; UPDATE audit_event SET actor = 'another' WHERE id = '{rows[0].Id}'");
        await new AuditSealer(Database, thief, new SealHead(Path.Combine(_folder, "none")), _clock).SealAsync(Cancel);
        // As if the right key had signed: its id, and all hashes right.
        await ForgeAsync(number);

        var faults = (await VerifyAsync()).Faults;

        Assert.Contains(faults, fault => fault.Kind == TrailFaultKind.SignatureWrong && fault.Block == number);
    }

    [Fact]
    public async Task Rows_that_become_visible_late_are_sealed_whatever_the_order_of_commits_is()
    {
        var sealer = Sealer();
        await sealer.SealAsync(Cancel);
        await using var slow = await Database.OpenConnectionAsync(Cancel);
        await using var transaction = await slow.BeginTransactionAsync(Cancel);
        await SaveAsync(transaction, Rows(3, Now));
        _clock.Advance(TimeSpan.FromSeconds(1));
        await WriteAsync(3, _clock.GetUtcNow());
        await sealer.SealAsync(Cancel);
        _clock.Advance(TimeSpan.FromMinutes(10));
        await WriteAsync(1, _clock.GetUtcNow());
        await sealer.SealAsync(Cancel);
        await transaction.CommitAsync(Cancel);
        _clock.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(3, await sealer.SealAsync(Cancel));
        var (report, faults) = await VerifyAsync();
        Assert.Empty(faults);
        Assert.Equal((7, 0), (report.Rows, report.Waiting));
    }

    [Fact]
    public async Task Writers_and_engines_side_by_side_leave_nothing_unsealed_and_nothing_sealed_twice()
    {
        var sealers = new[] { Sealer(TimeProvider.System), Sealer(TimeProvider.System) };
        using var done = new CancellationTokenSource();
        var sealing = sealers.Select(sealer => Task.Run(async () =>
        {
            while (!done.IsCancellationRequested) await sealer.SealAsync(Cancel);
        }, Cancel)).ToArray();
        var writing = Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            var random = new Random(writer);
            for (var i = 0; i < 40; i++)
            {
                await using var connection = await Database.OpenConnectionAsync(Cancel);
                await using var transaction = await connection.BeginTransactionAsync(Cancel);
                await SaveAsync(transaction, Rows(random.Next(1, 20), DateTimeOffset.UtcNow.AddSeconds(-random.Next(3))));
                await Task.Delay(random.Next(10), Cancel);
                if (i % 7 == 0) await transaction.RollbackAsync(Cancel);
                else await transaction.CommitAsync(Cancel);
            }
        }, Cancel));

        await Task.WhenAll(writing);
        await done.CancelAsync();
        await Task.WhenAll(sealing);
        await Sealer(TimeProvider.System).SealAsync(Cancel);

        var (report, faults) = await VerifyAsync();
        Assert.Empty(faults);
        Assert.Equal(0, report.Waiting);
        Assert.Equal(report.Rows, await ScalarAsync<long>("SELECT sum(row_count) FROM audit_block"));
    }

    [Fact]
    public async Task An_engine_that_ends_in_the_middle_of_a_turn_leaves_a_whole_chain()
    {
        await SealedAsync();
        for (var i = 0; i < 10; i++)
        {
            await WriteAsync(400, _clock.GetUtcNow());
            using var end = new CancellationTokenSource(TimeSpan.FromMilliseconds(i));
            try
            {
                await Sealer().SealAsync(end.Token);
            }
            catch (OperationCanceledException)
            {
                // So does a kill: nothing of the transaction remains.
            }
        }

        await Sealer().SealAsync(Cancel);

        var (report, faults) = await VerifyAsync();
        Assert.Empty(faults);
        Assert.Equal((4006, 0), (report.Rows, report.Waiting));
    }

    [Fact]
    public async Task A_month_that_retention_drops_is_told_from_one_that_is_dropped_by_hand()
    {
        var partitions = new Partitions(Database, _clock);
        await partitions.EnsureAsync(0, Cancel);
        await WriteAsync(4, Now.AddMonths(-1));
        var rows = await SealedAsync();
        var sealer = Sealer();

        Assert.Equal(["audit_event_2026_02"], await partitions.DropBeforeAsync("audit_event", new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), Cancel, sealer.NoteDroppedAsync));
        var (report, faults) = await VerifyAsync();
        Assert.Empty(faults);
        Assert.Contains(report.Notices, static notice => notice.Contains("2026-02", StringComparison.Ordinal));
        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM audit_block WHERE entries IS NOT NULL AND first_at < '2026-03-01Z'"));

        await ExecuteAsync("DROP TABLE audit_event_2026_03");
        Assert.Equal(rows.Select(static row => row.Id).Order(), (await VerifyAsync()).Faults.Select(static fault => fault.Row!.Value).Order());
    }

    [Fact]
    public async Task Rows_from_before_are_sealed_in_turns()
    {
        await ExecuteAsync(
            """
            INSERT INTO audit_event (id, at, action, outcome, actor)
            SELECT gen_random_uuid(), '2026-01-01Z'::timestamptz + i / 7 * interval '1 minute', 'order.placed', 0, 'his' FROM generate_series(1, 12000) AS i
            """);

        Assert.Equal(12000, await Sealer().SealAsync(Cancel));

        var (report, faults) = await VerifyAsync();
        Assert.Empty(faults);
        Assert.Equal((12000, 0), (report.Rows, report.Waiting));
        Assert.Equal(3, await ScalarAsync<long>("SELECT count(*) FROM audit_block WHERE kind = 2"));
        var put = await WriteAsync(1, new DateTimeOffset(2026, 1, 1, 5, 0, 0, TimeSpan.Zero));
        await Sealer().SealAsync(Cancel);
        Assert.Equal(put[0].Id, Assert.Single((await VerifyAsync()).Faults).Row);
    }

    [Fact]
    public async Task What_was_written_in_a_long_pause_is_sealed_after_it()
    {
        await SealedAsync();
        await WriteAsync(3, Now.AddHours(5));
        await WriteAsync(4, Now.AddDays(3));
        _clock.SetUtcNow(Now.AddDays(4));
        var sealer = Sealer();

        for (var i = 0; i < 10; i++) await sealer.SealAsync(Cancel);

        var (report, faults) = await VerifyAsync();
        Assert.Empty(faults);
        Assert.Equal((13, 0), (report.Rows, report.Waiting));
    }

    [Theory]
    [InlineData("", "", null)]
    [InlineData("\"actor\":\"his\"", "\"actor\":\"her\"", TrailFaultKind.RowChanged)]
    [InlineData("\"kind\":3", "\"kind\":5", TrailFaultKind.BlockChanged)]
    public async Task An_export_is_verified_like_the_database(string text, string other, TrailFaultKind? expected)
    {
        await SealedAsync();
        var path = Path.Combine(_folder, "export.ndjson");
        await using (var stored = await StoredTrail.OpenAsync(Database, Cancel)) Assert.Equal(6, await TrailFile.WriteAsync(stored, path, Cancel));
        var content = await File.ReadAllTextAsync(path, Cancel);
        if (text.Length > 0)
        {
            var at = content.IndexOf(text, StringComparison.Ordinal);
            await File.WriteAllTextAsync(path, content[..at] + other + content[(at + text.Length)..], Cancel);
        }

        var faults = new List<TrailFault>();
        using var trail = await TrailFile.OpenAsync(path, Cancel);
        var report = await TrailVerifier.VerifyAsync(trail, [_key.Id], head: null, faults.Add, Cancel);

        Assert.Equal(6, report.Rows);
        if (expected is null) Assert.Empty(faults);
        else Assert.Contains(faults, fault => fault.Kind == expected);
    }

    [Fact]
    public void A_key_that_others_may_read_is_refused()
    {
        if (OperatingSystem.IsWindows()) return;
        var file = Path.Combine(_folder, "key.pem");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        Assert.Throws<InvalidDataException>(() => SealKey.Read(file));
    }

    public void Dispose()
    {
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private AuditSealer Sealer(TimeProvider? clock = null) => new(Database, _key, _head, clock ?? _clock);

    /// <summary>Six rows, of which the last are of another second, sealed.</summary>
    private async Task<IReadOnlyList<AuditRow>> SealedAsync()
    {
        var sealer = Sealer();
        await sealer.SealAsync(Cancel);
        AuditRow[] rows = [.. await WriteAsync(4, Now), .. await WriteAsync(2, Now.AddSeconds(-1))];
        await sealer.SealAsync(Cancel);
        return rows;
    }

    private async Task<IReadOnlyList<AuditRow>> WriteAsync(int count, DateTimeOffset from)
    {
        var rows = Rows(count, from);
        await using var connection = await Database.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        await SaveAsync(transaction, rows);
        await transaction.CommitAsync(Cancel);
        return rows;
    }

    private static Task SaveAsync(NpgsqlTransaction transaction, IReadOnlyList<AuditRow> rows)
    {
        var trip = new RoundTrip(transaction);
        AuditStatements.Save(trip, rows);
        return trip.RunAsync(Cancel);
    }

    private AuditRow[] Rows(int count, DateTimeOffset from) =>
    [
        .. Enumerable.Range(0, count).Select(i => new AuditRow
        {
            Id = Ids.Next(), At = new DateTimeOffset(from.Ticks / 10 * 10, TimeSpan.Zero).AddMicroseconds(-1000 * i), Action = "order.placed", Actor = "his", Source = "10.0.0.1",
            PatientId = Ids.Next(), MessageId = Ids.Next(), Entity = "e" + i, Detail = "why", Resources = "Task/1/_history/1",
        }),
    ];

    private async Task<(TrailReport Report, List<TrailFault> Faults)> VerifyAsync(params byte[][] trusted)
    {
        var faults = new List<TrailFault>();
        await using var trail = await StoredTrail.OpenAsync(Database, Cancel);
        var report = await TrailVerifier.VerifyAsync(trail, trusted.Length > 0 ? trusted : [_key.Id], _head.Read(), faults.Add, Cancel);
        Assert.Equal(report.Faults, faults.Count);
        return (report, faults);
    }

    private async Task ForgeAsync(long number)
    {
        AuditBlock block;
        await using (var trail = await StoredTrail.OpenAsync(Database, Cancel))
        {
            block = await trail.BlocksAsync(Cancel).FirstAsync(one => one.Number == number, Cancel) with { KeyId = _key.Id };
        }

        await using var command = Database.CreateCommand("UPDATE audit_block SET key_id = $1, hash = $2 WHERE number = $3");
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = _key.Id });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = new CanonicalForm().HashBlock(block) });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = number });
        await command.ExecuteNonQueryAsync(Cancel);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancel);
    }
}
