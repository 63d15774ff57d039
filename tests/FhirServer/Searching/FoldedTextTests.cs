using CloudPacs.Fhir.Search.Values;
using Xunit;

namespace CloudPacs.FhirServer.Tests.Searching;

/// <summary>How texts are compared by searches (FHIR R4 search.html 3.1.1.4.8).</summary>
public sealed class FoldedTextTests
{
    [Theory]
    [InlineData("Müller-Lüdenscheidt", "muller ludenscheidt")]
    [InlineData("  O'Brien,  Ada ", "o brien ada")]
    [InlineData("STRASSE Straße", "strasse strasse")]
    [InlineData("ﬁ ①", "fi 1")]
    [InlineData("a\u0301\u200Db", "ab")]
    [InlineData("health \uFFFE data", "health \uFFFD data")]
    [InlineData("x\uFFFF\U0001FFFE", "x\uFFFF\U0001FFFE")]
    [InlineData("", "")]
    public void Case_accents_and_punctuation_do_not_count(string text, string folded)
    {
        Assert.Equal(folded, FoldedText.Of(text));
    }
}
