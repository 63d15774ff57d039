using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom;

public sealed class IdCharactersTests
{
    [Theory]
    [InlineData("MRN 7", "MRN 7")]
    [InlineData(" 7\t", "7")]
    [InlineData("\u00A07\u3000\r\n", "7")]
    [InlineData("Zoe\u0308", "Zo\u00EB")]
    [InlineData("\u0E19\u0E49\u0E4D\u0E321", "\u0E19\u0E49\u0E331")]
    [InlineData("7\u200B", "7\u200B")]
    [InlineData("７", "７")]
    public void What_says_nothing_is_taken_away(string sent, string normalized) => Assert.Equal(normalized, IdCharacters.Normalize(sent));

    [Theory]
    [InlineData("4711")]
    [InlineData("A-1/2_3 ~^&|\"'`")]
    [InlineData("Zoë")]
    [InlineData("น้ำ3")]
    [InlineData("한국")]
    [InlineData("क़2")]
    [InlineData("東京\U00020BB7")]
    public void Visible_characters_with_one_form_are_fine(string id) => Assert.Null(IdCharacters.FindProblem(IdCharacters.Normalize(id)));

    [Fact]
    public void No_character_that_is_taken_is_removed_or_changed_for_DICOM()
    {
        for (var value = 0; value <= 0x10FFFF; value++)
        {
            if (value is >= 0xD800 and <= 0xDFFF) continue;
            var id = IdCharacters.Normalize($"A{char.ConvertFromUtf32(value)}1");
            if (IdCharacters.FindProblem(id) is null) Assert.True(VrRules.Clean(id, VR.LO) == id && IdCharacters.Show(id) == id, $"U+{value:X4}");
        }
    }

    [Theory]
    [InlineData("A\uD8001")]
    [InlineData("A\uDC00")]
    [InlineData("A\uFFFE1")]
    [InlineData("A\uFFFD1")]
    public void What_could_not_be_read_is_a_problem(string id) =>
        Assert.Contains("could not be read", IdCharacters.FindProblem(IdCharacters.Normalize(id)), StringComparison.Ordinal);

    [Theory]
    [InlineData("VIC\u0007TIM1", "VIC[0007]TIM1")]
    [InlineData("A\\B", "A[005C]B")]
    [InlineData("A\u202EB", "A[202E]B")]
    [InlineData(" ７ ", "７")]
    public void A_stored_id_is_shown_with_the_numbers_of_what_cannot_be_shown(string stored, string shown) => Assert.Equal(shown, IdCharacters.Show(stored));
}
