using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests;

/// <summary>Commands over HTTP, seen by DCMTK.</summary>
public sealed class CommandApiTests(SharedEngine shared) : IAsyncLifetime
{
    private TestedEngine _engine = null!;

    public async ValueTask InitializeAsync() => _engine = await shared.GetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task An_order_is_placed_moved_held_released_and_cancelled()
    {
        var placed = await ApplyAsync(Place("CA1", "CMD-1", "2026-12-03T09:00:00"));
        var step = placed["orders"]![0]!["steps"]![0]!;
        var shown = await OneAsync("00080050=CA1");
        Assert.Equal(("API^ANN", "20261203090000", "CT9"), (shown.Name, shown.Start, shown.Station));
        Assert.Equal((string?)step["studyInstanceUid"], shown.StudyUid);

        await ApplyAsync(Order("CA1", "CMD-1", "change", """, "procedure": { "steps": [ { "start": "2026-12-04T15:30:00" } ] }"""));
        Assert.Equal("20261204153000", (await OneAsync("00080050=CA1")).Start);

        await ApplyAsync(Order("CA1", "CMD-1", "hold"));
        Assert.Empty(await FindAsync("00080050=CA1"));
        await ApplyAsync(Order("CA1", "CMD-1", "release"));
        Assert.Equal("SCHEDULED", (await OneAsync("00080050=CA1")).Status);

        var canceled = await ApplyAsync(Order("CA1", "CMD-1", "requestCancel", ", \"reason\": \"not needed\""));
        Assert.Equal("CANCELED", (string?)canceled["orders"]![0]!["state"]);
        Assert.Empty(await FindAsync("00080050=CA1"));
    }

    [Fact]
    public async Task Patients_are_merged_and_the_next_message_finds_the_survivor()
    {
        await using var his = new HisSender(_engine.MllpPort);
        var order = new OrderText("CA2", "CMD-2A", "API^ANN");
        await his.PlaceAsync(order);

        await ApplyAsync("""
            { "actor": "m.rao", "patients": [ { "command": "mergePatients",
              "patient": { "primary": { "value": "CMD-2B", "namespace": "MERCY" }, "prior": [ { "value": "CMD-2A", "namespace": "MERCY" } ] } } ] }
            """);
        Assert.Equal("CMD-2B", (await OneAsync("00080050=CA2")).PatientId);

        await his.PlaceAsync(order with { PatientId = "CMD-2B", Control = "CA", Status = "CA" });
        Assert.Empty(await FindAsync("00080050=CA2"));
    }

    [Fact]
    public async Task A_command_that_comes_twice_changes_nothing_the_second_time()
    {
        var first = await ApplyAsync(Place("CA3", "CMD-3", "2026-12-03T09:00:00"));
        var again = await ApplyAsync(Place("CA3", "CMD-3", "2026-12-03T09:00:00"));

        Assert.Equal(first["orders"]!.ToJsonString(), again["orders"]!.ToJsonString());
        await OneAsync("00080050=CA3");
    }

    [Fact]
    public async Task What_the_domain_refuses_is_said_with_code_path_and_field()
    {
        var (status, answer) = await PostAsync("""
            { "patient": { "primary": { "value": "CMD-4" } }, "orders": [ { "request": "place", "placerNumber": { "value": "PCA4" } } ] }
            """);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        var problem = answer["problems"]![0]!;
        Assert.Equal(("ORD-015", "error", "orders[0]", "procedure"),
            ((string?)problem["code"], (string?)problem["severity"], (string?)problem["path"], (string?)problem["field"]));
        Assert.False((bool)answer["applied"]!);
    }

