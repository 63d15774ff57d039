using System.Diagnostics;
using System.Text;
using CloudPacs.Dicom;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Loading;
using CloudPacs.Mapping.Testing;
using Xunit;

namespace CloudPacs.Mapping.Tests;

/// <summary>The maps of this repository: they load, hold under any message, and are fast enough.</summary>
public sealed class ShippedMapTests(ITestOutputHelper output)
{
    private static readonly MapEnvironment Environment = MapFiles.Environment with { Site = "default" };

    private static readonly Lazy<(MapSet? Set, IReadOnlyList<MapDiagnostic> Diagnostics)> Loaded = new(() => MapCatalog.Load(MapFiles.Shipped, Environment));

    // What the domain adds after the first phase: state, generated ids, character set.
    private static readonly string[] OfTheDomain =
    [
        "00080005", "00400100/00400020", "00401001", "00400100/00400009",
        // What follows from the keys of rows.
        "00080050", "00080051/00400031", "00080051/00400032", "00080051/00400033", "00100020", "00100021", "00100024/00400032", "00100024/00400033", "00380010",
        "00380014/00400031", "00402016", "00402017", "00400026/00400031", "00400027/00400031",
    ];


    private static SenderMap Default => Loaded.Value.Set!.Find("default")!;

    public static TheoryData<string> Cases => [.. Directory.EnumerateFiles(Path.Combine(MapFiles.Shipped, "tests", "cases"), "*.json").Select(path => Path.GetFileNameWithoutExtension(path)!).Order()];

