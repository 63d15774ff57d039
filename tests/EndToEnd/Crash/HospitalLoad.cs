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
    private readonly string _prefix;
    private readonly int _port;
    private readonly CancellationTokenSource _giveUp = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly List<PatientCase> _patients = [];
    private readonly Task[] _senders;
    private readonly Lock _gate = new();
    private TaskCompletionSource _reached = new();
    private int _target = int.MaxValue;
    private volatile bool _isFinishing;
    private int _repeated;
    private int _refused;

    public HospitalLoad(int port, string prefix, int connections, int seed)
    {
        _port = port;
        _prefix = prefix;
        _senders = [.. Enumerable.Range(0, connections).Select(number => Task.Run(() => SendAsync(number, new Random(seed + number))))];
    }

    public int Acknowledged { get; private set; }

    /// <summary>Messages that had to be sent again.</summary>
    public int Repeated => _repeated;

    /// <summary>Answers AR 207: the database is away.</summary>
    public int Refused => _refused;

    /// <summary>Waits until <paramref name="more"/> further messages are acknowledged, with others on their way.</summary>
    public async Task AdvanceAsync(int more)
    {
        Task far;
        lock (_gate)
        {
            _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _target = Acknowledged + more;
            far = _reached.Task;
        }

        var ended = Task.WhenAny(_senders);
        if (await Task.WhenAny(far, ended, Task.Delay(Patience, _giveUp.Token)) == far) return;
        if (ended.IsCompleted) await await ended;
        Assert.Fail($"{more} acknowledgements have not come within {Patience.TotalSeconds} s.");
    }

    /// <summary>Starts no new message; ends when each sender has the acknowledgement of its last.</summary>
    public async Task<IReadOnlyList<PatientCase>> FinishAsync()
    {
        _isFinishing = true;
        await Task.WhenAll(_senders).WaitAsync(Patience, _giveUp.Token);
        return _patients;
    }

    public async ValueTask DisposeAsync()
    {
        _isFinishing = true;
        await _giveUp.CancelAsync();
        await Task.WhenAll(_senders).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _giveUp.Dispose();
    }

    private async Task SendAsync(int number, Random random)
    {
        await using var client = new MllpClient(
            new MllpClientOptions
            {
                Host = "127.0.0.1", Port = _port, MaxAttempts = 1, FirstBackoff = TimeSpan.FromMilliseconds(20), LongestBackoff = TimeSpan.FromMilliseconds(200),
                AnswerTimeout = TimeSpan.FromSeconds(30),
            },
            TimeProvider.System);
        for (var next = 0; !_isFinishing; next++)
        {
            var patient = new PatientCase(string.Create(CultureInfo.InvariantCulture, $"{_prefix}{number}-{next}"), random);
            lock (_gate) _patients.Add(patient);
            for (var i = 0; i < MessagesOfPatient && !_isFinishing; i++)
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
            if (attempt == 1) Interlocked.Increment(ref _repeated);
            var answer = await client.SendAsync(message.Bytes, message.IsAnsweredBy, _giveUp.Token);
            Assert.NotEqual(MllpAnswerStatus.TimedOut, answer.Status);
            if (!answer.IsAnswered) continue;
            Assert.True(Message.TryParse(answer.Payload, ParseOptions.Default, out var read, out _));
            var text = Encoding.UTF8.GetString(read.Text.Span);
            if (read.Segment("MSA").Field(1).Text == "AA") return;
            Assert.Contains("The database is not available", text, StringComparison.Ordinal);
            Interlocked.Increment(ref _refused);
        }
    }

    private void CountAcknowledged()
    {
        lock (_gate)
        {
            if (++Acknowledged < _target) return;
            _target = int.MaxValue;
            _reached.TrySetResult();
        }
    }
}
