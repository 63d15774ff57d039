using CloudPacs.Fhir.Validation;
using CloudPacs.FhirServer.Tests.Examples;
using Xunit;

namespace CloudPacs.FhirServer.Tests.Validation;

/// <summary>What the validator says of resources that are as they should be.</summary>
public sealed class ValidatorCorpusTests
{
    [Fact]
    public void Official_examples_are_valid()
    {
        var found = OfficialExamples.All
            .SelectMany(static example => FhirValidator.Validate(example.Value).Problems.Select(problem => $"{example.Key}: {problem}"))
            .ToList();
        foreach (var line in found) TestContext.Current.TestOutputHelper!.WriteLine(line);

        Assert.Empty(found);
    }
}
