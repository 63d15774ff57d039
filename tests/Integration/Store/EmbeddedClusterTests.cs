using System.Diagnostics;
using CloudPacs.Store.Cluster;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace CloudPacs.Integration.Tests.Store;

public sealed class EmbeddedClusterTests : IClassFixture<EmbeddedClusterTests.MadeOnce>, IDisposable
{
    private readonly string _folder = PostgresFixture.NewFolder();

    public EmbeddedClusterTests(MadeOnce made) => made.CopyTo(_folder);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_written_is_there_after_a_stop_and_a_start()
    {
        await using (var first = await StartAsync()) await ExecuteAsync(first, "CREATE TABLE kept (n int)");

        await using var second = await StartAsync();

        await ExecuteAsync(second, "SELECT n FROM kept");
        Assert.True(second.IsUp);
        Assert.Equal("on,on,on,on", await SettingsAsync(second, "fsync", "synchronous_commit", "full_page_writes", "data_checksums"));
    }

    [Fact]
    public async Task A_second_engine_on_the_same_folder_is_refused()
    {
        await using var first = await StartAsync();

        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(StartAsync);

        Assert.Contains("Another engine", refusal.Message, StringComparison.Ordinal);
        await ExecuteAsync(first, "SELECT 1");
    }

    [Fact]
    public async Task A_killed_server_is_started_again_and_the_engine_is_told()
    {
        await using var cluster = await StartAsync();
        await ExecuteAsync(cluster, "CREATE TABLE kept (n int)");
        var wentDown = new TaskCompletionSource();
        var cameBack = new TaskCompletionSource();
        cluster.StateChanged += up => (up ? cameBack : wentDown).TrySetResult();

        Kill(cluster.ProcessId);
        await wentDown.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        await cameBack.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);

