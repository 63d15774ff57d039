using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>
/// Two fields give one value, and the messages of one order bring now the one, now the other: what stands in for something better does not
/// replace it, whichever comes later.
/// </summary>
public class StandInTests
{
    private readonly HisLink _his = new();

    public static TheoryData<string, string, string, uint, string?> Pairs => new()
    {
        { "ORC-14=+911", "OBR-17=+912", "OBR-17=+913", 0x0040_2010, "OBR^1^17" },
        { "OBR-16=1^RAO^ANITA", "ORC-12=2^NAIR^GEETA", "ORC-12=3^IYER^SURESH", 0x0032_1032, "ORC^1^12" },
        { "ORC-17=^Radiology", "ORC-13=^^^^^^^^Ward desk", "ORC-13=^^^^^^^^Night desk", 0x0008_1040, "ORC^1^13" },
        { "ORC-9=20260310080000", "ORC-15=20260301080000", "ORC-15=20260302080000", 0x0040_2004, "ORC^1^15" },
        { "OBR-34=7&RAO&ANITA", "OBR-32=8&NAIR&GEETA", "OBR-32=9&IYER&SURESH", 0x0040_0006, "OBR^1^32" },
        { "OBR-27=^^^20260310093000", "OBR-6=20260311070000", "OBR-6=20260312070000", 0x0040_0002, "OBR^1^6" },
        { "PV2-3=^Acute abdomen", "OBR-31=^Cough", "OBR-31=^Fever", 0x0032_1066, null },
        { "ORC-17=^Radiology", "PV1-10=SUR", "PV1-10=MED", 0x0032_1033, null },
        { "PID-22=^Maratha", "PID-10=^Asian", "PID-10=^African", 0x0010_2160, null },
        { "PV1-14=7", "PV1-2=I", "PV1-2=E", 0x0038_0016, null },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void It_leaves_what_is_better_and_is_told(string better, string standIn, string other, uint attribute, string? place)
    {
        Send("NW", better);
        var before = Value(attribute);

        var told = new[] { Send("XO", standIn), Send("XO", other) };

        Assert.NotEmpty(before);
        Assert.Equal(before, Value(attribute));
        foreach (var reply in told) Assert.Equal(place is null ? [] : [("207", "W", place)], reply.Problems);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void It_is_taken_where_there_is_nothing_better_and_gives_way_to_it(string better, string standIn, string other, uint attribute, string? place)
    {
        Send("NW", standIn);
        var first = Value(attribute);
        var told = new[] { Send("XO", other) }.ToList();
        var second = Value(attribute);
        told.Add(Send("XO", better));
        var last = Value(attribute);
        var left = Send("XO", standIn);

        Assert.All([first, second, last], Assert.NotEmpty);
        Assert.NotEqual(first, second);
        Assert.NotEqual(second, last);
        Assert.All(told, static reply => Assert.Empty(reply.Problems));
        Assert.Equal((last.ToString(), place is null ? 0 : 1), (Value(attribute).ToString(), left.Problems.Count));
    }

    [Theory]
    [InlineData("ORC-14=+911", "OBR-17=\"\"", 0x0040_2010u, "OBR^1^17")]
    [InlineData("OBR-16=1^RAO^ANITA", "ORC-12=\"\"", 0x0032_1032u, "ORC^1^12")]
    [InlineData("OBR-16=1^RAO^ANITA", "ORC-12=2", 0x0032_1032u, "ORC^1^12")]
    public void Nor_does_it_take_what_is_better_away(string better, string standIn, uint attribute, string place)
    {
        Send("NW", better);
        var before = Value(attribute);

        var told = Send("XO", standIn);

        Assert.Equal(before, Value(attribute));
        Assert.Equal(("207", "W", place), Assert.Single(told.Problems));
    }

    [Fact]
    public void FHIR_keeps_it_too()
    {
        Send("NW", "OBR-16=1^RAO^ANITA", "ORC-14=+911");

        Send("XO", "ORC-12=2^NAIR^GEETA", "OBR-17=+912");

        var requester = _his.Resources("ServiceRequest")[^1]["requester"]!;
        Assert.Equal(("ANITA RAO", "+911"), ((string?)requester["display"], (string?)requester["extension"]![0]!["valueContactPoint"]!["value"]));
    }

    [Fact]
    public void A_value_that_is_said_again_by_the_other_field_is_no_news()
    {
        Send("NW", "ORC-14=+911");

        Assert.Empty(Send("XO", "OBR-17=+911").Problems);
        Assert.Equal("+911", Value(0x0040_2010));
    }

    [Fact]
    public void An_order_without_a_time_gets_that_which_it_asks_for_later()
    {
        Send("NW", "OBR-27=");

        Send("XO", "OBR-27=", "OBR-6=20260312070000");

        Assert.Equal("20260312", Value(0x0040_0002));
    }

    [Fact]
    public void The_end_of_a_step_stays_with_its_start()
    {
        Send("NW", "OBR-27=^^M30^20260310093000");
        var before = (Value(0x0040_0002), Value(0x0040_0004), Value(0x0040_0005));

        Send("XO", "OBR-6=20260301070000", "OBR-27=^^M45");

        Assert.Equal(before, (Value(0x0040_0002), Value(0x0040_0004), Value(0x0040_0005)));
    }

    [Fact]
    public void No_station_sees_which_values_stand_in()
    {
        Send("NW", "OBR-17=+912", "PID-10=^Asian", "OBR-6=20260301070000");

        var entry = Assert.Single(_his.Entries);
        Assert.DoesNotContain(entry.Concat(HisLink.StepOf(entry)), static element => element.Tag.Group % 2 == 1);
    }

    [Theory]
    [InlineData("", "Y", "PROTECTED")]
    [InlineData("", "Y,N", null)]
    [InlineData("", "Y,\"\"", null)]
    [InlineData("VIP", "Y,N", "VIP")]
    [InlineData("VIP,N", "", null)]
    [InlineData("N", "Y", "PROTECTED")]
    public void A_constraint_is_lifted_by_the_field_that_asked_for_it(string known, string asked, string? expected)
    {
        Send("NW", "");
        foreach (var value in known.Split(',')) Send("XO", value.Length == 0 ? "" : "PV1-16=" + value);
        foreach (var value in asked.Split(',')) Send("XO", value.Length == 0 ? "" : "PD1-12=" + value);

        Assert.Equal(expected ?? "", Value(0x0040_3001));
    }

    [Theory]
    [InlineData("PV1-16=VIP")]
    [InlineData("PD1-12=Y")]
    public void Both_fields_lift_any_constraint_together(string constraint)
    {
        Send("NW", constraint);

        Send("XO", "PV1-16=N", "PD1-12=N");

        Assert.Equal("", Value(0x0040_3001));
    }

    [Fact]
    public void Who_is_not_well_known_any_more_keeps_the_constraint_that_was_asked_for()
    {
        Send("NW", "PD1-12=Y");

        Send("XO", "PV1-16=N");

        Assert.Equal("PROTECTED", Value(0x0040_3001));
    }

    [Fact]
    public void A_long_reason_takes_no_notes_away_and_goes_with_the_next_one()
    {
        var reason = string.Join(' ', Enumerable.Range(100, 25));
        Send("NW", "NTE-3=Bring old films");
        Send("XO", "OBR-31=^" + reason);
        Assert.Equal("Bring old films", Value(0x0040_1400));
        _his.Send("ORM^O01", FieldText.With([HisLink.Pid("MRN1"), Order("NW", "P2")], "OBR-31=^" + reason, "OBR-18=ACC2"));

        _his.Send("ORM^O01", FieldText.With([HisLink.Pid("MRN1"), Order("XO", "P2")], "OBR-31=^Cough", "OBR-18=ACC2"));

        var entry = Assert.Single(_his.Entries, static known => known.GetString(Tags.AccessionNumber) == "ACC2");
        Assert.Equal(("Cough", null), (entry.GetString(new Tag(0x0040_1002)), entry.GetString(new Tag(0x0040_1400))));
    }

    private HisReply Send(string control, params string[] values) =>
        _his.Send("ORM^O01", FieldText.With([HisLink.Pid("MRN1"), "PV1|1||W1||||||||||||||||VN1", Order(control, "P1")], values));

    private static string Order(string control, string placer) =>
        $"ORC|{control}|{placer}^HIS\rOBR|1|{placer}^HIS||CT1^CT Chest^L||||||||||||||ACC1||||||CT";

    private string Value(uint attribute)
    {
        var entry = Assert.Single(_his.Entries, static known => known.GetString(Tags.AccessionNumber) == "ACC1");
        var tag = new Tag(attribute);
        return string.Join('\\', entry.Contains(tag) ? entry.GetStrings(tag) : HisLink.StepOf(entry).GetStrings(tag));
    }
}
