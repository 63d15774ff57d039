using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom;

public class VrRulesTests
{
    [Theory]
    [InlineData("DA", "20260310", true)]
    [InlineData("DA", "20260230", false)]
    [InlineData("DA", "2026", false)]
    [InlineData("TM", "09", true)]
    [InlineData("TM", "0930", true)]
    [InlineData("TM", "093000.123456", true)]
    [InlineData("TM", "2460", false)]
    [InlineData("TM", "235960", true)]
    [InlineData("DT", "2026", true)]
    [InlineData("DT", "20260310093015.123+0530", true)]
    [InlineData("DT", "2026031009-1200", true)]
    [InlineData("DT", "20261310", false)]
    [InlineData("DT", "202603100930.5", false)]
    [InlineData("CS", "CT_1 X", true)]
    [InlineData("CS", "ct", false)]
    [InlineData("CS", "ABCDEFGHIJKLMNOPQ", false)]
    [InlineData("DS", "-1.5E-3", true)]
    [InlineData("DS", "1,5", false)]
    [InlineData("IS", "2147483647", true)]
    [InlineData("IS", "2147483648", false)]
    [InlineData("UI", "1.2.840.0.1", true)]
    [InlineData("UI", "1.02", false)]
    [InlineData("UI", "1.2.", false)]
    [InlineData("UI", "1\n", false)]
    [InlineData("AE", "CT1", true)]
    [InlineData("AE", "   ", false)]
    [InlineData("SH", "1234567890123456", true)]
    [InlineData("SH", "𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷", true)]
    [InlineData("SH", "12345678901234567", false)]
    [InlineData("LO", "a\\b", false)]
    [InlineData("LO", "a\tb", false)]
    [InlineData("LT", "a\\b\r\n", true)]
    [InlineData("PN", "a^b^c^d^e", true)]
    [InlineData("PN", "a^b^c^d^e^f", false)]
    [InlineData("PN", "a=b=c=d", false)]
    [InlineData("US", "65536", false)]
    [InlineData("AS", "018M", true)]
    public void Values_are_checked_as_table_6_2_1_says(string vr, string value, bool fits) =>
        Assert.Equal(fits, VrRules.FindProblem(value, Enum.Parse<VR>(vr)) == null);

    [Theory]
    [InlineData("abc  def", 5, "abc")]
    [InlineData("abcdef", 3, "abc")]
    [InlineData("ae\u0301x", 2, "a")]
    [InlineData("a👩‍👩‍👧x", 3, "a")]
    [InlineData("𠮷𠮷𠮷", 2, "𠮷𠮷")]
    [InlineData("short", 16, "short")]
    public void A_cut_ends_between_text_elements_and_without_a_space(string text, int max, string expected) =>
        Assert.Equal(expected, VrRules.Cut(text, max));

    [Theory]
    [InlineData("LO", "  a\\b\tc\r\nd\u0007e ", "a/b c de")]
    [InlineData("LT", "  a\\b\r\nc\u0007 ", "  a\\b\r\nc")]
    [InlineData("SH", "A  1", "A  1")]
    public void Cleaning_takes_out_what_a_representation_cannot_hold(string vr, string text, string expected) =>
        Assert.Equal(expected, VrRules.Clean(text, Enum.Parse<VR>(vr)));

    [Fact]
    public void A_name_too_long_loses_suffix_prefix_and_middle_before_given_and_family_are_cut()
    {
        var name = new PersonName(new PersonNameGroup(new string('F', 30), new string('G', 30), "Middle", "Dr", "MD"));
        var longer = new PersonName(new PersonNameGroup(new string('F', 50), new string('G', 30), "Middle"));
        var longest = new PersonName(new PersonNameGroup(new string('F', 80), "Given"));

        Assert.Equal($"{new string('F', 30)}^{new string('G', 30)}", name.Fit(out var wasCut).ToString());
        Assert.True(wasCut);
        Assert.Equal($"{new string('F', 50)}^{new string('G', 13)}", longer.Fit(out _).ToString());
        Assert.Equal(new string('F', 64), longest.Fit(out _).ToString());
        Assert.Equal("A^B", PersonName.Parse("A^B").Fit(out var untouched).ToString());
        Assert.False(untouched);
    }

    [Theory]
    [InlineData("Smith^John^^^ ", "Smith^John")]
    [InlineData("Smith^ John ==", "Smith^John")]
    [InlineData("=山田", "=山田")]
    [InlineData("e\u0301", "é")]
    [InlineData("", "")]
    public void Names_compare_without_what_carries_no_meaning(string name, string expected) =>
        Assert.Equal(expected, PersonName.NormalForm(name));

    [Fact]
    public void Delimiters_inside_components_are_cleaned_away()
    {
        var name = new PersonName(new PersonNameGroup("A^B", "C=D", "E\\F"));

        Assert.Equal("A B^C D^E F", name.Clean().ToString());
    }
}
