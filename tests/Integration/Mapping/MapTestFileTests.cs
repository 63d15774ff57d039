using System.Text.Json.Nodes;
using CloudPacs.Dicom;
using CloudPacs.Integration.Messages;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Loading;
using CloudPacs.Mapping.Testing;
using CloudPacs.Mapping.Tests;
using Xunit;

namespace CloudPacs.Integration.Tests.Mapping;

/// <summary>Test files of maps and what they compare.</summary>
public sealed class MapTestFileTests
{
    private static MapTest Read(string text, string file = "tests/his/a.yaml")
    {
        var diagnostics = new Diagnostics();
        var test = new MapTestReader(diagnostics).Read(file, text);
        Assert.Empty(diagnostics.All);
        return test!;
    }

    [Fact]
    public void A_yaml_test_is_read()
    {
        var test = Read("""
            name: NW creates one step
            map: mercy-his
            message: |
              MSH|^~\&|A
              PID|||1
            now: 2026-03-10T08:30:15+05:30
            zone: Asia/Kolkata
            before: [ visit ]
            config: { missingAccession: reject, catalogue: [ { code: XR, modality: DX } ], tables: { sex+: { X: M } } }
            expect:
              mwl:
                - { AccessionNumber: ACC1, ScheduledProcedureStepSequence/Modality: CT }
              fhir: { ServiceRequest.status: active }
              ack: AA
              err: { code: 102, location: OBR^1^18 }
              warnings: []
              unmapped: { max: 3 }
            """);

        Assert.Equal(("NW creates one step", "mercy-his", "MSH|^~\\&|A\rPID|||1\r"), (test.Name, test.Map, test.Message));
        Assert.Equal("visit", Assert.Single(test.Before));
        Assert.Equal(TimeSpan.FromHours(5.5), test.Now!.Value.Offset);
        Assert.Equal(("missingAccession", "XR", "Asia/Kolkata"), (test.Config!.Policy!.Entries.Single().Key.Text, test.Config.Catalogue.Single().Code, test.Config.SiteZone!.Id));
        Assert.Equal("CT", Assert.Single(test.Expect.Mwl!)[1].Value);
        Assert.Equal(("AA", "102", "OBR^1^18", 3), (test.Expect.Ack, test.Expect.ErrorCode, test.Expect.ErrorLocation, test.Expect.MaxUnmapped!.Value));
        Assert.Empty(test.Expect.Warnings!);
    }

