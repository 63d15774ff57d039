using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using CloudPacs.Dicom;
using CloudPacs.Domain.Orders;
using CloudPacs.Hl7v2;
using CloudPacs.Integration.Messages;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Testing;
using CloudPacs.Mapping.Tests;
using CloudPacs.Settings;
using CloudPacs.Store.Messages;
using CloudPacs.Store.Workspaces;
using CloudPacs.Translation;
using CloudPacs.Worklist;
using Xunit;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>Damaged orders: whatever comes, the engine answers, says why, and shows nothing that a modality could choke on.</summary>
public sealed class MutatedOrders(ITestOutputHelper output)
{
    private const int MessagesOfEach = 100;
    private static readonly int[] Table0357 = [100, 101, 102, 103, 200, 201, 202, 203, 204, 205, 206, 207, 199];
    private static readonly int Workspaces = Cases.Long ? 1000 : 100;
    // Orders that come again as they are, and news, questions and containers, which have no entry of their own.
    private static readonly string[] Settled = ["NW", "RO", "CH", "XO", "XX", "XR", "SC", "SN", "SS", "PA", "RE", "OK", "UA", "UC", "UD", "UH", "UM", "UR", "UX"];
    private static readonly EntryFactory Factory = new(new WorklistSettings(), Pipeline.Zone);

    [Fact]
    [Trait("speed", "slow")]
    public void Are_answered_with_a_reason_and_leave_no_value_that_DICOM_forbids() => Run(static seed => new MessageMutator(seed).Mutate);

    [Fact]
    [Trait("speed", "slow")]
    public void Of_another_structure_are_answered_with_a_reason_and_leave_no_value_that_DICOM_forbids() => Run(static seed => new StructureMutator(seed).Mutate);

