using System.Collections.Concurrent;
using System.Text;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.Hl7v2;
using CloudPacs.Mllp;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Crash;

/// <summary>The same message again and again.</summary>
[Trait("speed", "slow")]
public sealed class RepetitionTests
{
    private const int Times = 1000;
    private const int Senders = 8;

    [Fact]
    public async Task A_message_that_comes_a_thousand_times_over_many_connections_and_a_restart_is_applied_once()
    {
        await using var engine = await EngineProcess.StartNewAsync();
        var message = new SentMessage(PatientCase.BareOrder("NW", "SC", "REP1", "REP-1", "REPEAT^RITA", "20261201093000"));
        var answers = new ConcurrentQueue<Message>();
        var half = new TaskCompletionSource();

        var sending = Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(() => SendAsync(engine.MllpPort, message, answers, half))));
        await half.Task.WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);
        await engine.KillAsync();
        await engine.StartAsync();
        await sending;

        Assert.Equal(Times, answers.Count);
        Assert.All(answers, answer => Assert.Equal(("AA", message.ControlId), (answer.Segment("MSA").Field(1).Text, answer.Segment("MSA").Field(2).Text)));
        Assert.Single(answers.Select(static answer => Encoding.UTF8.GetString(answer.Text.Span).Split('\r', 2)[1]).Distinct());
        await using var database = new EngineDatabase(engine);
        var stored = Assert.Single(await database.StepsAsync());
        Assert.NotEmpty(stored.Accession);
        Assert.Equal([message.ControlId], await database.AppliedAsync());
        var listed = Assert.Single(await Worklist.AllAsync(engine));
        Assert.Equal((stored.Accession, stored.StudyUid), (listed.Accession, listed.StudyUid));
    }

    /// <summary>The share of one connection; what gets no answer is sent again.</summary>
    private static async Task SendAsync(int port, SentMessage message, ConcurrentQueue<Message> answers, TaskCompletionSource half)
    {
        await using var client = new MllpClient(
            new MllpClientOptions { Host = "127.0.0.1", Port = port, MaxAttempts = 1000, FirstBackoff = TimeSpan.FromMilliseconds(20), LongestBackoff = TimeSpan.FromMilliseconds(200) },
            TimeProvider.System);
        for (var i = 0; i < Times / Senders; i++)
        {
            var answer = await client.SendAsync(message.Bytes, message.IsAnsweredBy, TestContext.Current.CancellationToken);
            Assert.True(answer.IsAnswered, answer.Problem);
            Assert.True(Message.TryParse(answer.Payload, ParseOptions.Default, out var read, out _), Encoding.UTF8.GetString(answer.Payload.Span));
            answers.Enqueue(read);
            if (answers.Count >= Times / 2) half.TrySetResult();
        }
    }
}