    [Theory]
    [InlineData("nme: x", "'nme' is no key of a test. Did you mean name?")]
    [InlineData("expect: { awk: AA }", "'awk' is no key of an expectation. Did you mean ack?")]
    [InlineData("expect: { err: { cod: 102 } }", "'cod' is no key of an expected error. Did you mean code?")]
    [InlineData("expect: { unmapped: { mx: 0 } }", "'mx' is no key of the number of codes that no table has. Did you mean max?")]
    [InlineData("expect: { unmapped: { max: none } }", "'none' is no number.")]
    [InlineData("expect: { mwl: [ { AccessionNummer: absent } ] }", "There is no attribute AccessionNummer. Did you mean AccessionNumber?")]
    [InlineData("expect: { mwl: [ { ScheduledProcedureStepSequence/2/Modalty: CT } ] }", "There is no attribute Modalty. Did you mean Modality?")]
    [InlineData("expect: { mwl: [ CT ] }", "An entry holds keys.")]
    [InlineData("expect: { fhir: { ServiceRequst.status: active } }", "There is no resource ServiceRequst. Did you mean ServiceRequest?")]
    [InlineData("expect: { fhir: { 'ServiceRequest.identifier[ACSN].valu': absent } }", "Identifier has no element valu. Did you mean value?")]
    [InlineData("expect: { out: [ { OBR18: A } ] }", "'OBR18' is no field.")]
    [InlineData("expect: { ack: OK }", "No answer is OK.")]
    public void What_is_written_wrong_in_a_test_is_told(string line, string told)
    {
        var diagnostics = new Diagnostics();

        new MapTestReader(diagnostics).Read("tests/his/a.yaml", $"name: x\nmessage: x.hl7\n{line}\n");

        var finding = Assert.Single(diagnostics.All);
        Assert.True(finding.IsError);
        Assert.Contains(told, finding.ToString().Replace(" (MAP002) ", " ", StringComparison.Ordinal)
            .Replace($" ({finding.Code}) ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void A_json_case_is_read_by_the_same_words()
    {
        var test = Read("""
            { "name": "s05", "message": "s05.hl7", "receivedAt": "2026-03-10T08:30:20+05:30", "siteZone": "Asia/Kolkata", "note": "x",
              "before": ["s01"], "expect": { "ack": "AA", "mwl": [], "fhir": { "ServiceRequest.status": "revoked" } } }
            """, "tests/cases/s05.json");

        Assert.Equal(("tests/cases/s05.hl7", null), (test.MessageFile, test.Message));
        Assert.Empty(test.Expect.Mwl!);
        Assert.Null(test.Expect.Warnings);
    }

    [Fact]
    public void A_key_that_tests_do_not_have_is_a_finding()
    {
        var diagnostics = new Diagnostics();

        new MapTestReader(diagnostics).Read("tests/a.yaml", "name: x\nmessage: a.hl7\nexpects: {}\n");

        Assert.Equal(("MAP002", 3, "Did you mean expect?"), (diagnostics.All.Single().Code, diagnostics.All[0].Line, diagnostics.All[0].Hint));
    }

    [Fact]
    public void What_a_modality_reports_is_read_as_attributes()
    {
        var test = Read("""
            name: completed
            destination: omg
            message: a.hl7
            performed:
              - { PerformedProcedureStepStatus: IN PROGRESS, ScheduledStepAttributesSequence/AccessionNumber: A1, ScheduledStepAttributesSequence/2/AccessionNumber: A2 }
              - { PerformedProcedureStepStatus: COMPLETED, PerformedSeriesSequence/OperatorsName: "" }
            """);

        Assert.Equal(("omg", 2), (test.Destination, test.Performed.Count));
        Assert.Equal(["A1", "A2"], test.Performed[0].GetItems(Tags.ScheduledStepAttributesSequence).Select(static item => item.GetString(Tags.AccessionNumber)));
        Assert.True(test.Performed[1].GetItems(Tags.PerformedSeriesSequence)[0].Contains(Tags.OperatorsName));
    }

    [Theory]
    [InlineData("Nonsense: 1")]
    [InlineData("PatientID/AccessionNumber: 1")]
    [InlineData("ScheduledStepAttributesSequence/3/AccessionNumber: 1")]
    [InlineData("ScheduledStepAttributesSequence: 1")]
    [InlineData("PregnancyStatus: many")]
    public void An_attribute_that_cannot_be_reported_is_a_finding(string attribute)
    {
        var diagnostics = new Diagnostics();

        new MapTestReader(diagnostics).Read("tests/a.yaml", $"name: x\nmessage: a.hl7\nperformed:\n  - {{ {attribute} }}\n");

        Assert.Equal("MAP019", Assert.Single(diagnostics.All).Code);
    }

    [Theory]
    [InlineData("orm", "- { ORC-1: OH }", "out[0].ORC-1: expected OH, got NA")]
    [InlineData("orm", "- { OBR-2: absent }", "out[0].OBR-2: expected absent, got PL1^HIS")]
    [InlineData("orm", "- { segments: MSH PID }", "out[0].segments: expected MSH PID, got MSH PID ORC OBR ZDS")]
    [InlineData("orm", "[]", "out: expected 0 messages, got 1")]
    [InlineData("nobody", "[]", "destination: there is no destination nobody")]
    public void A_test_of_a_destination_fails_by_the_field_that_is_otherwise(string destination, string expected, string difference)
    {
        var test = Read($$"""
            name: numbered
            destination: {{destination}}
            message: |
              MSH|^~\&|HIS|MERCY|CLOUDPACS|RAD|20260310083015||ORM^O01|D-1|P|2.3.1
              PID|1||4711^^^MERCY^MR||SHARMA^RAHUL
              PV1|1|O
              ORC|NW|PL1^HIS
              OBR|1|PL1^HIS||CTCHEST^CT Chest^L||||||||||||||||||||CT|||^^^20260310093000^^R
            expect:
              out: {{expected}}
            """.Replace("out: -", "out:\n    -", StringComparison.Ordinal));
        var environment = new MapEnvironment("default", TimeZoneInfo.Utc, "urn:test", Guid.Empty);

        Assert.Equal([difference], new MapTestRunner(MapFiles.Shipped, environment).Run(test).Differences);
    }

    [Fact]
    public void Every_shipped_test_file_can_be_read()
    {
        var diagnostics = new Diagnostics();

        var tests = MapTestReader.ReadAll(MapFiles.Shipped, diagnostics);

        Assert.Empty(diagnostics.All);
        Assert.NotEmpty(tests);
    }

    [Theory]
    [InlineData("ACC1", "ACC1", true)]
    [InlineData("ACC1", "ACC2", false)]
    [InlineData("", "", true)]
    [InlineData("", null, false)]
    [InlineData("absent", null, true)]
    [InlineData("absent", "", false)]
    [InlineData("re:^[0-9]+$", "12", true)]
    [InlineData("re:^[0-9]+$", "1a", false)]
    [InlineData("a or b", "b", true)]
    [InlineData("a or b", "c", false)]
    public void An_expected_value(string expected, string? actual, bool matches) => Assert.Equal(matches, Expected.Matches(expected, actual));

    [Fact]
    public void Worklist_paths_go_into_items()
    {
        var entry = new DataSet().Set(Tags.AccessionNumber, "A1").SetEmpty(Tags.PatientSex)
            .SetSequence(Tags.ScheduledProcedureStepSequence, new DataSet().Set(Tags.Modality, "CT"), new DataSet().Set(Tags.Modality, "MR"));

        Assert.Empty(WorklistComparer.Compare([[new("AccessionNumber", "A1"), new("00400100/00080060", "CT"), new("ScheduledProcedureStepSequence/2/Modality", "MR"), new("PatientSex", ""), new("PatientName", "absent")]], [entry]));
        Assert.Equal("mwl[0].Modality: expected CT, got absent", Assert.Single(WorklistComparer.Compare([[new("Modality", "CT")]], [entry])));
        Assert.Equal("mwl: expected 0 entries, got 1", Assert.Single(WorklistComparer.Compare([], [entry])));
    }

    [Theory]
    [InlineData("ServiceRequest.status", "active")]
    [InlineData("ServiceRequest.identifier[ACSN].value", "A1")]
    [InlineData("ServiceRequest.identifier[urn:dicom:uid].value", "urn:oid:1.2")]
    [InlineData("ServiceRequest.identifier[1].system", "urn:dicom:uid")]
    [InlineData("ServiceRequest.identifier.length", "2")]
    [InlineData("ServiceRequest.note.length", "0")]
    [InlineData("ServiceRequest[A2].status", "draft")]
    [InlineData("ServiceRequest.priority", null)]
    [InlineData("Patient.active", "true")]
    public void Fhir_paths_pick_items_by_code_system_value_or_place(string path, string? expected)
    {
        JsonObject[] resources =
        [
            (JsonObject)JsonNode.Parse("""{"resourceType":"ServiceRequest","status":"active","identifier":[{"type":{"coding":[{"code":"ACSN"}]},"value":"A1"},{"system":"urn:dicom:uid","value":"urn:oid:1.2"}]}""")!,
            (JsonObject)JsonNode.Parse("""{"resourceType":"ServiceRequest","status":"draft","identifier":[{"value":"A2"}]}""")!,
            (JsonObject)JsonNode.Parse("""{"resourceType":"Patient","active":true}""")!,
        ];

        Assert.Equal(expected, FhirComparer.Read(resources, path));
    }

    [Fact]
    public void Outgoing_fields_table_misses_and_the_sender_are_compared()
    {
        var folder = Directory.CreateTempSubdirectory("cloudpacs-maps");
        foreach (var (file, text) in MapFiles.Good) Write(file, text);
        Write("base/procedure.yaml", MapFiles.Good["base/procedure.yaml"] + "\n  - { id: out.acc, to: 'out.OBR-18.1', from: OBR-18.1 }\n");
        const string Test = "now: 2026-03-10T08:30:20+05:30\nmessage: |\n  ";
        var message = MapFiles.Order.ReplaceLineEndings("\n").Replace("|M|", "|Z|", StringComparison.Ordinal).Replace("\n", "\n  ", StringComparison.Ordinal);
        Write("tests/right.yaml", $"name: right\nmap: default\n{Test}{message}\nexpect: {{ ack: AA, out: [ {{ OBR-18.1: ACC1 }} ], unmapped: {{ max: 9 }} }}\n");
        Write("tests/out.yaml", $"name: out\n{Test}{message}\nexpect: {{ out: [ {{ OBR-18.1: ACC2 }} ] }}\n");
        Write("tests/unmapped.yaml", $"name: unmapped\n{Test}{message}\nexpect: {{ unmapped: {{ max: 0 }} }}\n");
        Write("tests/sender.yaml", $"name: sender\nmap: nobody\n{Test}{message}\nexpect: {{ ack: AA }}\n");
        var runner = new MapTestRunner(folder.FullName, MapFiles.Environment);

        var differences = runner.ReadTests().ToDictionary(static test => test.Name, test => runner.Run(test).Differences);

        folder.Delete(recursive: true);
        Assert.Empty(differences["right"]);
        Assert.Equal("out.OBR-18.1: expected ACC2, got ACC1", Assert.Single(differences["out"]));
        Assert.StartsWith("unmapped: expected at most 0, got ", Assert.Single(differences["unmapped"]), StringComparison.Ordinal);
        Assert.Equal("map: there is no sender nobody", Assert.Single(differences["sender"]));

        void Write(string file, string text)
        {
            var path = Path.Combine(folder.FullName, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
    }

    [Fact]
    public void Warnings_are_compared_by_their_start()
    {
        Assert.Empty(WarningComparer.Compare(["truncated 00401002"], ["truncated 00401002 71 -> 64", "other"]));
        Assert.Single(WarningComparer.Compare([], ["other"]));
        Assert.Single(WarningComparer.Compare(["x"], ["other"]));
    }
}
