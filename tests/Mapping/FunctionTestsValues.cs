using CloudPacs.Mapping.Values;
using Xunit;

namespace CloudPacs.Mapping.Tests;

public sealed class FunctionTestsValues
{
    private static readonly FunctionBench Bench = new("PID|1\nNTE|1||First line~Second line\nOBR|1\nNTE|1||Third\\.br\\fourth");

    private static string? Text(string function, string text, params MapValue[] arguments) => Bench.Call(function, [MapValue.Text(text), .. arguments]).AsText();

    [Theory]
    [InlineData("trim", "  a b ", "a b")]
    [InlineData("upper", "müller", "MÜLLER")]
    [InlineData("lower", "ABC", "abc")]
    public void Texts_change_case_and_blanks(string function, string text, string expected) =>
        Assert.Equal(expected, Text(function, text));

    [Fact]
    public void A_cut_counts_characters_and_keeps_text_elements_whole()
    {
        Assert.Equal("one", Text("cut", "one two", MapValue.Number(4)));
        Assert.Equal("a\U0001F600", Text("cut", "a\U0001F600b", MapValue.Number(2)));
        Assert.Equal("x", Text("cut", "xe\u0301", MapValue.Number(2)));
    }

    [Fact]
    public void Padding_fills_in_front()
    {
        Assert.Equal("0007", Text("padLeft", "7", MapValue.Number(4)));
        Assert.Equal("--7", Text("padLeft", "7", MapValue.Number(3), MapValue.Text("-")));
        Assert.Equal(256, Text("padLeft", "7", MapValue.Number(1_000_000))!.Length);
    }

    [Theory]
    [InlineData("before", "ab-cd-ef", "ab")]
    [InlineData("after", "ab-cd-ef", "cd-ef")]
    [InlineData("before", "abc", "abc")]
    [InlineData("after", "abc", null)]
    public void Parts_stand_before_and_after_a_mark(string function, string text, string? expected) =>
        Assert.Equal(expected, Text(function, text, MapValue.Text("-")));

    [Fact]
    public void Lists_are_split_joined_and_limited()
    {
        var list = Bench.Call("split", MapValue.Text("a; b;;c"), MapValue.Text(";"));

        Assert.Equal(["a", "b", "c"], list.Items.Select(item => item.AsText()));
        Assert.Equal("a/b/c", Bench.Call("join", list, MapValue.Text("/")).AsText());
        Assert.Equal(["a", "b", "MORE"], Bench.Call("upTo", list, MapValue.Number(2), MapValue.Text("MORE")).Items.Select(item => item.AsText()));
        Assert.Equal(3, Bench.Call("upTo", list, MapValue.Number(3), MapValue.Text("MORE")).Items.Length);
        Assert.Equal("a", Bench.Call("first", list).AsText());
        Assert.Equal(3, Bench.Call("count", list).AsNumber());
    }

    [Fact]
    public void The_three_states_can_be_asked_for()
    {
        Assert.True(Bench.Call("isNull", MapValue.Null).IsTrue);
        Assert.False(Bench.Call("isNull", MapValue.Absent).IsTrue);
        Assert.False(Bench.Call("exists", MapValue.Null).IsTrue);
        Assert.True(Bench.Call("exists", MapValue.Text("x")).IsTrue);
        Assert.Equal(0, Bench.Call("count", MapValue.Absent).AsNumber());
    }

    [Theory]
    [InlineData("12.50", "12.5")]
    [InlineData("-3", "-3")]
    [InlineData("1e3", "1000")]
    [InlineData("twelve", null)]
    public void A_number_is_read_or_absent(string text, string? expected) => Assert.Equal(expected, Text("number", text));

    [Fact]
    public void Notes_become_lines() =>
        Assert.Equal("First line\r\nSecond line\r\nThird\r\nfourth",
            Bench.Call("lines", MapValue.List(MapKind.Node, [Bench.Node("NTE-3"), Bench.Node("NTE[2]-3")])).AsText());

    [Theory]
    [InlineData("20260310093000", "2026-03-10T09:30:00+05:30")]
    [InlineData("20260310093000+0000", "2026-03-10T09:30:00+00:00")]
    [InlineData("202603100930", "2026-03-10T09:30:00+05:30")]
    [InlineData("20260310", "2026-03-10")]
    [InlineData("198002", "1980-02")]
    [InlineData("yesterday", null)]
    public void A_FHIR_time_keeps_its_precision_and_the_offset_that_was_found(string text, string? expected) => Assert.Equal(expected, Text("fhirDateTime", text));