    [Theory]
    [InlineData("{", "", "The JSON is not well formed.")]
    [InlineData("""{ "actor": null, "orders": [] }""", "actor", "It may not be null: leave it out when there is none.")]
    [InlineData("null", "", "A JSON object is needed.")]
    [InlineData("{}", "", "Exactly one of orders, patients, appointment and studies is needed.")]
    [InlineData("""{ "orders": [ { "request": "place", "placer": 1 } ] }""", "orders[0].placer", "There is no member of this name.")]
    [InlineData("""{ "orders": [ { "request": "destroy" } ] }""", "orders[0].request", "It is one of place, placeReplacement, ")]
    [InlineData("""{ "orders": [ { "request": "hold", "placerNumber": {} } ] }""", "orders[0].placerNumber", "A required member is missing.")]
    [InlineData("""{ "orders": [ null ] }""", "orders", "An item of the list is null.")]
    [InlineData("""{ "orders": [ { "request": "hold", "placerNumber": { "value": " " } } ] }""", "orders[0].placerNumber.value", "It is empty; leave it out when there is none.")]
    [InlineData("""{ "orders": [ { "request": "hold", "studyInstanceUid": "1.02.3" } ] }""", "orders[0].studyInstanceUid", "It is not a UID.")]
    [InlineData("""{ "orders": [ { "request": "place", "procedure": { "attributes": { "00080050": { "vr": "SH", "Value": [ "A" ] } } } } ] }""", "orders[0].procedure.attributes.00080050", "It is given as accessionNumber.")]
    [InlineData("""{ "orders": [], "patient": { "attributes": { "00100030": { "vr": "DA", "Value": [ "1980" ] } } } }""", "patient.attributes.00100030", "A value is not a date YYYYMMDD.")]
    [InlineData("""{ "orders": [], "patient": { "attributes": { "Name": {} } } }""", "patient.attributes", "A member name is not a tag of eight hexadecimal digits.")]
    [InlineData("""{ "patients": [ { "patient": { } } ] }""", "patients[0]", "command is one of ")]
    [InlineData("""{ "patients": [ { "command": "forget", "patient": { } } ] }""", "patients[0]", "command is one of ")]
    [InlineData("""{ "orders": [ { "request": "place", "procedure": { "steps": [ { "start": "2026-12-03T09:00:00Z" } ] } } ] }""", "orders[0].procedure.steps[0].start", "It is local time of the site and has no offset.")]
    [InlineData("""{ "orders": [ { "request": "place", "procedure": { "steps": [ { "start": "9999-12-31T23:59:59" } ] } } ] }""", "orders[0].procedure.steps[0].start", "Its year is not one of 1900 to 2199.")]
    [InlineData("""{ "orders": [], "sentAt": "9999-12-31T23:59:59Z" }""", "sentAt", "It is more than a day ahead.")]
    [InlineData("""{ "orders": [], "patient": { "attributes": { "FFFEE000": { "vr": "LO", "Value": [ "a" ] } } } }""", "patient.attributes.FFFEE000", "An entry of the worklist has no such attribute here.")]
    [InlineData("""{ "orders": [], "patient": { "attributes": { "00321060": { "vr": "LO", "Value": [ "a" ] } } } }""", "patient.attributes.00321060", "An entry of the worklist has no such attribute here.")]
    [InlineData("""{ "orders": [], "patient": { "attributes": { "00101002": { "vr": "LO", "Value": [ "a" ] } } } }""", "patient.attributes.00101002", "Its vr is SQ.")]
    [InlineData("""{ "orders": [], "patient": { "attributes": { "00101002": { "vr": "SQ", "Value": [ { "FFFEE00D": { "vr": "LO" } } ] } } } }""", "patient.attributes.00101002[0].FFFEE00D", "There is no such attribute.")]
    [InlineData("""{ "orders": [], "patient": { "attributes": { "00100010": { "vr": "PN", "Value": [ "A^A", "B^B" ] } } } }""", "patient.attributes.00100010", "It has one value at most.")]
    [InlineData("""{ "orders": [], "patient": { "attributes": { "00100010": { "vr": "PN", "value": [ "A^A" ] } } } }""", "patient.attributes", "00100010 has vr and Value only, not value.")]
    [InlineData("""{ "orders": [], "patient": { "attributes": { "00100010": { "vr": "PN", "Value": [ { "alphabetic": "A" } ] } } } }""", "patient.attributes", "A value of 00100010 is neither a name")]
    [InlineData("""{ "orders": [], "patient": { "attributes": { "00100040": { "vr": "CS" }, "00100040": { "vr": "CS" } } } }""", "patient.attributes", "A member stands twice.")]
    [InlineData("""{ "orders": [], "patient": { "prior": [ { "value": "1" } ] } }""", "patient", "Prior numbers belong to a command about patients.")]
    [InlineData("""{ "patients": [ { "command": "updatePatient", "visitStatus": "planned", "patient": { } } ] }""", "patients[0].visitStatus", "It is of no visit: name it.")]
    [InlineData("""{ "appointment": { "placerAppointmentId": { "value": "1" }, "start": "2026-12-03T09:00:00" } }""", "appointment.effect", "With a time or attributes it is setTimeAndPlace")]
    [InlineData("""{ "orders": [ { "request": "hold", "placerNumber": { "value": "1", "universalId": "x", "universalIdType": "ISO" } } ] }""", "orders[0].placerNumber.universalId", "It is not an OID.")]
    [InlineData("""{ "orders": [], "patient": { "attributes": { "00100040": { "vr": "CS", "Value": [ "X" ] } } } }""", "patient.attributes.00100040", "Its value is one of M, F, O.")]
    [InlineData("""{ "orders": [], "patient": { "attributes": { "00101030": { "vr": "DS", "Value": [ -62 ] } } } }""", "patient.attributes.00101030", "It is less than 0.")]
    [InlineData("""{ "orders": [ { "request": "place", "procedure": { "steps": [ { "attributes": { "00080060": { "vr": "CS", "Value": [ "SONOX" ] } } } ] } } ] }""", "orders[0].procedure.steps[0].attributes.00080060", "There is no such modality")]
    [InlineData("""{ "orders": [], "patient": { "attributes": { "001021C0": { "vr": "US", "Value": [ 9 ] } } } }""", "patient.attributes.001021C0", "Its value is one of 1, 2, 3, 4.")]
    [InlineData("""{ "sender": "nobody", "orders": [] }""", "sender", "There is no sender of this name in the maps.")]
    [InlineData("""{ "appointment": { "status": "perhaps" } }""", "appointment.status", "It is not a status of a FHIR Appointment.")]
    public async Task A_body_that_cannot_be_used_is_refused_with_its_place(string body, string path, string text)
    {
        var (status, answer) = await PostAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        var fault = answer["faults"]![0]!;
        Assert.Equal(path, (string?)fault["path"]);
        Assert.StartsWith(text, (string?)fault["text"], StringComparison.Ordinal);
        Assert.Contains(text, (string?)answer["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_is_too_long_or_no_text_is_refused()
    {
        var long4 = $$"""{ "orders": [], "actor": "{{new string('a', 5_000_000)}}" }""";
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostAsync(long4)).Status);
        var comments = $$"""{ "orders": [], "patient": { "attributes": { "00104000": { "vr": "LT", "Value": [ "{{new string('a', 70_000)}}" ] } } } }""";
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(comments)).Status);
        Assert.Equal("The body is not UTF-8.", (string?)(await PostAsync("{ \"actor\": \"Jürgen\" }", encoding: Encoding.Latin1)).Answer["faults"]![0]!["text"]);
    }

    [Fact]
    public async Task Pages_of_another_origin_and_forms_are_refused()
    {
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(Order("CA5", "CMD-5", "hold"), origin: "http://evil.example")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(Order("CA5", "CMD-5", "hold"), origin: $"https://127.0.0.1:{_engine.HttpPort}")).Status);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await PostAsync(Order("CA5", "CMD-5", "hold"), format: "text/plain")).Status);
    }

    private static string Place(string accession, string patient, string start) => Order(accession, patient, "place",
        $$"""
        , "procedure": {
            "attributes": { "00321060": { "vr": "LO", "Value": [ "CT Chest" ] } },
            "steps": [ { "start": "{{start}}", "attributes": {
              "00080060": { "vr": "CS", "Value": [ "CT" ] }, "00400001": { "vr": "AE", "Value": [ "CT9" ] } } } ] }
        """);

    private static string Order(string accession, string patient, string request, string more = "") => $$"""
        {
          "actor": "m.rao",
          "patient": { "primary": { "value": "{{patient}}", "namespace": "MERCY", "typeCode": "MR" },
            "attributes": { "00100010": { "vr": "PN", "Value": [ { "Alphabetic": "API^ANN" } ] } } },
          "orders": [ { "request": "{{request}}", "placerNumber": { "value": "P{{accession}}", "namespace": "HIS" },
            "accessionNumber": { "value": "{{accession}}", "namespace": "MERCY" }{{more}} } ]
        }
        """;

    private async Task<JsonNode> ApplyAsync(string body)
    {
        var (status, answer) = await PostAsync(body);
        Assert.True(status == HttpStatusCode.OK, answer.ToJsonString());
        return answer;
    }

    private async Task<(HttpStatusCode Status, JsonNode Answer)> PostAsync(string body, string format = "application/json", string? origin = null, Encoding? encoding = null)
    {
        using var http = new HttpClient();
        using var content = new StringContent(body, encoding ?? Encoding.UTF8, new MediaTypeHeaderValue(format));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{_engine.HttpPort}/api/commands") { Content = content };
        // Refused before it is sent: a client that asks first hears why.
        request.Headers.ExpectContinue = body.Length > 1_000_000;
        if (origin is not null) request.Headers.Add("Origin", origin);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!);
    }

    private Task<IReadOnlyList<FoundEntry>> FindAsync(params string[] keys) => Findscu.QueryAsync(_engine.DicomPort, keys);

    private async Task<FoundEntry> OneAsync(params string[] keys) => Assert.Single(await FindAsync(keys));
}
