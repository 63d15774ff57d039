using CloudPacs.Hl7v2;
using Xunit;

namespace CloudPacs.Protocols.Tests.Hl7v2;

public sealed class FieldPathTests
{
    [Theory]
    [InlineData("PID-3[2].4.2", "PID", 1, 3, 2, 4, 2)]
    [InlineData("OBX[3]-5", "OBX", 3, 5, 0, 0, 0)]
    [InlineData("PV1-7.1", "PV1", 1, 7, 0, 1, 0)]
    [InlineData("Z2X[10]-11[12].13.14", "Z2X", 10, 11, 12, 13, 14)]
    public void An_address_is_parsed_and_written_back(string text, string segment, int occurrence, int field, int repetition, int component, int subComponent)
    {
        var path = FieldPath.Parse(text);

        Assert.Equal(new FieldPath(segment, occurrence, field, repetition, component, subComponent), path);
        Assert.Equal(text, path.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("PID")]
    [InlineData("PID-")]
    [InlineData("PID-0")]
    [InlineData("PID3-1")]
    [InlineData("PID-1.")]
    [InlineData("PID-1.2.3.4")]
    [InlineData("PID-1[]")]
    [InlineData("PID-1[2")]
    [InlineData("PID[x]-1")]
    [InlineData("P!D-1")]
    [InlineData("PID-1 ")]
    [InlineData("PID-99999999999")]
    public void What_is_no_address_is_refused(string? text)
    {
        Assert.False(FieldPath.TryParse(text, out _));
    }

    [Theory]
    [InlineData("OBR-18", "OBR^1^18")]
    [InlineData("OBR[2]-4.1", "OBR^2^4^1^1")]
    [InlineData("PID-3[2].4.2", "PID^1^3^2^4^2")]
    [InlineData("PID-3[2]", "PID^1^3^2")]
    public void An_address_becomes_an_error_location(string text, string expected)
    {
        Assert.Equal(expected, FieldPath.Parse(text).ToErrorLocation().ToString());
    }

    [Fact]
    public void An_error_location_leaves_out_what_says_nothing()
    {
        Assert.Equal("OBR^1^18", new ErrorLocation("OBR", 1, 18).ToString());
        Assert.Equal("PID^1", new ErrorLocation("PID", 1).ToString());
        Assert.Equal("PID^1^3^^2", new ErrorLocation("PID", 1, 3, null, 2).ToString());
    }
}
