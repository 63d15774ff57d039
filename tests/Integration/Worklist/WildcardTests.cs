using CloudPacs.Dicom.Matching;
using Xunit;

namespace CloudPacs.Integration.Tests.Worklist;

/// <summary>PS3.4 C.2.2.2.4 by the character.</summary>
public sealed class WildcardTests
{
    [Theory]
    [InlineData("?", "𠮷", true)]
    [InlineData("??", "𠮷", false)]
    [InlineData("?野", "𠮷野", true)]
    [InlineData("*野", "𠮷野", true)]
    [InlineData("𠮷*", "𠮷野", true)]
    [InlineData("*?", "𠮷", true)]
    [InlineData("?*?", "𠮷", false)]
    [InlineData("", "", true)]
    [InlineData("*", "", true)]
    [InlineData("?", "", false)]
    [InlineData("**", "A", true)]
    [InlineData("A*B*C", "AXXBXXC", true)]
    [InlineData("A*B*C", "AXXBXX", false)]
    [InlineData("*AB", "AAB", true)]
    [InlineData("[A-C]*", "B1", false)]
    [InlineData("a*", "A1", false)]
    public void A_pattern_matches_what_its_signs_say(string pattern, string text, bool expected) => Assert.Equal(expected, Wildcard.Matches(pattern, text));

    [Fact]
    public void Many_stars_take_no_more_time_than_the_product_of_the_lengths() =>
        Assert.False(Wildcard.Matches(string.Concat(Enumerable.Repeat("*A", 400)) + "B", new string('A', 20_000)));
}
