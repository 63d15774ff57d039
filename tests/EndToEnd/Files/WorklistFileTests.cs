using System.Text.Json.Nodes;
using CloudPacs.Dicom;
using CloudPacs.EndToEnd.Tests.Crash;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Matching;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Files;

/// <summary>A site moves with the files of its former worklist server, and may move away with them.</summary>
public sealed class WorklistFileTests(WorklistFileTests.SharedSite site) : IClassFixture<WorklistFileTests.SharedSite>, IDisposable
{
    private const int Count = 106;
    private static int tests;
    private readonly ScratchFolder _folder = new();
    private readonly TestedEngine _engine = site.Engine;

    /// <summary>Patient, order and study of this test are of this number.</summary>
    private readonly int _number = Interlocked.Increment(ref tests);

    private string Accession => $"FACC{_number}";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Files_of_all_syntaxes_and_character_sets_are_found_with_equal_values_and_taken_once()
    {
        Tool.SkipWithout("dump2dcm");
        await EntryDumps.WriteAsync(_folder["lists"], Count);
        await using var engine = await StartAsync();

        var first = await ImportAsync(engine, "lists");
        var again = await ImportAsync(engine, "lists");

        Assert.Equal(Enumerable.Repeat("made", Count), first.Select(static file => (string?)file!["result"]));
        Assert.Equal(Enumerable.Repeat("known", Count), again.Select(static file => (string?)file!["result"]));
        Assert.Equal(Count, (await Findscu.QueryAsync(engine.DicomPort, "00100020=*")).Count);
        await using var database = new EngineDatabase(engine);
        Assert.Equal(Count, await database.CountAsync("scheduled_procedure_step"));
        Assert.Equal(Count, await database.CountAsync("fhir_resource WHERE type = 'ServiceRequest'"));
        var entries = Directory.GetFiles(_folder["lists"], "*.wl", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(static file => (Name: Path.GetFileName(file), Sent: Part10.Read(File.ReadAllBytes(file)).DataSet)).ToList();
        var firstOfPatient = entries.GroupBy(static entry => entry.Sent.GetString(Tags.PatientId)).Select(static files => files.First()).ToHashSet();
        foreach (var entry in entries) await AssertFoundAsync(engine, entry.Sent, entry.Name, ofPatient: firstOfPatient.Contains(entry));
        for (var n = EntryDumps.Samples; n < Count; n++)
            Assert.Equal(EntryDumps.NameOf(n), Assert.Single(await Findscu.QueryAsync(engine.DicomPort, $"00080050=GEN{n:D5}")).Name);
    }

    [Fact]
    public async Task What_is_exported_other_servers_and_another_engine_show_the_same()
    {
        Tool.SkipWithout("dump2dcm");
        await EntryDumps.WriteAsync(_folder["lists"], 20);
        await using var engine = await StartAsync();
        await ImportAsync(engine, "lists");

        await RunAsync(engine, "export", _folder["moved"]);
        await using var other = await StartAsync();
        await ImportAsync(other, "moved");
        await using var dcmtk = await WorklistServer.StartWlmscpfsAsync(folder => CopyAll(_folder["moved"], folder));

        Assert.Equal(20, Directory.GetFiles(_folder["moved"]).Length);
        var here = await ShownAsync(engine.DicomPort);
        Assert.Equal(20, here.Count);
        Assert.Equal(here, await ShownAsync(other.DicomPort));
        Assert.Equal(here, await ShownAsync(dcmtk.Port));
    }

    [Fact]
    public async Task A_second_import_brings_nothing_back_and_closes_nothing()
    {
        Write("one.wl", static entry => entry);
        Write("two.wl", static entry => Step(entry, static step => step.Set(Tags.ScheduledProcedureStepId, "S2")));
        await ImportAsync(_engine, "");
        await CommandAsync($$"""{ "orders": [ { "request": "confirmCanceled", "accessionNumber": { "value": "{{Accession}}" }, "stepIds": ["S2"] } ] }""");

        var again = await ImportAsync(_engine, "");

        Assert.Equal(["known", "known"], again.Select(static file => (string?)file!["result"]));
        Assert.Equal(["S1"], (await Findscu.QueryAsync(_engine.DicomPort, $"00080050={Accession}", ">00400020=SCHEDULED")).Select(static entry => entry.StepId));
    }

    [Fact]
    public async Task What_an_entry_has_no_place_for_is_told_and_a_step_under_way_is_under_way()
    {
        Write("one.wl", static entry => Step(entry, static step => step.Set(Tags.ScheduledProcedureStepStatus, "STARTED")).Set(Tags.PatientComments, "calm").Set(new Tag(0x00101080), VR.LO, "Captain"));

        var file = Assert.Single(await ImportAsync(_engine, ""))!;

        Assert.Equal(["(0010,1080) MilitaryRank"], file["leftOut"]!.AsArray().Select(static name => (string?)name));
        Assert.Equal("STARTED", Assert.Single(await Findscu.QueryAsync(_engine.DicomPort, $"00080050={Accession}", ">00400020=STARTED")).Status);
    }

    [Fact]
    public async Task A_person_who_is_known_otherwise_stays_as_the_hospital_says_and_that_is_told()
    {
        await using var his = new HisSender(_engine.MllpPort);
        await his.PlaceAsync(OrderText.Message("ADT^A04", "2.3.1", $"EVN|A04|20261124080000\rPID|1||FP{_number}||HOSPITAL^HANNA||19800203\rPV1|1|O\r"));
        Write("one.wl", static entry => entry.Set(Tags.PatientBirthDate, "19800203").Set(Tags.PatientSex, "F"));

        async Task<JsonNode> TakeAsync() => JsonNode.Parse(await RunAsync(_engine, "import", _folder["one.wl"], "--json", "--authority", "MERCY"))!["files"]![0]!;
        var file = await TakeAsync();
        var again = await TakeAsync();

        foreach (var told in (JsonNode[])[file, again])
            Assert.Contains(told["notes"]!.AsArray(), static note => ((string)note!).StartsWith("The patient is known here with another PatientName:", StringComparison.Ordinal));
        Assert.Equal(("made", "known"), ((string?)file["result"], (string?)again["result"]));
        var found = Assert.Single(await OwnScu.QueryAsync(_engine.DicomPort, Keys(Entry()).Set(Tags.AccessionNumber, Accession).SetEmpty(Tags.PatientSex)));
        Assert.Equal(("HOSPITAL^HANNA", "F"), (found.GetString(Tags.PatientName), found.GetString(Tags.PatientSex)));
    }

    public static TheoryData<string, string> Refusals => new()
    {
        { "garbage", "" }, { "noSteps", "(0040,0100) ScheduledProcedureStepSequence" }, { "modality", "(0008,0060) Modality" }, { "completed", "(0040,0020) ScheduledProcedureStepStatus" },
        { "date", "(0040,0002) ScheduledProcedureStepStartDate" }, { "noPatient", "(0010,0020) PatientID" }, { "accession", "(0008,0050) AccessionNumber" },
        { "sex", "(0010,0040) PatientSex" }, { "uid", "(0020,000D) StudyInstanceUID" }, { "offset", "(0008,0201) TimezoneOffsetFromUTC" }, { "noNumbers", "(0008,0050) AccessionNumber" },
        { "set", "(0008,0005) SpecificCharacterSet" }, { "text", "(0010,0010) PatientName" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_file_that_cannot_be_taken_is_refused_with_the_attribute_that_is_wrong(string name, string attribute)
    {
        Write("bad/it.wl", entry => name switch
        {
            "noSteps" => entry.SetSequence(Tags.ScheduledProcedureStepSequence),
            "modality" => Step(entry, static step => step.Set(Tags.Modality, "QQ")),
            "completed" => Step(entry, static step => step.Set(Tags.ScheduledProcedureStepStatus, "COMPLETED")),
            "date" => Step(entry, static step => step.Set(Tags.ScheduledProcedureStepStartDate, "soon")),
            "noPatient" => entry.SetEmpty(Tags.PatientId),
            "accession" => entry.Set(Tags.AccessionNumber, "ACCESSION-OF-TWENTY1"),
            "sex" => entry.Set(Tags.PatientSex, "X"),
            "uid" => entry.Set(Tags.StudyInstanceUid, "1.02.3"),
            "offset" => entry.Set(Tags.TimezoneOffsetFromUtc, "+2575"),
            "noNumbers" => entry.SetEmpty(Tags.AccessionNumber).SetEmpty(Tags.StudyInstanceUid),
            _ => entry,
        });
        if (name == "garbage") _folder.Write("bad/it.wl", "this is no DICOM file at all, whatever its name says");
        if (name == "set") await ReplaceAsync("bad/it.wl", "ISO_IR 192", "ISO_IR 999");
        if (name == "text") await ReplaceAsync("bad/it.wl", "FILE^ONE", "FI\u00ff\u00fe^ONE");
        Write("good.wl", static entry => entry);

        var before = (await Findscu.QueryAsync(_engine.DicomPort, "00100020=*")).Select(static entry => entry.Accession);

        var told = await RunAsync(_engine, "import", _folder.Path, "--json");
        var files = JsonNode.Parse(told)!["files"]!.AsArray();

        Assert.Equal(["refused", "made"], files.Select(static file => (string?)file!["result"]));
        Assert.Contains(files[0]!["faults"]!.AsArray(), fault => ((string?)fault!["attribute"] ?? "") == attribute && ((string?)fault["text"])!.Length > 10);
        var after = (await Findscu.QueryAsync(_engine.DicomPort, "00100020=*")).Select(static entry => entry.Accession);
        Assert.Equal([.. before.Append(Accession).Order(StringComparer.Ordinal)], after.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Pipes_devices_links_above_and_what_is_too_long_stop_no_import()
    {
        Write("good.wl", static entry => entry);
        File.CreateSymbolicLink(_folder["device.wl"], "/dev/zero");
        Directory.CreateSymbolicLink(_folder["loop"], _folder.Path);
        await using (var long_ = File.Create(_folder["long.wl"])) long_.SetLength(64L * 1024 * 1024);
        await Tool.RunAsync("mkfifo", _folder["pipe.wl"]);

        var files = JsonNode.Parse(await RunAsync(_engine, "import", _folder.Path, "--json"))!["files"]!.AsArray();

        Assert.Equal(
            ["device.wl refused", "good.wl made", "long.wl refused", "pipe.wl refused"],
            files.Select(static file => $"{file!["file"]} {file["result"]}"));
    }

    private static async Task<TestedEngine> StartAsync() => await EngineInside.StartNewAsync(("DICOM__CHARACTERSET", "ISO_IR 192"), ("WORKLIST__KEEPVISIBLE", "73000.00:00:00"));

    private DataSet Entry() => new DataSet().Set(Tags.SpecificCharacterSet, "ISO_IR 192").Set(Tags.AccessionNumber, Accession).Set(Tags.PatientName, "FILE^ONE").Set(Tags.PatientId, $"FP{_number}")
        .Set(Tags.StudyInstanceUid, $"1.2.826.0.1.3680043.10.9.78.{_number}").Set(Tags.RequestedProcedureId, "RP1").Set(Tags.RequestedProcedureDescription, "CT")
        .SetSequence(Tags.ScheduledProcedureStepSequence, new DataSet().Set(Tags.Modality, "CT").Set(Tags.ScheduledStationAeTitle, "CT1").Set(Tags.ScheduledProcedureStepStartDate, "20261201")
            .Set(Tags.ScheduledProcedureStepStartTime, "093000").Set(Tags.ScheduledProcedureStepId, "S1"));

    private static DataSet Step(DataSet entry, Action<DataSet> change)
    {
        change(entry.GetItems(Tags.ScheduledProcedureStepSequence)[0]);
        return entry;
    }

    private void Write(string name, Func<DataSet, DataSet> change)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        EntryFiles.Write(_folder[name], change(Entry()), Uids.ModalityWorklistFind, $"1.2.826.0.1.3680043.10.8.{_number}");
    }

    private async Task ReplaceAsync(string name, string from, string to)
    {
        var bytes = System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(_folder[name], TestContext.Current.CancellationToken));
        await File.WriteAllBytesAsync(_folder[name], System.Text.Encoding.Latin1.GetBytes(bytes.Replace(from, to, StringComparison.Ordinal)), TestContext.Current.CancellationToken);
    }

    private static void CopyAll(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }

    private async Task<JsonArray> ImportAsync(TestedEngine engine, string folder) =>
        JsonNode.Parse(await RunAsync(engine, "import", _folder[folder], "--json"))!["files"]!.AsArray();

    private static async Task<string> RunAsync(TestedEngine engine, params string[] arguments)
    {
        var result = await Verb.RunAsync(["worklist", .. arguments, "--url", $"http://127.0.0.1:{engine.HttpPort}"]);
        Assert.True(result.Output.Length > 0, result.Errors);
        return result.Output;
    }

    private async Task CommandAsync(string body)
    {
        using var http = new HttpClient();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(new Uri($"http://127.0.0.1:{_engine.HttpPort}/api/commands"), content, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<List<string>> ShownAsync(int port) =>
    [
        .. (await Findscu.QueryAsync(port, "00100020=*"))
            .Select(static entry => $"{entry.Accession} {entry.Name} {entry.PatientId} {entry.StudyUid} {entry.Station} {entry.Start} {entry.Modality} {entry.StepId} {entry["00401001"]} {entry["00321060"]}")
            .Order(StringComparer.Ordinal)
    ];

    /// <summary>Every attribute that has a value is answered with the same; those of a person are what was said of the person first.</summary>
    private static async Task AssertFoundAsync(TestedEngine engine, DataSet sent, string name, bool ofPatient)
    {
        var identifier = Keys(sent).Set(Tags.SpecificCharacterSet, "ISO_IR 192").Set(Tags.AccessionNumber, sent.GetString(Tags.AccessionNumber)!);
        var found = Assert.Single(await OwnScu.QueryAsync(engine.DicomPort, identifier));
        var expected = sent.Copy();
        foreach (var element in sent)
            if (element.Tag.Group == 0x0010 && !ofPatient) expected.Remove(element.Tag);
        AssertHolds(found, expected, name);
    }

    private static DataSet Keys(DataSet level)
    {
        var keys = new DataSet();
        foreach (var element in level)
        {
            if (element.VR == VR.SQ) keys.SetSequence(element.Tag, [.. element.Items.Select(Keys)]);
            else keys.SetEmpty(element.Tag);
        }

        return keys;
    }

    private static void AssertHolds(DataSet found, DataSet sent, string where)
    {
        foreach (var element in sent)
        {
            if (element.IsEmpty || element.Tag == Tags.SpecificCharacterSet) continue;
            Assert.True(found.TryGet(element.Tag, out var answered), $"{where} {element.Tag}");
            if (element.VR != VR.SQ) Assert.Equal(element.Values.Select(static value => value.TrimEnd()), answered.Values.Select(static value => value.TrimEnd()));
            for (var n = 0; n < element.Items.Count; n++) AssertHolds(answered.Items[n], element.Items[n], $"{where} {element.Tag}[{n}]");
        }
    }

    /// <summary>The engine of all tests but those that count or export everything.</summary>
    public sealed class SharedSite : IAsyncLifetime
    {
        internal TestedEngine Engine { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Engine = await StartAsync();

        public ValueTask DisposeAsync() => Engine.DisposeAsync();
    }
}
