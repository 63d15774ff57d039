using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.EndToEnd.Tests.Studies;
using Xunit;

namespace CloudPacs.EndToEnd.Tests;

/// <summary>The hospital information system is told of the state of its orders, whatever it does with the messages.</summary>
public sealed class DeliveryTests(ToldHospital hospital) : IClassFixture<ToldHospital>, IAsyncLifetime
{
    private readonly HisReceiver _his = hospital.Receiver;
    private readonly EngineProcess _engine = hospital.Engine;
    private readonly HisSender _sender = new(hospital.Engine.MllpPort);
    private readonly string _tag = Guid.NewGuid().ToString("N")[..4];
    private long _before;

    public async ValueTask InitializeAsync()
    {
        _his.StartOver();
        hospital.Other.StartOver();
        _before = (await ListAsync()).Select(static row => (long)row!["id"]!).FirstOrDefault();
    }

    public ValueTask DisposeAsync() => _sender.DisposeAsync();

    [Fact]
    public async Task An_order_is_followed_from_its_number_to_its_end()
    {
        await _sender.PlaceAsync(Unnumbered("D1"));
        var numbered = Assert.Single(await _his.WaitForAsync(1));
        await CommandAsync("D1", "hold");
        await CommandAsync("D1", "release");
        await CommandAsync("D1", "requestCancel");

        var told = await _his.WaitForAsync(4);

        Assert.Equal([("NA", "SC", "S"), ("OH", "HD", "S"), ("OE", "SC", "S"), ("OC", "CA", "X")], told.Select(static m => (m.Control, m.Status, m.Result)));
        Assert.All(told, message => Assert.Equal($"D1{_tag}^HIS", message.Field("ORC", 2)));
        Assert.Equal(numbered.Field("OBR", 18), Assert.Single(await Findscu.QueryAsync(_engine.DicomPort, $"00100020=PD1{_tag}", ">00400020=CANCELED")).Accession);
        Assert.Equal("CTCHEST^CT Chest^L", numbered.Field("OBR", 4));
        Assert.Equal("SHARMA^RAHUL^^JR^DR", numbered.Field("PID", 5));
        Assert.Equal($"PD1{_tag}^^^MERCY^MR", numbered.Field("PID", 3));
        Assert.Equal(4, told.Select(static m => m.ControlId).Distinct().Count());
    }

    [Fact]
    public async Task What_the_system_did_itself_is_not_told_to_it()
    {
        await _sender.PlaceAsync(Unnumbered("E1"), Unnumbered("E1").Replace("ORC|NW", "ORC|CA", StringComparison.Ordinal), Unnumbered("E2"));

        var told = await _his.WaitForAsync(2);

        Assert.Equal([("E1", "NA"), ("E2", "NA")], told.Select(static m => (NameOf(m), m.Control)).Order());
    }

    [Theory]
    [InlineData("Busy")]
    [InlineData("Silence")]
    [InlineData("Late")]
    [InlineData("Garbage")]
    [InlineData("CloseAfterReceiving")]
    [InlineData("CloseInAnswer")]
    public async Task A_message_that_is_not_accepted_is_sent_again_under_its_id_and_holds_up_only_its_order(string name)
    {
        var reaction = Enum.Parse<Reaction>(name);
        var (refusals, isOtherTold) = (0, false);
        // The first order is accepted only when the other has come: if that waited for it, neither would ever be told.
        _his.React = message =>
        {
            isOtherTold |= NameOf(message) == "F2";
            return NameOf(message) == "F1" && (refusals++ < 2 || !isOtherTold) ? reaction : Reaction.Accept;
        };
        await _sender.PlaceAsync(Unnumbered("F1"));
        await CommandAsync("F1", "hold");
        await _sender.PlaceAsync(Unnumbered("F2"));

        var told = await _his.WaitForAsync(static messages => messages.Any(static m => m.Control == "OH"));

        Assert.Contains(told, static m => NameOf(m) == "F2");
        var first = told.Where(static m => NameOf(m) == "F1").ToList();
        Assert.Equal("OH", first[^1].Control);
        Assert.All(first.SkipLast(1), static m => Assert.Equal("NA", m.Control));
        Assert.InRange(first.Count, 4, int.MaxValue);
        Assert.Equal(2, first.Select(static m => m.ControlId).Distinct().Count());
        await WaitForAsync(static states => states.TrueForAll(static state => state == "sent"));
    }