    [Fact]
    public void The_offset_of_the_message_counts_unless_the_sender_says_otherwise()
    {
        var fromMessage = new FunctionBench("PID|1", zone: "Europe/Berlin");
        var fromSender = new FunctionBench("PID|1", new SenderPolicy { IgnoreMshOffset = true }, zone: "Europe/Berlin");
        var withoutOffset = new FunctionBench("PID|1", zone: "Europe/Berlin", msh7: "20260310083015");

        Assert.Equal("2026-07-01T09:00:00+05:30", fromMessage.Call("fhirDateTime", MapValue.Text("20260701090000")).AsText());
        Assert.Equal("2026-07-01T09:00:00+02:00", fromSender.Call("fhirDateTime", MapValue.Text("20260701090000")).AsText());
        Assert.Equal("2026-03-10T09:00:00+01:00", withoutOffset.Call("fhirDateTime", MapValue.Text("20260310090000")).AsText());
        Assert.Equal("2026-03-10T09:00:00-05:00", fromMessage.Call("zone", MapValue.Text("20260310090000"), MapValue.Text("America/Lima")).AsTime()!.FhirDateTime());
    }

    [Fact]
    public void A_date_is_never_shifted()
    {
        var date = Bench.Call("date", MapValue.Text("19800203233000-0800")).AsTime()!;

        Assert.Equal("19800203", date.DicomDate(TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata")));
        Assert.Equal("1980-02-03", date.FhirDate());
    }

    [Fact]
    public void Minutes_are_added_within_the_calendar()
    {
        var time = Bench.Call("time", MapValue.Text("20260310233000"));

        Assert.Equal("2026-03-11T00:15:00+05:30", Bench.Call("addMinutes", time, MapValue.Number(45)).AsTime()!.FhirDateTime());
        Assert.False(Bench.Call("addMinutes", time, MapValue.Number(decimal.MaxValue)).HasValue);
        Assert.False(Bench.Call("addMinutes", Bench.Call("time", MapValue.Text("99991231235900")), MapValue.Number(45)).HasValue);
        Assert.False(Bench.Call("addMinutes", Bench.Call("time", MapValue.Text("20260310")), MapValue.Number(45)).HasValue);
    }

    [Theory]
    [InlineData("M30", null, "30")]
    [InlineData("H2", null, "120")]
    [InlineData("S90", null, "1.5")]
    [InlineData("45", null, "45")]
    [InlineData("2", "HR", "120")]
    [InlineData("45", "MIN", "45")]
    [InlineData("2", "weeks", null)]
    [InlineData("M", null, null)]
    [InlineData("-5", null, null)]
    public void Durations_are_read_as_minutes(string text, string? unit, string? expected) => Assert.Equal(expected, Text("minutes", text, MapValue.Text(unit)));

    [Fact]
    public void Hashes_and_ids_follow_from_their_names()
    {
        Assert.Equal("2.25.209680398573113860225745563084707960379", Text("uid25", "1.2.3.4|ACC20260310001"));
        Assert.Equal("9dbef9d0-6867-501c-9675-2c51bf0d963b", Text("uuid5", "1.2.3.4|ACC20260310001"));
        Assert.Equal("ba7816bf", Text("hash", "abc", MapValue.Number(8)));
    }

    [Fact]
    public void The_catalogue_gives_the_cell_of_a_procedure()
    {
        var row = new CatalogueRow("XRCHEST", new Dictionary<string, string> { ["modality"] = "DX" }, "catalogue.csv", 2);
        var bench = new FunctionBench("PID|1", catalogue: new Catalogue(["modality", "station"], [row]));

        Assert.Equal("DX", bench.Call("catalogue", MapValue.Text("XRCHEST"), MapValue.Text("modality")).AsText());
        Assert.False(bench.Call("catalogue", MapValue.Text("XRCHEST"), MapValue.Text("station")).HasValue);
        Assert.False(bench.Call("catalogue", MapValue.Text("OTHER"), MapValue.Text("modality")).HasValue);
    }
}
