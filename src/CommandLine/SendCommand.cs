using System.CommandLine;
using System.Text.Json;
using CloudPacs.CommandLine.Sending;
using CloudPacs.Hl7v2;
using CloudPacs.Integration.Hosting;
using Spectre.Console;

namespace CloudPacs.CommandLine;

/// <summary><c>cloudpacs send</c>: HL7v2 files or folders to an MLLP port, with a summary of answers and latencies.</summary>
internal static class SendCommand
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("paths")
        {
            Description = "Files or folders with HL7v2 messages; '-' reads standard input", Arity = ArgumentArity.OneOrMore,
        };
        var host = new Option<string>("--host") { Description = "Host of the receiver", DefaultValueFactory = _ => "127.0.0.1" };
        var port = new Option<int>("--port", "-p")
        {
            Description = "MLLP port of the receiver", DefaultValueFactory = _ => OptionRules.LocalPort(
                static settings => settings.Mllp.Port),
        }.Within(1, 65535);
        var connections = new Option<int>("--connections", "--parallel")
        {
            Description = "Connections side by side", DefaultValueFactory = _ => 1,
        }.Within(1, 1000);
        var rate = new Option<double>("--rate")
        {
            Description = "Messages a second over all connections; 0 = as fast as answers come",
        }.Within(0, 1_000_000);
        var repeat = new Option<int>("--repeat")
        {
            Description = "Send everything this many times", DefaultValueFactory = _ => 1,
        }.Within(1, 1_000_000);
        var timeout = new Option<double>("--timeout")
        {
            Description = "Seconds to wait for an answer", DefaultValueFactory = _ => 30,
        }.Within(0.1, 86_400);
        var json = JsonOption.Create();
        var command = new Command("send", "Send HL7v2 messages to an MLLP port")
        {
            paths, host, port, connections, rate, repeat, timeout, json,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var messages = MessageFiles.Read(result.GetValue(paths)!);
            if (messages.Count == 0)
                throw new StartException(
                    "There is no message in the files named; of a folder, files ending in .hl7, .txt, .er7 and .msg are read.");
            var plan = new SendPlan(
                result.GetValue(host)!, result.GetValue(port), result.GetValue(connections), result.GetValue(rate), result.GetValue(repeat),
                TimeSpan.FromSeconds(
                    result.GetValue(timeout)));
            var isJson = result.GetValue(json);
            var summary = isJson || !result.Output().IsTerminal()
                ? await MessageSender.SendAsync(plan, messages, static _ => { }, TimeProvider.System, cancellationToken)
                : await WithProgressBar(plan, messages, cancellationToken);
            if (isJson) result.Output().WriteLine(JsonSerializer.Serialize(summary, JsonOption.Format));
            else Print(result.Output(), summary);
            return summary.Accepted == summary.Sent ? Cli.Done : Cli.Failed;
        });
        return command;
    }

    private static Task<SendSummary> WithProgressBar(SendPlan plan, List<FileMessage> messages, CancellationToken cancellationToken) =>
        AnsiConsole.Progress().AutoClear(true).StartAsync(context =>
        {
            var task = context.AddTask("sending", maxValue: (double)messages.Count * plan.Repeat);
            return MessageSender.SendAsync(plan, messages, _ => task.Increment(1), TimeProvider.System, cancellationToken);
        });

    private static void Print(TextWriter output, SendSummary summary)
    {
        Print(output, summary.NotAccepted);
        Print(output, summary.Warned);
        var warned = summary.Warned.Count > 0 ? $", {summary.Warned.Count} of them accepted with warnings" : "";
        output.WriteLine(
            $"{summary.Sent} sent in {summary.Seconds:0.###} s ({summary.PerSecond:0.#}/s): "
            + string.Join(", ", summary.Answers.Select(a => $"{a.Value} {a.Key}")) + warned);
        output.WriteLine(
            $"latency ms: median {summary.MedianMs:0.##}, 95 % {summary.P95Ms:0.##}, 99 % {summary.P99Ms:0.##}, longest "
                + $"{summary.MaxMs:0.##}");
    }

    private static void Print(TextWriter output, IReadOnlyList<SendResult> answers)
    {
        foreach (var answer in answers.Take(20)) output.WriteLine($"{answer.Name}: {answer.Code ?? "no answer"} {answer.Text}");
        if (answers.Count > 20) output.WriteLine($"… and {answers.Count - 20} more");
    }
}