    [Theory]
    [InlineData("Refuse", "AE 204 PID^1^3")]
    [InlineData("Reject", "AR 200 MSH^1^9")]
    public async Task A_refusal_waits_for_a_person_and_with_it_what_follows_of_the_order(string name, string error)
    {
        var reaction = Enum.Parse<Reaction>(name);
        _his.React = message => NameOf(message) == "G1" ? reaction : Reaction.Accept;
        await _sender.PlaceAsync(Unnumbered("G1"));
        await CommandAsync("G1", "hold");
        await _sender.PlaceAsync(Unnumbered("G2"));
        Assert.Equal(["G1", "G2"], (await _his.WaitForAsync(2)).Select(NameOf).Order());
        var refused = _his.Messages.Single(static m => NameOf(m) == "G1");
        await WaitForAsync(static states => states.Contains("parked"));
        var parked = Assert.Single(await ListAsync(), static row => (string?)row!["state"] == "parked")!;
        Assert.Equal((error, "numbered"), ((string?)parked["lastError"], (string?)parked["event"]));

        _his.React = static _ => Reaction.Accept;
        var corrected = refused.Text.Replace("SHARMA", "SHARMER", StringComparison.Ordinal);
        await PostAsync($"/api/deliveries/{parked["id"]}/retry", corrected);
        var told = await _his.WaitForAsync(4);

        Assert.Equal(["NA", "OH"], told.Skip(2).Select(static m => m.Control));
        Assert.Equal((refused.ControlId, "SHARMER^RAHUL^^JR^DR"), (told[2].ControlId, told[2].Field("PID", 5)));
    }

    [Fact]
    public async Task What_a_modality_does_is_told_as_it_does_it()
    {
        var order = new OrderText($"D{_tag}", "PP-2", "PERFORM^PIA");
        await _sender.PlaceAsync(order);

        await DcmjsMpps.ReportAsync(_engine, DcmjsMpps.Create("1.2.3.77.1", order));
        var begun = Assert.Single(await _his.WaitForAsync(1));
        await DcmjsMpps.ReportAsync(_engine, DcmjsMpps.Set("1.2.3.77.1", "COMPLETED"));
        var ended = (await _his.WaitForAsync(2))[^1];

        Assert.Equal(("SC", "IP", "I"), (begun.Control, begun.Status, begun.Result));
        Assert.Equal(("SC", "CM", "R"), (ended.Control, ended.Status, ended.Result));
        Assert.StartsWith("20261201093500", ended.Field("OBR", 7), StringComparison.Ordinal);
        Assert.StartsWith("20261201100500", ended.Field("OBR", 8), StringComparison.Ordinal);
        Assert.Equal($"P{order.Accession}^HIS", ended.Field("ORC", 2));
    }

    [Fact]
    public async Task An_order_for_a_study_that_had_none_is_told_and_takes_the_number_that_the_system_gives_it()
    {
        var patient = new OrderText($"U{_tag}", $"PU{_tag}", "WALK^IN");
        await _sender.PlaceAsync(patient.Event("A04"));
        var image = new SentImage(patient.StudyUid, patient.PatientId) { Accession = patient.Accession };
        Assert.Equal([0], await Storescu.StoreAsync(_engine, image.File()));

        await PostAsync("/api/commands", $$"""{ "studies": [ { "command": "orderStudy", "studyInstanceUid": "{{image.Study}}", "description": "CT Head" } ] }""");
        var told = await _his.WaitForAsync(3);

        Assert.Equal([("SN", "SC", "S"), ("SC", "IP", "I"), ("SC", "CM", "R")], told.Select(static m => (m.Control, m.Status, m.Result)));
        Assert.All(told, message => Assert.Equal(("", patient.Accession, image.Study), (message.Field("ORC", 2), message.Field("OBR", 18), message.Field("ZDS", 1).Split('^')[0])));

        await _sender.PlaceAsync(OrderText.Message("ORM^O01", "2.3.1", $"{patient.Patient}\rORC|NA|PU{_tag}^HIS|{told[0].Field("ORC", 3)}\r"));
        Assert.Equal([$"PU{_tag}"], await StudyResource.OrdersAsync(_engine, await StudyResource.ReadAsync(_engine, image.Study)));
    }

