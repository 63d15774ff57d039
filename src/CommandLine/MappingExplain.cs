using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.Dicom;
using CloudPacs.Hl7v2;
using CloudPacs.Integration.Hosting;
using CloudPacs.Integration.Messages;
using CloudPacs.Mapping;
using CloudPacs.Mapping.Explaining;
using CloudPacs.Settings;

namespace CloudPacs.CommandLine;

/// <summary>
/// <c>cloudpacs mapping explain|preview [SENDER] FILE</c>: how the values of a message come about, and what the engine would make of it.
/// </summary>
internal static class MappingExplain
{
    public static Command Explain(Option<string[]> set)
    {
        var arguments = Arguments();
        var masked = new Option<bool>("--masked") { Description = "Hide names and numbers of persons" };
        var destination = new Option<string>("--destination")
        {
            Description = "Explain what this destination is told of the message instead",
        };
        var command = new Command("explain", "Say for each value which rule and which bytes of the message gave it")
        {
            arguments, masked, destination,
        };
        command.SetAction(result =>
        {
            var (sender, file) = Read(result.GetValue(arguments)!);
            var settings = SettingsOption.Load(result, set);
            var maps = MappingCommand.For(MappingCommand.Load(settings), sender);
            if (Path.GetExtension(file) == ".yaml") return ExplainTest(result.Output(), settings, maps, file, result.GetValue(masked));
            var now = TimeProvider.System.GetUtcNow();
            var told = result.GetValue(destination) is { } name ? DestinationOf(maps, name) : null;
            var rehearsal = new MapRehearsal(
                settings.Mapping.Directory, maps, MappingCommand.EnvironmentOf(settings), now, told?.Name);
            foreach (var outgoing in MessageFiles.Read([file]))
            {
                if (!Message.TryParse(outgoing.Payload, ParseOptions.Default, out var message, out var problem))
                    throw new StartException($"{outgoing.Name}: {problem.Text}");
                var map = maps.Resolve(message);
                var applied = rehearsal.Send(outgoing.Payload).Result;
                if (told is not null) Print(result.Output(), told, rehearsal.Explained, result.GetValue(masked));
                else
                {
                    result.Output().WriteLine($"sender {map.Name}, version {map.Version}\n");
                    result.Output().WriteLine(map.Explain(message, MapContext.Preview(now)).ToText(result.GetValue(masked)));
                }

                result.Output().WriteLine($"answer: {AnswerBuilder.CodeOf(applied.Answers)}");
                foreach (var found in applied.Problems)
                    result.Output().WriteLine($"{found.Severity} {found.Code} {found.Location} {found.Text}");
            }

            return Cli.Done;
        });
        return command;
    }

    /// <summary>What the destination of a test is told of its last event.</summary>
    private static int ExplainTest(TextWriter output, EngineSettings settings, MapSet maps, string file, bool isMasked)
    {
        var runner = new MapTestRunner(settings.Mapping.Directory, MappingCommand.EnvironmentOf(settings));
        var path = Path.GetFullPath(file);
        var test = runner.ReadTests()
            .FirstOrDefault(test => Path.GetFullPath(Path.Combine(settings.Mapping.Directory, test.At.File)) == path)
            ?? throw new StartException($"{file} is no test below {settings.Mapping.Directory}.");
        if (test.Destination is not { } name)
            throw new StartException($"{file} is no test of a destination: name its message file to explain that.");
        var outcome = runner.Run(test);
        Print(output, DestinationOf(maps, name), outcome.Explained, isMasked);
        foreach (var difference in outcome.Differences) output.WriteLine(difference);
        return outcome.Differences.Count == 0 ? Cli.Done : Cli.Failed;
    }

    private static DestinationMap DestinationOf(MapSet maps, string name) => maps.FindDestination(name) ?? throw new StartException(
        $"There is no destination '{name}'; there are {string.Join(", ", maps.Destinations.Select(static map => map.Name))}.");

    private static void Print(TextWriter output, DestinationMap map, IReadOnlyList<MapExplanation> explained, bool isMasked)
    {
        output.WriteLine($"destination {map.Name}, version {map.Version}\n");
        foreach (var explanation in explained) output.WriteLine(explanation.ToText(isMasked));
        if (explained.Count == 0) output.WriteLine("It is told nothing of this.");
    }

    public static Command Preview(Option<string[]> set)
    {
        var arguments = Arguments();
        var command = new Command(
            "preview",
            "Show as JSON what the engine would make of a message on an empty store: answer, worklist entries, FHIR "
                + "resources") { arguments };
        command.SetAction(result =>
        {
            var (sender, file) = Read(result.GetValue(arguments)!);
            var settings = SettingsOption.Load(result, set);
            var maps = MappingCommand.For(MappingCommand.Load(settings), sender);
            var rehearsal = new MapRehearsal(
                settings.Mapping.Directory, maps, MappingCommand.EnvironmentOf(settings), TimeProvider.System.GetUtcNow());
            var isAccepted = true;
            foreach (var outgoing in MessageFiles.Read([file]))
            {
                var (message, applied) = rehearsal.Send(outgoing.Payload);
                isAccepted &= AnswerBuilder.CodeOf(applied.Answers) is "AA" or "CA";
                result.Output().WriteLine(Json(outgoing.Name, message, applied, rehearsal).ToJsonString(JsonOption.Format));
            }

            return isAccepted ? Cli.Done : Cli.Failed;
        });
        return command;
    }

    /// <summary>What a message came to, for people and for comparison.</summary>
    internal static JsonObject Json(string name, InboundMessage message, AppliedResult applied, MapRehearsal rehearsal) => new()
    {
        ["message"] = name,
        ["sender"] = message.Sender?.Name,
        ["ack"] = AnswerBuilder.CodeOf(applied.Answers),
        ["problems"] = new JsonArray([.. applied.Problems.Select(static problem => (JsonNode)new JsonObject
        {
            ["severity"] =
                problem.Severity.ToString(), ["code"] = problem.Code, ["location"] = problem.Location?.ToString(), ["text"] = problem.Text,
        })]),
        ["warnings"] = new JsonArray([.. applied.Journal.Warnings.Select(static warning => (JsonNode)warning)]),
        ["unmapped"] =
            new JsonArray([.. (message.Mapped?.Misses ?? []).Distinct().Select(static miss => (JsonNode)$"{miss.Table} {miss.Key}")]),
        ["out"] = new JsonArray([.. (message.Mapped?.Out ?? [])
            .Select(static field => (JsonNode)new JsonObject { [field.Path.ToString()] = field.Value })]),
        ["worklist"] =
            new JsonArray(
                [.. rehearsal.Worklist().Select(static entry => JsonNode.Parse(Encoding.UTF8.GetString(DicomJson.ToUtf8Bytes(entry))))]),
        ["resources"] = new JsonArray([.. rehearsal.Resources()]),
    };

    private static Argument<string[]> Arguments() =>
        new("[sender] file")
        {
            Description = "File with an HL7v2 message; before it the name of a sender, when the message is not to say itself whose it is",
            Arity = new ArgumentArity(1, 2),
        };

    private static (string? Sender, string File) Read(string[] arguments) =>
        arguments is [var sender, var file] ? (sender, file) : (null, arguments[0]);
}
