using CloudPacs.Integration.Archives;
using CloudPacs.Integration.Studies;
using Hangfire;
using Hangfire.AspNetCore;
using Hangfire.Logging;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;

namespace CloudPacs.Integration.Jobs;

/// <summary>
/// Runs the timed duties of the engine by Hangfire on its database: of several engines one runs a duty at a time. A duty may run twice and
/// in any order, so each leaves what is done already.
/// </summary>
internal sealed class JobServer : IAsyncDisposable
{
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HistoryKept = TimeSpan.FromHours(6);

    /// <summary>
    /// Locks are rows, which an engine that was killed leaves behind: others wait this long for them, and at a start less than Hangfire
    /// waits (15 s). A lock is held for one statement.
    /// </summary>
    private static readonly TimeSpan LockKept = TimeSpan.FromSeconds(5);
    private readonly BackgroundJobServer _server;

    private JobServer(PostgreSqlStorage storage, IReadOnlyDictionary<Type, object> jobs)
    {
        Storage = storage;
        _server = new BackgroundJobServer(new BackgroundJobServerOptions
        {
            Activator = new KnownJobs(jobs),
            WorkerCount = 2,
            SchedulePollingInterval = TimeSpan.FromSeconds(15),
            StopTimeout = StopTime,
            ShutdownTimeout = StopTime,
        }, storage);
    }

    /// <summary>Where the jobs are kept; the dashboard reads it.</summary>
    public PostgreSqlStorage Storage { get; }

    /// <summary>Makes the tables of Hangfire when they are missing (schema <c>jobs</c>), sets the times and starts to work.</summary>
    /// <param name="connectionString">Database of the engine.</param>
    /// <param name="zone">Zone of the site, in which the night is night.</param>
    /// <param name="expiry">Each minute.</param>
    /// <param name="retention">Each night.</param>
    /// <param name="certificates">Each morning.</param>
    /// <param name="studies">Each night.</param>
    /// <param name="check">Each night.</param>
    /// <param name="archives">Each minute; null when there are none to be asked.</param>
    /// <param name="loggers">Where Hangfire tells of its own faults.</param>
    public static JobServer Start(
        string connectionString, TimeZoneInfo zone, Expiry expiry, Retention retention, CertificateWatch certificates,
        StudyRetention studies, ArchiveCheck check, ArchivePolling? archives, ILoggerFactory loggers)
    {
        LogProvider.SetCurrentLogProvider(new AspNetCoreLogProvider(loggers));
        var options = new PostgreSqlStorageOptions
        {
            SchemaName = "jobs",
            UseSlidingInvisibilityTimeout = true,
            QueuePollInterval = TimeSpan.FromSeconds(15),
            DistributedLockTimeout = LockKept,
        };
        var storage = new PostgreSqlStorage(new NpgsqlConnectionFactory(connectionString, options), options)
        {
            JobExpirationTimeout = HistoryKept,
        };
        var times = new RecurringJobManager(storage);
        var local = new RecurringJobOptions { TimeZone = zone };
        times.AddOrUpdate<Expiry>("expiry", static job => job.RunAsync(CancellationToken.None), Cron.Minutely(), local);
        times.AddOrUpdate<Retention>("retention", static job => job.RunAsync(CancellationToken.None), Cron.Daily(3, 10), local);
        times.AddOrUpdate<StudyRetention>("studies", static job => job.RunAsync(CancellationToken.None), Cron.Daily(2, 10), local);
        times.AddOrUpdate<ArchiveCheck>("archive", static job => job.RunAsync(CancellationToken.None), Cron.Daily(4, 10), local);
        times.AddOrUpdate<CertificateWatch>("certificates", static job => job.RunAsync(CancellationToken.None), Cron.Daily(7, 0), local);
        var jobs = new Dictionary<Type, object>
        {
            [typeof(Expiry)] = expiry, [typeof(Retention)] = retention, [typeof(CertificateWatch)] = certificates,
            [typeof(StudyRetention)] = studies, [typeof(ArchiveCheck)] = check,
        };
        if (archives is null) times.RemoveIfExists("archives");
        else
        {
            times.AddOrUpdate<ArchivePolling>("archives", static job => job.RunAsync(CancellationToken.None), Cron.Minutely(), local);
            jobs.Add(typeof(ArchivePolling), archives);
        }

        return new JobServer(storage, jobs);
    }

    public async ValueTask DisposeAsync()
    {
        _server.SendStop();
        using var time = new CancellationTokenSource(StopTime * 2);
        try
        {
            await _server.WaitForShutdownAsync(time.Token);
        }
        catch (OperationCanceledException)
        {
            // What still runs is given to a server again when its time-out is over.
        }

        _server.Dispose();
    }
}
