using System.Net.Sockets;
using System.Text;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests;

/// <summary>
/// What users of engines, archives and modalities report as harmful, one case each, with messages of our own: nothing is lost in silence,
/// nothing is deleted by mistake, nobody is mixed up.
/// </summary>
public sealed class FieldReportTests(SharedEngine shared)
{
    private const string Start = "20261201093000";
    private static int messages;

    public static TheoryData<string, string, string, string> Texts => new()
    {
        // OBR-4.2, OBR-13 and OBR-31.2 are text: HL7 v2.5.1 4.5.3 and 2.7.1.
        { "FRA", "OBR-4=X^CT chest & abdomen^L", "00321060=CT chest & abdomen", "OBR^1^4^1^2" },
        { "FRB", "OBR-13=Pacemaker ^ see letter", "00102000=Pacemaker ^ see letter", "OBR^1^13" },
        // A bare line feed is text where segments end with CR: 2.5.4.
        { "FRC", "PID-5=HADDAD^LAY\nLA", "00100010=HADDAD^LAY LA", "" },
        // Trailing blanks of codes say nothing: 2.A.36, 2.A.74.
        { "FRE", "OBR-24=MR  ", ">00080060=MR", "" },
        { "FRF", "PID-8=F ", "00100040=F", "" },
        // What cannot be read is told: table 0357.
        { "FRG", "PID-7=20240230", "00100030=", "PID^1^7" },
        { "FRH", "PID-8=Q7", "00100040=", "PID^1^8" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task A_field_arrives_as_it_was_meant_or_is_told(string id, string field, string expected, string told)
    {
        var engine = await shared.GetAsync();

        var answer = await SendAsync(engine, Placed(id, field));

        Assert.Equal(told.Length > 0 ? $"AA {told}" : "AA", answer);
        var (key, value) = (expected[..expected.IndexOf('=', StringComparison.Ordinal)], expected[(expected.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        var entry = Assert.Single(await Findscu.QueryAsync(engine.DicomPort, $"00080050={id}", key));
        Assert.StartsWith(value, entry[key.TrimStart('>')], StringComparison.Ordinal);
        if (value.Length == 0) Assert.Equal("", entry[key]);
    }

    [Theory]
    [InlineData("FRI", "PID-3=FRI\\E\\B^^^MERCY^MR", "AE PID^1^3")]
    [InlineData("FRJ", "PID-3=FRJ\aB^^^MERCY^MR", "AE PID^1^3")]
    [InlineData("FRK", "OBR-18=FRK\\E\\7", "AE OBR^1^18")]
    [InlineData("FRL", "OBR-24=??", "AE OBR^1^24")]
    public async Task An_id_or_a_code_that_nobody_could_use_is_refused(string id, string field, string expected)
    {
        var engine = await shared.GetAsync();

        Assert.Equal(expected, await SendAsync(engine, Placed(id, field)));

        Assert.Empty(await Findscu.QueryAsync(engine.DicomPort, $"00100020={id}*"));
    }

    [Theory]
    [InlineData("FRM", "TIS-620", "CAC1^AAD2C2", "สม^ชาย")]
    [InlineData("FRN", "KOI8-R", "E9F7E1EEEFF7^F0E5F4F2", "ИВАНОВ^ПЕТР")]
    [InlineData("FRO", "UNICODE UTF-8", "4DFC4C4C4552^4AC3965247", "M\uFFFDLLER^JÖRG")]
    public async Task A_name_is_read_in_the_character_set_that_was_named(string id, string set, string name, string shown)
    {
        var engine = await shared.GetAsync();
        byte[] bytes = [.. Convert.FromHexString(name.Split('^')[0]), (byte)'^', .. Convert.FromHexString(name.Split('^')[1])];
        var text = Placed(id, "PID-5=@").Replace("UNICODE UTF-8", set, StringComparison.Ordinal);
        byte[] message = [.. Encoding.ASCII.GetBytes(text[..text.IndexOf('@', StringComparison.Ordinal)]), .. bytes,
            .. Encoding.ASCII.GetBytes(text[(text.IndexOf('@', StringComparison.Ordinal) + 1)..])];

        var answer = Told(await ExchangeAsync(engine, message, "\u001c\r"));

        Assert.Equal(shown.Contains('\uFFFD', StringComparison.Ordinal) ? "AA PID^1^5" : "AA", answer);
        Assert.Equal(shown, Assert.Single(await Findscu.QueryAsync(engine.DicomPort, $"00080050={id}")).Name);
    }

    [Theory]
    [InlineData("FRP", "\u001c")]
    [InlineData("FRQ", "\u001c\0")]
    [InlineData("FRR", "\u001c \r")]
    public async Task A_frame_that_does_not_end_as_it_should_is_answered(string id, string end)
    {
        var engine = await shared.GetAsync();

        Assert.StartsWith("AA", Told(await ExchangeAsync(engine, Encoding.UTF8.GetBytes(Placed(id)), end)), StringComparison.Ordinal);

        Assert.Single(await Findscu.QueryAsync(engine.DicomPort, $"00080050={id}"));
    }

    [Theory]
    [InlineData("FRS", "A30")]
    [InlineData("FRT", "A39")]
    [InlineData("FRU", "A18")]
    public async Task A_merge_by_any_event_is_made_and_the_survivor_stays_who_it_is(string id, string trigger)
    {
        var engine = await shared.GetAsync();
        await SendAsync(engine, Placed(id + "1", "PID-5=RIGHT^NAME"));
        await SendAsync(engine, Placed(id + "2", "PID-5=OLD^DUPLICATE"));

        var merged = await SendAsync(engine, Message($"ADT^{trigger}", $"EVN|{trigger}", Pid(id + "1", "RIGHT^NAME"), $"MRG|{id}2^^^MERCY^MR"));
        var order = await SendAsync(engine, Placed(id + "3", $"PID-3={id}2^^^MERCY^MR", "PID-5=OLD^DUPLICATE"));
        var news = await SendAsync(engine, Message("ADT^A08", "EVN|A08", Pid(id + "2", "OLD^DUPLICATE"), "PV1|1|O"));

        Assert.Equal(("AA", "AA PID^1^3", "AA PID^1^3"), (merged, order, news));
        var shown = await Findscu.QueryAsync(engine.DicomPort, $"00100020={id}1");
        Assert.Equal([id + "1 RIGHT^NAME", id + "2 RIGHT^NAME", id + "3 RIGHT^NAME"], shown.Select(static e => $"{e.Accession} {e.Name}").Order());
        Assert.Empty(await Findscu.QueryAsync(engine.DicomPort, $"00100020={id}2"));
    }

    [Fact]
    public async Task A_birth_date_that_cannot_be_read_leaves_the_one_that_is_stored()
    {
        var engine = await shared.GetAsync();
        await SendAsync(engine, Placed("FRV", "PID-7=19800214"));

        foreach (var date in (string[])["1980-13-45", "14.02.1980", "UNKNOWN", "19800214T"])
            Assert.Equal("AA PID^1^7", await SendAsync(engine, Message("ADT^A08", "EVN|A08", $"PID|1||FRV^^^MERCY^MR||RAO^ANITA||{date}|F", "PV1|1|O")));

        Assert.Equal("19800214", Assert.Single(await Findscu.QueryAsync(engine.DicomPort, "00080050=FRV"))["00100030"]);
    }

    [Theory]
    [InlineData("FRW", "XO")]
    [InlineData("FRX", "XX")]
    public async Task A_change_says_only_what_is_new(string id, string control)
    {
        var engine = await shared.GetAsync();
        await SendAsync(engine, Placed(id));

        Assert.Equal("AA", await SendAsync(engine, Message("ORM^O01", Pid(id), $"ORC|{control}|P{id}^HIS", $"OBR|1|P{id}^HIS{new string('|', 25)}^^^20261201110000^^S")));

        var entry = Assert.Single(await Findscu.QueryAsync(engine.DicomPort, $"00080050={id}"));
        Assert.Equal(("CT", "20261201110000", "CT Chest"), (entry.Modality, entry.Start, entry["00321060"]));
    }

    [Fact]
    public async Task A_booking_waits_for_its_order_and_two_stations_both_see_theirs()
    {
        var engine = await shared.GetAsync();
        var booking = await SendAsync(engine, Message("SIU^S12", "SCH|ZFRY^HIS||||||||30|min|^^30^20261201134500|||||||||||||||PFRY^HIS",
            Pid("FRY"), "PV1|1|O", "RGS|1", "AIS|1||CTCHEST^CT Chest^L|20261201134500"));
        await SendAsync(engine, Placed("FRY").Replace(Start, "", StringComparison.Ordinal));
        var steps = await SendAsync(engine, Message("OMI^O23^OMI_O23", Pid("FRZ"), "ORC|NW|PFRZ^HIS|FFRZ^RIS||SC", $"TQ1|1||||||{Start}||R",
            "OBR|1|PFRZ^HIS|FFRZ^RIS|P4^Procedure 4^L", "IPC|FRZ|RPFRZ|1.2.826.0.1.3680043.10.9.77|SFRZ|MR|PC1^Protocol 1^L|||AET1~AET2"));

        Assert.Equal(("AA SCH^1^26", "AA"), (booking, steps));
        Assert.Equal("20261201134500", Assert.Single(await Findscu.QueryAsync(engine.DicomPort, "00080050=FRY")).Start);
        foreach (var station in (string[])["AET1", "AET2"])
            Assert.Single(await Findscu.QueryAsync(engine.DicomPort, "00080050=FRZ", $">00400001={station}"));
    }

    [Fact]
    public async Task Two_applications_of_a_facility_may_use_one_number()
    {
        var engine = await shared.GetAsync();

        Assert.Equal("AA", await SendAsync(engine, Placed("FR1", "ORC-2=100778", "OBR-2=100778")));
        Assert.Equal("AA", await SendAsync(engine, Placed("FR2", "ORC-2=100778", "OBR-2=100778").Replace("|HIS|", "|CARDIO|", StringComparison.Ordinal)));

        Assert.Equal("FR1", Assert.Single(await Findscu.QueryAsync(engine.DicomPort, "00080050=FR1")).PatientId);
        Assert.Equal("FR2", Assert.Single(await Findscu.QueryAsync(engine.DicomPort, "00080050=FR2")).PatientId);
    }

    [Theory]
    [InlineData(">00400002=202611*")]
    [InlineData(">00400002=TODAY")]
    [InlineData(">00400002=20261201,")]
    [InlineData(">00080060=CT\\MR")]
    public async Task A_key_that_means_nothing_is_a_failure_and_no_empty_list(string key)
    {
        var engine = await shared.GetAsync();

        var result = await Tool.RunAsync("findscu", "-d", "-W", "-aec", "CLOUDPACS", "-k", $"(0040,0100)[0].{key[1..5]},{key[5..]}", "127.0.0.1", $"{engine.DicomPort}");

        Assert.Contains("0xa900", result.Output + result.Errors, StringComparison.OrdinalIgnoreCase);
    }

    private static string Pid(string id, string name = "RAO^ANITA") => $"PID|1||{id}^^^MERCY^MR||{name}||19800214|F";

    /// <summary>An order with some fields otherwise, given as <c>PID-5=RAO^ANITA</c>.</summary>
    private static string Placed(string id, params string[] fields)
    {
        List<string> lines =
        [
            Pid(id), "PV1|1|O", $"ORC|NW|P{id}^HIS|||SC||^^^{Start}^^R",
            $"OBR|1|P{id}^HIS||CTCHEST^CT Chest^L||||||||||||||{id}||||||CT|||^^^{Start}^^R",
        ];
        foreach (var field in fields)
        {
            var (name, at, equals) = (field[..3], field.IndexOf('-', StringComparison.Ordinal), field.IndexOf('=', StringComparison.Ordinal));
            var line = lines.FindIndex(segment => segment.StartsWith(name, StringComparison.Ordinal));
            if (line < 0) lines.Add($"{name}|1");
            if (line < 0) line = lines.Count - 1;
            var values = lines[line].Split('|').ToList();
            var number = int.Parse(field[(at + 1)..equals], System.Globalization.CultureInfo.InvariantCulture);
            while (values.Count <= number) values.Add("");
            values[number] = field[(equals + 1)..];
            lines[line] = string.Join('|', values);
        }

        return Message("ORM^O01", [.. lines]);
    }

    private static string Message(string type, params string[] segments) =>
        $"MSH|^~\\&|HIS|MERCY|CLOUDPACS|RAD|20261128120000||{type}|FR{Environment.ProcessId}-{Interlocked.Increment(ref messages)}|P|2.5.1||||||UNICODE UTF-8\r"
        + $"{string.Join('\r', segments)}\r";

    private static async Task<string> SendAsync(TestedEngine engine, string message) =>
        Told(await ExchangeAsync(engine, Encoding.UTF8.GetBytes(message), "\u001c\r"));

    /// <summary>The code of an answer, and the place that its first ERR names.</summary>
    private static string Told(string answer)
    {
        var segments = answer.Split('\r');
        var error = Array.Find(segments, static segment => segment.StartsWith("ERR|", StringComparison.Ordinal));
        var code = Array.Find(segments, static segment => segment.StartsWith("MSA|", StringComparison.Ordinal))!.Split('|')[1];
        return error is null ? code : $"{code} {error.Split('|')[2]}";
    }

    private static async Task<string> ExchangeAsync(TestedEngine engine, byte[] message, string end)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", engine.MllpPort, cancel);
        var stream = client.GetStream();
        await stream.WriteAsync((byte[])[0x0B, .. message, .. Encoding.ASCII.GetBytes(end)], cancel);
        using var answer = new MemoryStream();
        var buffer = new byte[65536];
        while (!answer.GetBuffer().AsSpan(0, (int)answer.Length).Contains((byte)0x1C))
        {
            var read = await stream.ReadAsync(buffer, cancel);
            Assert.True(read > 0, "The engine closed the connection.");
            answer.Write(buffer, 0, read);
        }

        return Encoding.UTF8.GetString(answer.ToArray());
    }
}
