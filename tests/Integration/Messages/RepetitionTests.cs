using Xunit;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>A second repetition is carried over, or its loss is told.</summary>
public class RepetitionTests
{
    private readonly HisLink _his = new();

    [Theory]
    [InlineData("OBR", 16, "77^SMITH^JOHN~78^JONES^MARY")]
    [InlineData("OBR", 34, "77&SMITH&JOHN~78&JONES&MARY")]
    [InlineData("OBR", 17, "040123456~040654321")]
    [InlineData("ORC", 12, "77^SMITH^JOHN~78^JONES^MARY")]
    [InlineData("OBR", 4, "CTCHEST^CT Chest^L~CTHEAD^CT Head^L")]
    public void Of_a_field_that_has_one_place_only(string segment, int field, string value)
    {
        var placed = Send(segment, field, value);

        Assert.Equal("AA", placed.Code);
        Assert.Equal(("102", "W", $"{segment}^1^{field}"), Assert.Single(placed.Problems));
    }

    [Theory]
    [InlineData("PV1", 8, "77^SMITH^JOHN~78^JONES^MARY")]
    [InlineData("PV1", 7, "77^SMITH^JOHN~78^JONES^MARY")]
    [InlineData("OBR", 31, "R1^Cough^L~R2^Fever^L")]
    [InlineData("OBR", 28, "77^SMITH^JOHN~78^JONES^MARY")]
    [InlineData("OBR", 16, "77^SMITH^JOHN~")]
    public void Of_a_field_that_is_read_whole_it_is_there(string segment, int field, string value)
    {
        var placed = Send(segment, field, value);

        Assert.Empty(placed.Problems);
        if (segment == "PV1") Assert.Contains("MARY", _his.Resources("Encounter")[0].ToJsonString(), StringComparison.Ordinal);
    }

    private HisReply Send(string segment, int field, string value)
    {
        var segments = new Dictionary<string, string[]>
        {
            ["PV1"] = HisLink.Fields("PV1", (1, "1"), (2, "O"), (19, "V1^^^MERCY")),
            ["ORC"] = HisLink.Fields("ORC", (1, "NW"), (2, "P1^HIS")),
            ["OBR"] = HisLink.Fields("OBR", (1, "1"), (2, "P1^HIS"), (4, "CTCHEST^CT Chest^L"), (24, "CT"), (27, "^^^20260310093000^^R")),
        };
        segments[segment][field] = value;
        return _his.Send("ORM^O01", [HisLink.Pid("MRN1"), .. segments.Values.Select(static fields => string.Join('|', fields))]);
    }
}