        await ExecuteAsync(cluster, "SELECT n FROM kept");
    }

    [Fact]
    public async Task A_server_that_outlived_its_engine_is_taken_over()
    {
        // What kill -9 of an engine leaves: a running server whose owner's lock is gone.
        await using (await StartAsync()) { }
        var account = await PostgresAccount.FindAsync(null, Path.Combine(_folder, "postgres"), Cancel);
        var binaries = PostgresBinaries.Find(null, null);
        var settings = PostgresFixture.Settings(_folder);
        var leftover = await PostgresServer.StartAsync(
            binaries, account, Path.Combine(_folder, "postgres"), Path.Combine(_folder, "socket"), PostgresOptions.Arguments(settings, Path.Combine(_folder, "socket")), NullLogger.Instance, Cancel);
        var connection = new NpgsqlConnectionStringBuilder { Host = Path.Combine(_folder, "socket"), Username = "cloudpacs", Database = "postgres" }.ConnectionString;
        await leftover.WaitUntilReadyAsync(connection, TimeSpan.FromSeconds(60), TimeProvider.System, Cancel);

        await using var cluster = await StartAsync();

        await leftover.WaitForEndAsync(Cancel);
        Assert.NotEqual(leftover.ProcessId, cluster.ProcessId);
        await ExecuteAsync(cluster, "SELECT 1");
    }

    [Fact]
    public async Task A_halted_server_does_not_hold_the_stop_and_leaves_nothing_behind()
    {
        var cluster = await EmbeddedCluster.StartAsync(
            PostgresFixture.Settings(_folder) with { StopTimeout = TimeSpan.FromSeconds(1) }, TimeProvider.System, NullLogger.Instance, Cancel);
        await ExecuteAsync(cluster, "CREATE TABLE kept (n int)");
        using (var halt = Process.Start("kill", ["-STOP", .. Servers()])) await halt.WaitForExitAsync(Cancel);

        await cluster.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancel);

        Assert.Empty(Servers());
        await using var again = await StartAsync();
        await ExecuteAsync(again, "SELECT n FROM kept");

        IEnumerable<string> Servers() => Directory.EnumerateDirectories("/proc").Where(path => new DirectoryInfo(Path.Combine(path, "cwd")).LinkTarget == Path.Combine(_folder, "postgres")).Select(static path => Path.GetFileName(path)!);
    }

    [Fact]
    public async Task The_pid_file_of_a_process_that_is_something_else_today_does_not_stop_the_start()
    {
        await using (await StartAsync()) { }
        await File.WriteAllTextAsync(Path.Combine(_folder, "postgres", "postmaster.pid"), $"{Environment.ProcessId}\n{_folder}/postgres\n1\n5432\n{_folder}/socket\n\n0 0\nready\n", Cancel);

        await using var cluster = await StartAsync();

        await ExecuteAsync(cluster, "SELECT 1");
    }

    [Fact]
    public async Task Nor_do_those_of_a_process_that_is_another_server_of_the_same_account()
    {
        // After kill -9 of a container process ids begin anew.
        var folder = PostgresFixture.NewFolder();
        await using (await StartAsync()) { }
        await using (var other = await EmbeddedCluster.StartAsync(PostgresFixture.Settings(folder), TimeProvider.System, NullLogger.Instance, Cancel))
        {
            await File.WriteAllTextAsync(Path.Combine(_folder, "postgres", "postmaster.pid"), $"{other.ProcessId}\n{_folder}/postgres\n1\n5432\n{_folder}/socket\n\n0 0\nready\n", Cancel);
            await File.WriteAllTextAsync(Path.Combine(_folder, "socket", ".s.PGSQL.5432.lock"), $"{other.ProcessId}\n{_folder}/postgres\n1\n5432\n{_folder}/socket\n", Cancel);

            await using var cluster = await StartAsync();

            await ExecuteAsync(cluster, "SELECT 1");
            await ExecuteAsync(other, "SELECT 1");
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_long_data_folder_gets_its_socket_elsewhere_and_a_new_cluster()
    {
        var deep = Path.Combine(_folder, new string('d', 60), new string('e', 60));
        Directory.CreateDirectory(deep);

        await using var cluster = await EmbeddedCluster.StartAsync(PostgresFixture.Settings(deep), TimeProvider.System, NullLogger.Instance, Cancel);

        await ExecuteAsync(cluster, "SELECT 1");
        var socketFolder = new NpgsqlConnectionStringBuilder(cluster.ConnectionString).Host!;
        Assert.StartsWith("/tmp/cloudpacs-", socketFolder, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(socketFolder));
        await cluster.DisposeAsync();
        Directory.Delete(socketFolder, recursive: true);
    }

    [Fact]
    public async Task Missing_programs_are_one_clear_error()
    {
        var settings = PostgresFixture.Settings(_folder) with { BinaryDirectory = _folder };

        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => EmbeddedCluster.StartAsync(settings, TimeProvider.System, NullLogger.Instance, Cancel));

        Assert.Contains("Database:BinDirectory", error.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_cannot_start_says_why_and_lets_go_of_the_folder()
    {
        await using (await StartAsync()) { }
        var control = Path.Combine(_folder, "postgres", "global", "pg_control");
        File.Move(control, control + ".away");

        var error = await Assert.ThrowsAsync<StoreUnavailableException>(StartAsync);

        Assert.Contains("pg_control", error.Problem, StringComparison.Ordinal);
        File.Move(control + ".away", control);
        await using var again = await StartAsync();
    }

    /// <summary>The files of a new cluster: made once, as that is what takes time, and copied for each test.</summary>
    public sealed class MadeOnce : IAsyncLifetime
    {
        private readonly string _folder = PostgresFixture.NewFolder();

        public async ValueTask InitializeAsync()
        {
            await using var cluster = await EmbeddedCluster.StartAsync(PostgresFixture.Settings(_folder), TimeProvider.System, NullLogger.Instance, Cancel);
        }

        public ValueTask DisposeAsync()
        {
            Directory.Delete(_folder, recursive: true);
            return ValueTask.CompletedTask;
        }

        public void CopyTo(string folder)
        {
            using var copy = Process.Start("cp", ["-a", Path.Combine(_folder, "postgres"), folder]);
            copy.WaitForExit();
            Assert.Equal(0, copy.ExitCode);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<EmbeddedCluster> StartAsync() =>
        EmbeddedCluster.StartAsync(PostgresFixture.Settings(_folder), TimeProvider.System, NullLogger.Instance, Cancel);

    private static async Task ExecuteAsync(EmbeddedCluster cluster, string sql)
    {
        await using var source = NpgsqlDataSource.Create(cluster.ConnectionString + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<string> SettingsAsync(EmbeddedCluster cluster, params string[] names)
    {
        await using var source = NpgsqlDataSource.Create(cluster.ConnectionString + ";Pooling=false");
        var values = new List<string>();
        foreach (var name in names)
        {
            await using var command = source.CreateCommand($"SHOW {name}");
            values.Add((string)(await command.ExecuteScalarAsync())!);
        }

        return string.Join(',', values);
    }

    private static void Kill(int processId)
    {
        using var process = Process.GetProcessById(processId);
        process.Kill();
    }
}