    private void Run(Func<int, Func<byte[], byte[]>> mutatorOf)
    {
        var samples = Samples();
        var failures = new ConcurrentDictionary<string, string>();
        var codes = new ConcurrentDictionary<string, int>();
        Parallel.For(0, Workspaces, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, seed =>
        {
            var mutate = mutatorOf(Cases.Seed(seed));
            var random = new Random(Cases.Seed(seed));
            var pipeline = new Pipeline(new MllpListenerSettings { AckMode = "original" });
            for (var i = 0; i < MessagesOfEach && failures.Count < 30; i++)
            {
                var message = mutate(samples[random.Next(samples.Count)]);
                var (code, problem) = Try(pipeline, message);
                codes.AddOrUpdate(code, 1, static (_, count) => count + 1);
                // One of a kind is enough to mend it.
                if (problem is not null) failures.TryAdd(problem, $"workspace {seed}, message {i}\n{Printable(message)}");
            }
        });

        output.WriteLine(string.Join(", ", codes.OrderBy(static code => code.Key).Select(static code => $"{code.Key} {code.Value}")));
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures.Select(static failure => $"{failure.Key}: {failure.Value}")));
        Assert.Equal(Workspaces * MessagesOfEach, codes.Values.Sum());
        Assert.All(["AA", "AE", "AR"], code => Assert.True(codes.GetValueOrDefault(code) > Workspaces * MessagesOfEach / 25, $"There are few {code}."));
    }

    private static (string Code, string? Problem) Try(Pipeline pipeline, byte[] message)
    {
        InboundMessage read;
        AppliedResult result;
        try
        {
            read = pipeline.Read(message);
            result = pipeline.Apply(read);
        }
        catch (Exception e)
        {
            pipeline.StartOver();
            return ("exception", $"{e.GetType().Name}: {e.Message} {e.StackTrace?.Split('\n').FirstOrDefault(static line => line.Contains("CloudPacs", StringComparison.Ordinal))?.Trim()}");
        }

        if (result.Answers.Count != 1 || !Message.TryParse(result.Answers[0], ParseOptions.Default, out var answer, out _)) return ("none", "no answer that can be read");
        var code = answer.Get(FieldPath.Parse("MSA-1")).ToString();
        if (code is not ("AA" or "AE" or "AR")) return (code, "an answer without MSA-1");
        if (read.Message is { } request && !answer.Get(FieldPath.Parse("MSA-2")).Raw.SequenceEqual(request[0].Field(10).Raw)) return (code, "MSA-2 is not MSH-10");

        var changes = EntryCollector.Collect(pipeline.Workspace, pipeline.Workspace.Changed, Factory, revision: 1);
        pipeline.Workspace.AcceptChanges();
        var problem = code == "AA" ? FindSilence(read, result, answer, changes, pipeline.Workspace) : FindMissingReason(read, result, answer, changes);
        return (code, problem ?? changes?.Entries.Select(FindBadValue).FirstOrDefault(static bad => bad is not null));
    }

    private static string? FindSilence(InboundMessage read, AppliedResult result, Message answer, WorklistChanges? changes, Workspace workspace)
    {
        if (changes is { Entries.Count: > 0 } || MessageGate.Kind(read.Message!) != MessageKind.Order || result.Journal.Status == MessageStatus.Duplicate) return null;
        // The same again changes nothing, and rightly so: what was asked for is there.
        if (result.Problems.Count == 0 && Control(read).Split('+').All(Settled.Contains) && IsStored(read, workspace)) return null;
        if (!result.Problems.Any(static problem => problem.Severity == Severity.Warning)) return $"AA for {Control(read)} without a change or a warning";
        return answer.Segment("ERR").Exists && answer.Get(FieldPath.Parse("MSA-3")).HasValue ? null : "a warning that the answer does not tell";
    }

    private static bool IsStored(InboundMessage read, Workspace workspace) => ((OrderCommands)read.Commands!.Commands!).Commands.All(command =>
    {
        var keys = OrderKeys.Of(command, read.Commands.Context, workspace.InstallationNamespace);
        return (keys.Placer is { } placer && workspace.FindByPlacer(placer).Count > 0)
            || (keys.Filler is { } filler && workspace.FindByFiller(filler).Count > 0)
            || (keys.Accession is { } accession && workspace.FindByAccession(accession).Count > 0);
    });

    private static string? FindMissingReason(InboundMessage read, AppliedResult result, Message answer, WorklistChanges? changes)
    {
        if (changes is not null) return "a refusal that changed something";
        var error = result.FirstError;
        if (error is null) return "a refusal without an error";
        if (!Table0357.Contains(error.Code)) return $"code {error.Code} is not of table 0357";
        if (!answer.Segment("ERR").Exists) return "a refusal without ERR";
        if (read.Message is null) return null;
        var isNew = answer.Get(FieldPath.Parse("ERR-3")).HasValue;
        var segment = answer.Get(FieldPath.Parse(isNew ? "ERR-2.1" : "ERR-1.1")).ToString();
        var code = answer.Get(FieldPath.Parse(isNew ? "ERR-3.1" : "ERR-1.4")).ToString();
        if (segment.Length != 3) return $"no segment in ERR for code {error.Code}: {error.Text} at '{error.Location}'";
        return code == error.Code.ToString(CultureInfo.InvariantCulture) ? null : $"ERR has {code}, not {error.Code}";
    }

    private static string? FindBadValue(WorklistEntry entry)
    {
        if (entry.AccessionNumber.Length is 0 or > 16) return "an accession number that SH cannot hold";
        return FindBadValue(entry.Compose());
    }

    private static string? FindBadValue(DataSet data)
    {
        foreach (var element in data)
        {
            foreach (var value in element.Values.Where(static value => value.Length > 0))
                if (VrRules.FindProblem(value, element.VR) is { } problem) return $"{element.Tag} {problem}";
            foreach (var item in element.Items)
                if (FindBadValue(item) is { } inner) return inner;
        }

        return null;
    }

    private static string Control(InboundMessage read) => string.Join('+', read.Mapped!.Groups.Select(static group => group.Control));

    private static string Printable(byte[] message)
    {
        var text = Encoding.Latin1.GetString(message).Replace('\r', '\n');
        return text.Length > 3000 ? text[..3000] + "..." : text;
    }

    private static List<byte[]> Samples()
    {
        var samples = MapTestReader.ReadAll(MapFiles.Shipped, new Diagnostics())
            .Select(static test => test.Message is { } text ? Encoding.UTF8.GetBytes(text) : File.ReadAllBytes(Path.Combine(MapFiles.Shipped, test.MessageFile!))).ToList();
        samples.Add(Encoding.UTF8.GetBytes(NumberedOrder.Text("M1", "")));
        samples.Add(Encoding.UTF8.GetBytes(NumberedOrder.Text("M2", "", version: "2.3")));
        return samples;
    }
}
