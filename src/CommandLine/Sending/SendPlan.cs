namespace CloudPacs.CommandLine.Sending;

/// <summary>Where and how to send.</summary>
/// <param name="Rate">Messages a second over all connections; 0 = unlimited.</param>
internal sealed record SendPlan(string Host, int Port, int Parallel, double Rate, int Repeat, TimeSpan AnswerTimeout);

/// <summary>What came of one message.</summary>
/// <param name="Code">MSA-1, or null without an answer.</param>
/// <param name="Text">MSA-3 and ERR in words, or why there was no answer.</param>
internal sealed record SendResult(string Name, string? Code, string Text, double Milliseconds);

/// <summary>What came of all.</summary>
/// <param name="Warned">Accepted, and something was told: a value that is not carried over, an entry that no station sees.</param>
internal sealed record SendSummary(
    int Sent, int Accepted, double Seconds, double PerSecond, IReadOnlyDictionary<string, int> Answers,
    double MedianMs, double P95Ms, double P99Ms, double MaxMs, IReadOnlyList<SendResult> NotAccepted, IReadOnlyList<SendResult> Warned)
{
    public static SendSummary Of(IReadOnlyCollection<SendResult> results, TimeSpan elapsed)
    {
        var latencies = results.Select(static r => r.Milliseconds).Order().ToArray();
        return new SendSummary(
            results.Count,
            results.Count(static r => r.Code is "AA" or "CA"),
            elapsed.TotalSeconds,
            results.Count / Math.Max(elapsed.TotalSeconds, 1e-9),
            results.GroupBy(static r => r.Code ?? "no answer")
                .OrderBy(static g => g.Key, StringComparer.Ordinal)
                .ToDictionary(static g => g.Key, static g => g.Count()),
            At(latencies, 0.5), At(latencies, 0.95), At(latencies, 0.99), At(latencies, 1),
            [.. results.Where(static r => r.Code is not ("AA" or "CA"))],
            [.. results.Where(static r => r.Code is "AA" or "CA" && r.Text.Length > 0)]);
    }

    private static double At(double[] sorted, double share) =>
        sorted.Length == 0 ? 0 : sorted[(int)Math.Min(sorted.Length - 1, Math.Floor(share * sorted.Length))];
}
