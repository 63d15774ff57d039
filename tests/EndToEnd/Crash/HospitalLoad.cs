using System.Globalization;
using System.Text;
using CloudPacs.Hl7v2;
using CloudPacs.Mllp;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Crash;

/// <summary>
/// Senders of messages: each has one connection and one message under way, and sends it again until it is accepted. A refusal for any other reason than a database that is away ends the test.
/// </summary>
internal sealed class HospitalLoad : CrashLoad
{
    private const int MessagesOfPatient = 9;
    private readonly string _prefix;
    private readonly int _port;
    private readonly List<PatientCase> _patients = [];
    private int _refused;

    public HospitalLoad(int port, string prefix, int connections, int seed)
    {
        (_port, _prefix) = (port, prefix);
        Start(connections, number => SendAsync(number, new Random(seed + number)));
    }

    /// <summary>Answers AR 207: the database is away.</summary>
    public int Refused => _refused;

    /// <summary>Starts no new message; ends when each sender has the acknowledgement of its last.</summary>
    public async Task<IReadOnlyList<PatientCase>> FinishAsync()
    {
        await WaitForAllAsync();
        return _patients;
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
        for (var next = 0; !IsFinishing; next++)
        {
            var patient = new PatientCase(string.Create(CultureInfo.InvariantCulture, $"{_prefix}{number}-{next}"), random);
            lock (_patients) _patients.Add(patient);
            for (var i = 0; i < MessagesOfPatient && !IsFinishing; i++)
            {
                await SendAsync(client, patient.Next());
                CountAnswered();
            }
        }
    }

    private async Task SendAsync(MllpClient client, SentMessage message)
    {
        for (var attempt = 0; ; attempt++)
        {
            if (attempt == 1) CountRepeated();
            var answer = await client.SendAsync(message.Bytes, message.IsAnsweredBy, GiveUp);
            Assert.NotEqual(MllpAnswerStatus.TimedOut, answer.Status);
            if (!answer.IsAnswered) continue;
            Assert.True(Message.TryParse(answer.Payload, ParseOptions.Default, out var read, out _));
            var text = Encoding.UTF8.GetString(read.Text.Span);
            if (read.Segment("MSA").Field(1).Text == "AA") return;
            Assert.Contains("The database is not available", text, StringComparison.Ordinal);
            Interlocked.Increment(ref _refused);
        }
    }
}