    [Fact]
    public void They_load_without_a_finding()
    {
        Assert.Empty(Loaded.Value.Diagnostics.Select(diagnostic => diagnostic.ToString()));
        Assert.NotNull(Loaded.Value.Set);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_attributes_of_a_case_come_from_the_first_phase(string name)
    {
        var diagnostics = new Diagnostics();
        var test = MapTestReader.ReadAll(MapFiles.Shipped, diagnostics).Single(candidate => candidate.At.File.EndsWith($"/{name}.json", StringComparison.Ordinal));
        var found = new Diagnostics();
        var set = MapSetLoader.Load(MapSource.Read(MapFiles.Shipped, "default", found), Environment, CloudPacs.Mapping.Functions.FunctionTable.Default, found, test.Config)!;

        var mapped = set.Find("default")!.Map(MapFiles.Parse(ReadMessage(test)), new MapContext(test.Now!.Value, _ => "1"));

        if (test.Expect.Ack == "AE")
        {
            var problem = mapped.Patients.SelectMany(patient => patient.Problems).Concat(mapped.Groups.SelectMany(group => group.Problems)).Concat(mapped.Procedures.SelectMany(procedure => procedure.Problems)).First();
            Assert.Equal((test.Expect.ErrorCode, test.Expect.ErrorLocation), (problem.Code.ToString(null, null), problem.Location?.ToString()));
            return;
        }

        var problems = mapped.Patients.SelectMany(patient => patient.Problems).Concat(mapped.Groups.SelectMany(group => group.Problems))
            .Concat(mapped.Procedures.SelectMany(procedure => procedure.Problems.Concat(procedure.Steps.SelectMany(step => step.Problems))));
        Assert.Empty(problems);
        var expected = test.Expect.Mwl!.Select(entry => (IReadOnlyList<KeyValuePair<string, string>>)[.. entry.Where(pair => !OfTheDomain.Contains(pair.Key) && !pair.Value.StartsWith("re:^2", StringComparison.Ordinal) && !pair.Value.StartsWith("re:^[A-Z0-9]{1,16}", StringComparison.Ordinal))]).ToList();
        Assert.Empty(WorklistComparer.Compare(expected, Entries(mapped)));
        Assert.Empty(test.Expect.Warnings is { } warnings ? WarningComparer.Compare(warnings, mapped.Warnings) : []);
    }

    [Fact]
    public void No_field_can_make_them_throw()
    {
        var message = File.ReadAllText(Path.Combine(MapFiles.Shipped, "tests", "cases", "s01-orm-nw-full.hl7")).ReplaceLineEndings("\r").TrimEnd('\r');
        string[] values = ["", "\"\"", new string('x', 10_000), @"\X4\ \Q\ \", "^^^^^^^^^", "~~~~", "&&&&", "^\"\"^\"\"", "20269999999999", "-1", "\u202e\u0301\ud83d\ude00", "\\X00\\\\X0D\\"];
        var segments = message.Split('\r');
        var state = new FhirState { ServiceRequestStatus = "active", TaskStatus = "requested", PatientReference = "Patient/1", StepId = "S", StartInstant = MapFiles.ReceivedAt };
        var count = 0;
        for (var s = 0; s < segments.Length; s++)
        {
            var fields = segments[s].Split('|');
            for (var f = s == 0 ? 2 : 1; f < fields.Length; f++)
            {
                foreach (var value in values.Append(fields[f] + "~" + fields[f]))
                {
                    var changed = segments.ToArray();
                    changed[s] = string.Join('|', fields.Select((field, index) => index == f ? value : field));
                    if (!Message.TryParse(Encoding.UTF8.GetBytes(string.Join('\r', changed)), ParseOptions.Default, out var parsed, out _)) continue;
                    var mapped = Default.Map(parsed, MapContext.Preview(MapFiles.ReceivedAt));
                    foreach (var scope in mapped.Patients.Select(patient => patient.Scope).Concat(mapped.Procedures.SelectMany(procedure => procedure.Steps.Select(step => step.Scope).Prepend(procedure.Scope))))
                        Assert.NotNull(SenderMap.RenderFhir(scope, state));
                    count++;
                }
            }
        }

        Assert.True(count > 500);
    }

    [Fact]
    public void Both_forms_give_the_same_for_every_case()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(MapFiles.Shipped, "tests", "cases"), "*.hl7"))
        {
            var message = MapFiles.Parse(File.ReadAllText(file).TrimEnd());

            var fast = Default.Map(message, MapContext.Preview(MapFiles.ReceivedAt));
            var traced = Default.Explain(message, MapContext.Preview(MapFiles.ReceivedAt));

            Assert.Equal(string.Join('\n', Entries(fast).Select(Dump)), string.Join('\n', Entries(traced.Mapped!).Select(Dump)));
            Assert.Equal(fast.Warnings, traced.Mapped!.Warnings);
        }
    }

    [Fact]
    public void Fifty_senders_load_in_two_seconds()
    {
        var diagnostics = new Diagnostics();
        var files = MapSource.Read(MapFiles.Shipped, "default", diagnostics).Files.ToDictionary(file => file.Key, file => file.Value);
        for (var i = 0; i < 50; i++) files[$"senders/s{i}.yaml"] = $"sender: s{i}\nmatch: {{ MSH-3.1: S{i} }}\nextends: [base/order@1, base/appointment@1]\nrules: {{ label: off }}\n";
        var source = new MapSource("default", files);
        MapCatalog.Load(source, Environment);

        var watch = Stopwatch.StartNew();
        var (set, found) = MapCatalog.Load(source, Environment);
        watch.Stop();

        Assert.Empty(found);
        Assert.True(set!.Senders.Count >= 51);
        output.WriteLine($"{set.Senders.Count} senders: {watch.ElapsedMilliseconds} ms");
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"Loading took {watch.Elapsed}.");
    }

    /// <summary>Roughly how long a message takes; the bound is wide, the figure is in the output.</summary>
    [Fact]
    public void A_message_is_mapped_in_microseconds()
    {
        var bytes = Encoding.UTF8.GetBytes(File.ReadAllText(Path.Combine(MapFiles.Shipped, "tests", "cases", "s01-orm-nw-full.hl7")));
        Assert.True(Message.TryParse(bytes, ParseOptions.Default, out var message, out _));
        var context = MapContext.Preview(MapFiles.ReceivedAt);
        var state = new FhirState { ServiceRequestStatus = "active", TaskStatus = "requested", PatientReference = "Patient/1", StepId = "S", StartInstant = MapFiles.ReceivedAt };
        for (var i = 0; i < 3_000; i++) Render(Default.Map(message, context));

        const int Runs = 3_000;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Runs; i++)
        {
            message.TryLoad(bytes, ParseOptions.Default, out _);
            Default.Map(message, context);
        }

        var first = watch.Elapsed;
        var bytesEach = (GC.GetAllocatedBytesForCurrentThread() - before) / Runs;
        var mapped = Default.Map(message, context);
        watch.Restart();
        for (var i = 0; i < Runs; i++) Render(mapped);
        output.WriteLine($"parse + first phase {first.TotalMicroseconds / Runs:0.0} us, {bytesEach} bytes; FHIR of patient, order and step {watch.Elapsed.TotalMicroseconds / Runs:0.0} us");
        Assert.True(first.TotalMicroseconds / Runs < 20_000);

        void Render(MappedMessage from)
        {
            SenderMap.RenderFhir(from.Patients[0].Scope, state);
            SenderMap.RenderFhir(from.Procedures[0].Scope, state);
            SenderMap.RenderFhir(from.Procedures[0].Steps[0].Scope, state);
        }
    }

    private static string ReadMessage(MapTest test) => (test.Message ?? File.ReadAllText(Path.Combine(MapFiles.Shipped, test.MessageFile!))).TrimEnd();

    /// <summary>Entries as a worklist gives them: patient, visit, procedure and one step.</summary>
    private static List<DataSet> Entries(MappedMessage mapped)
    {
        List<DataSet> entries = [];
        foreach (var procedure in mapped.Procedures)
        {
            foreach (var step in procedure.Steps)
            {
                var entry = new DataSet();
                foreach (var element in mapped.Patients[0].PatientAttributes.Concat(mapped.Patients[0].VisitAttributes).Concat(procedure.Attributes)) entry.Add(element);
                var item = new DataSet();
                foreach (var element in step.Attributes) item.Add(element);
                if (step.Start is { } start)
                {
                    item.Set(Tags.ScheduledProcedureStepStartDate, start.ToString("yyyyMMdd", null));
                    item.Set(Tags.ScheduledProcedureStepStartTime, start.ToString("HHmmss", null));
                }

                if (procedure.First.StudyInstanceUid is { } uid) entry.Set(Tags.StudyInstanceUid, uid);
                if (procedure.First.RequestedProcedureId is { } id) entry.Set(Tags.RequestedProcedureId, id);
                entries.Add(entry.SetSequence(Tags.ScheduledProcedureStepSequence, item));
            }
        }

        return entries;
    }

    private static string Dump(DataSet data) => string.Join('\n', data.Select(element => $"{element.Tag} {string.Join('\\', element.Values)}{string.Concat(element.Items.Select(item => "{" + Dump(item) + "}"))}"));
}
