using System.Globalization;
using System.Text;
using CloudPacs.Integration.Hosting;
using CloudPacs.Integration.Tests.Store;
using CloudPacs.Mapping.Tests;
using CloudPacs.Mllp;
using CloudPacs.Settings;
using CloudPacs.Store.Orders;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace CloudPacs.Integration.Tests.Hosting;

/// <summary>Two engines on one PostgreSQL of the hospital's own: both take orders, both show all of them.</summary>
public sealed class TwoEnginesTests(PostgresFixture postgres) : IDisposable
{
    private const int Patients = 5;
    private const int OrdersOfSender = 20;
    private const int SendersOfEngine = 4;
    private readonly string _folder = PostgresFixture.NewFolder();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Orders_for_the_same_patients_through_both_are_all_taken_and_shown_by_both()
    {
        // Both make the tables of the empty database at the same time.
        var database = await postgres.CreateDatabaseAsync(migrated: false);
        var engines = await Task.WhenAll(StartAsync(database, "a"), StartAsync(database, "b"));
        await using var a = engines[0];
        await using var b = engines[1];

        await Task.WhenAll(Enumerable.Range(0, 2 * SendersOfEngine).Select(sender => SendAsync(engines[sender % 2], sender, "NW", "SC")));
        await SameAsync(a, b, static state => state == StepState.Scheduled);

        // What one engine took in, the other cancels.
        await Task.WhenAll(Enumerable.Range(0, 2 * SendersOfEngine).Select(sender => SendAsync(engines[(sender + 1) % 2], sender, "CA", "CA")));
        await SameAsync(a, b, static state => state == StepState.Canceled);
    }

    private async Task<Engine> StartAsync(string database, string name)
    {
        var settings = new EngineSettings
        {
            Data = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName,
            Database = { ConnectionString = database },
            Mapping = { Directory = MapFiles.Shipped, HotReload = false },
            Worklist = { KeepVisible = TimeSpan.FromDays(36500) },
        };
        settings.Mllp.Port = settings.Dicom.Port = 0;
        return await Engine.StartAsync(settings, TimeProvider.System, NullLoggerFactory.Instance, Cancel);
    }

    private static async Task SendAsync(Engine engine, int sender, string control, string status)
    {
        await using var client = new MllpClient(new MllpClientOptions { Host = "127.0.0.1", Port = engine.MllpListeners[0].EndPoint.Port, MaxAttempts = 1 }, TimeProvider.System);
        for (var number = 0; number < OrdersOfSender; number++)
        {
            var order = string.Create(CultureInfo.InvariantCulture, $"{sender}-{number}");
            var message = Encoding.UTF8.GetBytes(
                $"MSH|^~\\&|HIS|MERCY|CLOUDPACS|RAD|20260310083015||ORM^O01|{control}{order}|P|2.3.1\r"
                + $"PID|1||P{number % Patients}^^^MERCY^MR||SHARED^PATIENT||19800203|F\r"
                + $"ORC|{control}|L{order}^HIS|||{status}||^^^20260310093000^^R\r"
                + $"OBR|1|L{order}^HIS||CT^CT^L||||||||||||||||||||CT|||^^^20260310093000^^R\r");
            var answer = await client.SendAsync(message, static _ => true, Cancel);
            Assert.True(answer.IsAnswered, answer.Problem);
            Assert.Contains("MSA|AA", Encoding.UTF8.GetString(answer.Payload.Span), StringComparison.Ordinal);
        }
    }

    /// <summary>What an engine took in it shows at once; what the other did, as soon as the database has told it.</summary>
    private static async Task SameAsync(Engine a, Engine b, Func<StepState, bool> isDone)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        while (!IsDone(a) || !IsDone(b)) await Task.Delay(20, limit.Token);
        Assert.Equal(Shown(a), Shown(b));

        bool IsDone(Engine engine) => engine.Worklist.Current.Count == 2 * SendersOfEngine * OrdersOfSender && engine.Worklist.Current.ByStep.Values.All(entry => isDone(entry.State));
    }

    private static List<string> Shown(Engine engine) =>
        [.. engine.Worklist.Current.ByStep.Values.Select(static entry => $"{entry.StepRowId} {entry.AccessionNumber} {entry.StudyInstanceUid} {entry.Patient.RowId}").Order(StringComparer.Ordinal)];
}
