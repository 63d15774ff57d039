using System.Globalization;
using System.Text;
using CloudPacs.Hl7v2;
using CloudPacs.Mllp;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Crash;

/// <summary>
/// Senders that never give up: each has one connection and one message under way, and sends it again until it is accepted, whatever
/// happens to the engine. A refusal for any other reason than a database that is away ends the test.
/// </summary>
internal sealed class HospitalLoad : IAsyncDisposable
{
    private const int MessagesOfPatient = 9;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly string prefix;
    private readonly int port;
    private readonly CancellationTokenSource giveUp = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly List<PatientCase> patients = [];
    private readonly Task[] senders;
    private readonly Lock gate = new();
    private TaskCompletionSource reached = new();
    private int target = int.MaxValue;
    private volatile bool isFinishing;
    private int repeated;
    private int refused;

    public HospitalLoad(int port, string prefix, int connections, int seed)
    {
        this.port = port;
        this.prefix = prefix;
        senders = [.. Enumerable.Range(0, connections).Select(number => Task.Run(() => SendAsync(number, new Random(seed + number))))];
    }

    public int Acknowledged { get; private set; }

    /// <summary>Messages that had to be sent again.</summary>
    public int Repeated => repeated;

    /// <summary>Answers AR 207: the database is away.</summary>
    public int Refused => refused;

    /// <summary>Waits until <paramref name="more"/> further messages are acknowledged, with others on their way.</summary>
    public async Task AdvanceAsync(int more)
    {
        Task far;
        lock (gate)
        {
            reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
            target = Acknowledged + more;
            far = reached.Task;
        }

        var ended = Task.WhenAny(senders);
        if (await Task.WhenAny(far, ended, Task.Delay(Patience, giveUp.Token)) == far) return;
        if (ended.IsCompleted) await await ended;
        Assert.Fail($"{more} acknowledgements have not come within {Patience.TotalSeconds} s.");
    }

    /// <summary>Starts no new message; ends when each sender has the acknowledgement of its last.</summary>
    public async Task<IReadOnlyList<PatientCase>> FinishAsync()
    {
        isFinishing = true;
        await Task.WhenAll(senders).WaitAsync(Patience, giveUp.Token);
        return patients;
    }

    public async ValueTask DisposeAsync()
    {
        isFinishing = true;
        await giveUp.CancelAsync();
        await Task.WhenAll(senders).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        giveUp.Dispose();
    }

    private async Task SendAsync(int number, Random random)
    {
        await using var client = new MllpClient(
            new MllpClientOptions
            {
                Host = "127.0.0.1", Port = port, MaxAttempts = 1, FirstBackoff = TimeSpan.FromMilliseconds(20), LongestBackoff = TimeSpan.FromMilliseconds(200),
                AnswerTimeout = TimeSpan.FromSeconds(30),
            },
            TimeProvider.System);
        for (var next = 0; !isFinishing; next++)
        {
            var patient = new PatientCase(string.Create(CultureInfo.InvariantCulture, $"{prefix}{number}-{next}"), random);
            lock (gate) patients.Add(patient);
            for (var i = 0; i < MessagesOfPatient && !isFinishing; i++)
            {
                await SendAsync(client, patient.Next());
                CountAcknowledged();
            }
        }
    }

    private async Task SendAsync(MllpClient client, SentMessage message)
    {
        for (var attempt = 0; ; attempt++)
        {
            if (attempt == 1) Interlocked.Increment(ref repeated);
            var answer = await client.SendAsync(message.Bytes, message.IsAnsweredBy, giveUp.Token);
            Assert.NotEqual(MllpAnswerStatus.TimedOut, answer.Status);
            if (!answer.IsAnswered) continue;
            Assert.True(Message.TryParse(answer.Payload, ParseOptions.Default, out var read, out _));
            var text = Encoding.UTF8.GetString(read.Text.Span);
            if (read.Segment("MSA").Field(1).Text == "AA") return;
            Assert.Contains("The database is not available", text, StringComparison.Ordinal);
            Interlocked.Increment(ref refused);
        }
    }

    private void CountAcknowledged()
    {
        lock (gate)
        {
            if (++Acknowledged < target) return;
            target = int.MaxValue;
            reached.TrySetResult();
        }
    }
}
