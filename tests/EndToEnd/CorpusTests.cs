using System.Text;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.Mllp;
using Xunit;

namespace CloudPacs.EndToEnd.Tests;

/// <summary>A large collection of messages, well formed and not, on one engine; runs when CLOUDPACS_CORPUS names its folder.</summary>
public sealed class CorpusTests
{
    /// <summary>Comes last: its answer is after all others of its connection.</summary>
    internal const string Sentinel = "MSH|^~\\&|SENTINEL|E2E|CLOUDPACS|RAD|20261124080000||ADT^A08|SENTINEL|P|2.3.1\rEVN|A08|20261124080000\rPID|1||SENTINEL^^^E2E^MR||SENTINEL^S\rPV1|1|O\r";

    [Fact]
    public async Task Every_message_is_answered_and_the_engine_lives_on()
    {
        var root = Environment.GetEnvironmentVariable("CLOUDPACS_CORPUS");
        Assert.SkipWhen(string.IsNullOrEmpty(root), "CLOUDPACS_CORPUS is not set.");
        await using var engine = await EngineInside.StartNewAsync();
        var answers = new List<string>();
        await using var client = new MllpClient(new MllpClientOptions
        {
            Host = "127.0.0.1", Port = engine.MllpPort, MaxAttempts = 1, OnUnexpected = answer => answers.Add(Encoding.UTF8.GetString(answer.Span)),
        }, TimeProvider.System);

        var files = Directory.EnumerateFiles(Path.Combine(root!, "hl7v2", "samples"), "*.hl7", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        var problems = new List<string>();
        var codes = new Dictionary<string, int>();
        foreach (var file in files)
        {
            var message = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
            answers.Clear();
            await client.SendAsync(message, null, TestContext.Current.CancellationToken);
            // Answers keep the order of their messages: what comes before the sentinel's belongs to the message.
            var sentinel = await client.SendAsync(Encoding.ASCII.GetBytes(Sentinel), static answer => answer.Span.IndexOf("|SENTINEL\r"u8) > 0, TestContext.Current.CancellationToken);
            if (!sentinel.IsAnswered) problems.Add($"{file}: {sentinel.Status} {sentinel.Problem}");
            else if (answers.Count == 0 && !WantsNoAnswer(Encoding.Latin1.GetString(message))) problems.Add($"{file}: no answer");
            foreach (var answer in answers) codes[Code(answer)] = codes.GetValueOrDefault(Code(answer)) + 1;
        }

        TestContext.Current.SendDiagnosticMessage($"{files.Count} files: {string.Join(", ", codes.Select(static pair => $"{pair.Value} {pair.Key}"))}");
        Assert.Empty(problems);
        Assert.True(files.Count > 500, $"{files.Count} files");
        await using var his = new HisSender(engine.MllpPort);
        await his.PlaceAsync(new OrderText("CO01", "CO-1", "AFTER^ALL"));
        Assert.Equal("CO01", Assert.Single(await Findscu.QueryAsync(engine.DicomPort, "00080050=CO01")).Accession);
        Assert.Equal("ready", await engine.GetAsync("/health/ready"));
        Assert.DoesNotContain(" ERR ", engine.Errors, StringComparison.Ordinal);
        Assert.Equal(0, await engine.StopAsync());
    }

    /// <summary>An acknowledgement is never acknowledged but by its own wish, and MSH-15 and MSH-16 may both say never (HL7 v2.5.1 2.9.2).</summary>
    private static bool WantsNoAnswer(string message)
    {
        var lines = message.Split('\r', '\n');
        var header = lines[0].Length > 3 ? lines[0].Split(lines[0][3]) : [];
        var asked = (header.ElementAtOrDefault(14) ?? "", header.ElementAtOrDefault(15) ?? "");
        return Array.Exists(lines, static line => line.StartsWith("MSA", StringComparison.Ordinal)) || asked is ("NE", "NE") or ("NE", "") or ("", "NE");
    }

    private static string Code(string answer)
    {
        var start = answer.IndexOf("\rMSA|", StringComparison.Ordinal);
        return start < 0 ? "other" : answer.Substring(start + 5, 2);
    }
}
