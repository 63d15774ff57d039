using System.Collections.Concurrent;
using System.Text;
using CloudPacs.Hl7v2;
using CloudPacs.Mllp;

namespace CloudPacs.CommandLine.Sending;

/// <summary>
/// Sends messages over several connections, each with one message in flight; connection <c>i</c> takes every n-th message, so that each
/// keeps its order.
/// </summary>
internal static class MessageSender
{
    public static async Task<SendSummary> SendAsync(
        SendPlan plan, IReadOnlyList<FileMessage> messages, Action<SendResult> onResult, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var results = new ConcurrentQueue<SendResult>();
        var started = clock.GetTimestamp();
        var total = (long)messages.Count * plan.Repeat;
        await Task.WhenAll(Enumerable.Range(0, plan.Parallel).Select(Connection));
        return SendSummary.Of(results, clock.GetElapsedTime(started));

        async Task Connection(int number)
        {
            await using var client = new MllpClient(
                new MllpClientOptions { Host = plan.Host, Port = plan.Port, AnswerTimeout = plan.AnswerTimeout, MaxAttempts = 1 }, clock);
            for (long i = number; i < total; i += plan.Parallel)
            {
                if (plan.Rate > 0 && TimeSpan.FromSeconds(i / plan.Rate) - clock.GetElapsedTime(started) is { Ticks: > 0 } early)
                    await Task.Delay(early, clock, cancellationToken);
                var result = await SendOneAsync(client, messages[(int)(i % messages.Count)], clock, cancellationToken);
                results.Enqueue(result);
                onResult(result);
            }
        }
    }

    private static async Task<SendResult> SendOneAsync(
        MllpClient client, FileMessage message, TimeProvider clock, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var controlId = Message.TryParse(message.Payload, ParseOptions.Default, out var parsed, out _) ? parsed.ControlId : "";
        var answer = await client.SendAsync(message.Payload, bytes => Answers(bytes, controlId), cancellationToken);
        var elapsed = clock.GetElapsedTime(started).TotalMilliseconds;
        if (!answer.IsAnswered) return new SendResult(message.Name, null, answer.Problem ?? answer.Status.ToString(), elapsed);
        if (!Message.TryParse(answer.Payload, ParseOptions.Default, out var reply, out var problem))
            return new SendResult(message.Name, null, problem?.Text ?? "unreadable answer", elapsed);
        return new SendResult(message.Name, reply.Segment("MSA").Field(1).Text, Describe(reply), elapsed);
    }

    private static bool Answers(ReadOnlyMemory<byte> bytes, string controlId) =>
        Message.TryParse(bytes, ParseOptions.Default, out var answer, out _) && (answer.Segment("MSA").Field(2).Text ?? "") == controlId;

    private static string Describe(Message reply)
    {
        // MSA-3 says again what the first ERR says.
        var text = new StringBuilder(reply.Count("ERR") > 0 ? null : reply.Segment("MSA").Field(3).Text);
        for (var i = 1; i <= reply.Count("ERR"); i++)
        {
            var error = reply.Segment("ERR", i);
            text.Append(text.Length > 0 ? "; " : "")
                .Append(Encoding.UTF8.GetString(error.Field(1).Raw))
                .Append(Encoding.UTF8.GetString(error.Field(2).Raw));
            if (error.Field(3).Text is { } code) text.Append(' ').Append(error.Field(4).Text).Append(' ').Append(code);
            if (error.Field(8).Text is { } words) text.Append(' ').Append(words);
        }

        return text.ToString();
    }
}