    [Fact]
    public async Task Each_number_that_we_made_is_told()
    {
        var one = Unnumbered("M1");
        var two = one[one.IndexOf("ORC|", StringComparison.Ordinal)..].Replace("CTCHEST^CT Chest", "CTHEAD^CT Head", StringComparison.Ordinal);

        await _sender.PlaceAsync(one + two);
        var told = await _his.WaitForAsync(2);

        Assert.Equal(2, told.Select(static message => message.Field("OBR", 18)).Distinct().Count());
        Assert.Equal(["CTCHEST", "CTHEAD"], told.Select(static message => message.Field("OBR", 4).Split('^')[0]).Order());
    }

    [Theory]
    [InlineData("MSH|^~\\&|A|B|C|D|2026||ORM^O01|ANOTHER|P|2.3.1\rPID|1\r", "MSH-10 must stay")]
    [InlineData("nonsense", "It is no HL7 message")]
    [InlineData("MSH|^~\\&|A|B|C|D|2026||ORM^O01|X|P|2.3.1\r\u001c\rMSH|^~\\&|", "It holds the end of a frame")]
    public async Task A_correction_that_could_never_be_answered_is_refused(string corrected, string text)
    {
        _his.React = static _ => Reaction.Refuse;
        await _sender.PlaceAsync(Unnumbered("N1"));
        await _his.WaitForAsync(1);
        await WaitForAsync(static states => states.Contains("parked"));
        using var http = new HttpClient();
        using var content = new StringContent(corrected);

        using var response = await http.PostAsync(
            new Uri($"http://127.0.0.1:{_engine.HttpPort}/api/deliveries/{(await ListAsync())[0]!["id"]}/retry"), content, TestContext.Current.CancellationToken);

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(text, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_delivery_may_be_skipped_and_a_destination_paused()
    {
        await PostAsync("/api/destinations/his/pause");
        await _sender.PlaceAsync(Unnumbered("H1"));
        await CommandAsync("H1", "hold");
        // What another destination has got by now, this one would have got too.
        Assert.Equal(["NA", "OH"], (await hospital.Other.WaitForAsync(2)).Select(static m => m.Control));
        Assert.Empty(_his.Messages);

        var first = (await ListAsync())[^1]!;
        await PostAsync($"/api/deliveries/{first["id"]}/skip");
        await PostAsync("/api/destinations/his/resume");

        Assert.Equal("OH", Assert.Single(await _his.WaitForAsync(1)).Control);
        Assert.Equal(["skipped", "sent"], (await WaitForAsync(static states => states.Contains("sent"))).Reverse<string>());
    }

    [Fact]
    public async Task A_system_that_was_away_gets_all_in_the_order_of_each_key()
    {
        await _his.LeaveAsync();
        for (var n = 0; n < 20; n++)
        {
            await _sender.PlaceAsync(Unnumbered($"I{n}"));
            await CommandAsync($"I{n}", "hold");
        }

        _his.ComeBack();
        var told = await _his.WaitForAsync(40);

        Assert.Equal(40, told.Count);
        foreach (var order in told.GroupBy(NameOf)) Assert.Equal(["NA", "OH"], order.Select(static m => m.Control));
    }

    [Fact]
    public async Task A_kill_loses_nothing_and_changes_no_order()
    {
        await _his.LeaveAsync();
        await _sender.PlaceAsync(Unnumbered("K1"), Unnumbered("K2"));
        await CommandAsync("K1", "hold");
        await _engine.KillAsync();
        _his.ComeBack();

        await _engine.StartAsync();
        var told = await _his.WaitForAsync(3);

        Assert.Equal(["NA", "OH"], told.Where(static m => NameOf(m) == "K1").Select(static m => m.Control));
        Assert.Contains(told, static m => NameOf(m) == "K2");
    }

    [Fact]
    public async Task It_is_told_at_once()
    {
        await _sender.PlaceAsync(Unnumbered("L0"));
        await _his.WaitForAsync(1);
        var watch = Stopwatch.StartNew();

        await _sender.PlaceAsync(Unnumbered("L1"));
        await _his.WaitForAsync(2);

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"It took {watch.Elapsed}.");
    }

    /// <summary>An order whose accession number we make.</summary>
    private string Unnumbered(string name) => OrderText.Message(
        "ORM^O01", "2.3.1",
        $"PID|1||P{name}{_tag}^^^MERCY^MR||SHARMA^RAHUL^^JR^DR||19800203|M\rPV1|1|O\rORC|NW|{name}{_tag}^HIS\r"
            + $"OBR|1|{name}{_tag}^HIS||CTCHEST^CT Chest^L||||||||||||||||||||CT|||^^^20261201093000^^R\r");

    /// <summary>The placer number without the part that tells this test from others.</summary>
    private static string NameOf(ReceivedMessage message) => message.Placer[..^4];

    private Task CommandAsync(string name, string request) => PostAsync(
        "/api/commands", new JsonObject
        {
            ["orders"] = new JsonArray(new JsonObject { ["request"] = request, ["placerNumber"] = new JsonObject { ["value"] = name + _tag, ["namespace"] = "HIS" } }),
        }.ToJsonString());

    private async Task PostAsync(string path, string body = "")
    {
        using var http = new HttpClient();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(new Uri($"http://127.0.0.1:{_engine.HttpPort}{path}"), content, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>The deliveries of this test, newest first.</summary>
    private async Task<List<JsonNode?>> ListAsync() =>
        [.. JsonNode.Parse(await _engine.GetAsync("/api/deliveries?destination=his&limit=1000"))!["deliveries"]!.AsArray().Where(row => (long)row!["id"]! > _before)];

    private async Task<List<string>> WaitForAsync(Predicate<List<string>> isReached)
    {
        for (var left = 500; ; left--)
        {
            List<string> states = [.. (await ListAsync()).Select(static row => (string)row!["state"]!)];
            if (isReached(states)) return states;
            Assert.True(left > 0, string.Join(' ', states));
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}

/// <summary>An engine with a receiver that it tells of the state of orders.</summary>
public sealed class ToldHospital : IAsyncLifetime
{
    internal HisReceiver Receiver { get; } = new();

    /// <summary>A second system, which is told of everything in another form and answers all.</summary>
    internal HisReceiver Other { get; } = new();

    internal EngineProcess Engine { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Engine = await EngineProcess.StartNewAsync([.. Destination("his", Receiver.Port, "orm"), .. Destination("ris", Other.Port, "omi")]);

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        await Receiver.DisposeAsync();
        await Other.DisposeAsync();
    }

    /// <summary>Settings of a destination, with short waits; unless it is somebody else it is the sender of the orders.</summary>
    internal static (string, string)[] Destination(string name, int port, string map, string sender = "HIS|MERCY") =>
    [
        .. from setting in new[]
            {
                ("HOST", "127.0.0.1"), ("PORT", $"{port}"), ("MAP", map), ("SENDERS__0", sender), ("ANSWERTIMEOUT", "00:00:01"), ("FIRSTPAUSE", "00:00:00.3"),
                ("LONGESTPAUSE", "00:00:01"),
            }
            select ($"OUTBOUND__DESTINATIONS__{name}__{setting.Item1}", setting.Item2),
    ];
}
