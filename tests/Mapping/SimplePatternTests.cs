using System.Text.RegularExpressions;
using CloudPacs.Mapping.Compilation;
using Xunit;

namespace CloudPacs.Mapping.Tests;

public class SimplePatternTests
{
    private static readonly string[] Values =
    [
        "", "T", "t5", "T\n", "20260310", "2026031", "202603101200", "2026031x", "a-b", "R", "abc", "\n", new string('x', 64),
        new string('x', 65) + "\n",
    ];

    [Theory]
    [InlineData("[0-9]{8}.*")]
    [InlineData("[Tt].*")]
    [InlineData("[Tt].+")]
    [InlineData("(?s).{65,}")]
    [InlineData("(?s).*")]
    [InlineData("T")]
    [InlineData("[A-Za-z]+")]
    [InlineData("[a-c]{3}")]
    [InlineData("20[0-9]{2}.{4,}")]
    [InlineData(".")]
    [InlineData("")]
    public void A_row_of_sets_is_told_as_by_a_regular_expression(string pattern)
    {
        var simple = SimplePattern.Read(pattern);

        Assert.NotNull(simple);
        Assert.All(Values, value => Assert.Equal(Regex.IsMatch(value, $@"\A(?:{pattern})\z"), simple.Matches(value)));
    }

    [Theory]
    [InlineData("[0-9]*x")]
    [InlineData("a|b")]
    [InlineData("(ab)+")]
    [InlineData("[^0-9]")]
    [InlineData("[a-]")]
    [InlineData("[]a]")]
    [InlineData(@"\d+")]
    [InlineData("a?")]
    [InlineData("a+?")]
    [InlineData("a{2,3}")]
    [InlineData("a{,3}")]
    [InlineData("^a$")]
    [InlineData("(?i)a")]
    [InlineData("[z-a]")]
    [InlineData("[")]
    [InlineData("a-b")]
    public void Any_other_pattern_is_left_to_the_regular_expression(string pattern) => Assert.Null(SimplePattern.Read(pattern));
}
