using System.Text.Json;
using CloudPacs.Fhir.Validation;
using CloudPacs.FhirServer.Tests.Examples;
using Firely.Fhir.Validation;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Specification.Source;
using Hl7.Fhir.Specification.Terminology;
using Xunit;

namespace CloudPacs.FhirServer.Tests.Validation;

/// <summary>
/// The verdicts over official examples with one thing changed are those of the Firely SDK. With <c>CLOUDPACS_LONG=1</c> 100,000 of them.
/// </summary>
public sealed class ValidatorOracleTests
{
    /// <summary>The SDK needs long for the large ones.</summary>
    private const int Largest = 40_000;

    private static readonly string[] Beyond = ["1006", "1012", "1028", "4000", "6005", "6007", "UriFormatException"];

    private static readonly string[] Missed =
    [
        "blanks", "A text must not be empty", "The element takes one value", "The member with the underscore", "The reference points to",
    ];

    private static readonly JsonSerializerOptions Strict = new JsonSerializerOptions().ForFhir(ModelInfo.ModelInspector);

    private static readonly Lazy<Validator> Oracle = new(static () =>
    {
        var source = new CachedResolver(ZipSource.CreateValidationSource());
        return new Validator(source, new LocalTerminologyService(source), null, null);
    });

    [Fact]
    public void Mutants_get_the_verdict_of_the_SDK()
    {
        var random = new Random(20260310);
        var count = Environment.GetEnvironmentVariable("CLOUDPACS_LONG") == "1" ? 700 : 4;
        var differences = new List<string>();
        foreach (var (name, json) in OfficialExamples.All)
        {
            if (json.Length > Largest) continue;
            foreach (var mutant in Mutant.Of(json, count, random))
            {
                var ours = FhirValidator.Validate(mutant.Json).Problems;
                var theirs = Judge(mutant.Json);
                var isSame = ours.Count == 0 == theirs is null;
                if (isSame || (ours.Count == 0 ? IsBeyondStructure(theirs!) : IsMissedBySdk(ours[0]))) continue;
                differences.Add($"{name}: {mutant.What}: ours {(ours.Count > 0 ? ours[0] : null)}, theirs {theirs}");
            }
        }

        Assert.True(differences.Count == 0, string.Join(Environment.NewLine, differences));
    }

    /// <summary>
    /// What the one pass leaves alone: invariants of single types (1012), slices of the profiles for vital signs (1028), profiles that cannot
    /// be found (4000), required codes in what is no code but a CodeableConcept or a Quantity (6005, 6007), canonical addresses that are not
    /// absolute (1006), which official examples have, as one has a UUID in upper case; a resource that has no elements, and a URI on which
    /// the SDK fails.
    /// </summary>
    private static bool IsBeyondStructure(string theirs) =>
        Beyond.Any(code => theirs.StartsWith(code, StringComparison.Ordinal))
        || theirs.Contains("68D043B5-9ECF-4559-A57A-396E0D452311", StringComparison.Ordinal)
        || theirs.Contains("An object needs to have at least one property", StringComparison.Ordinal);

    /// <summary>
    /// What the SDK lets pass: texts of blanks, URIs with blanks or without any character, a list in place of one value that has extensions
    /// and, where it cannot resolve them, references to a wrong type.
    /// </summary>
    private static bool IsMissedBySdk(FhirProblem ours) => Missed.Any(text => ours.Text.Contains(text, StringComparison.Ordinal));

    /// <summary>What the SDK finds wrong; null when it finds nothing. Bad input makes it fail in places, which is a refusal too.</summary>
    private static string? Judge(byte[] json)
    {
        try
        {
            var resource = JsonSerializer.Deserialize<Resource>(json, Strict)!;
            return Oracle.Value.Validate(resource, null).Issue
                .Where(static issue => issue.Severity is OperationOutcome.IssueSeverity.Error or OperationOutcome.IssueSeverity.Fatal)
                .Select(static issue => $"{issue.Details?.Coding[0].Code} {issue.Details?.Text} {string.Join(' ', issue.Expression)}")
                .FirstOrDefault();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return $"{e.GetType().Name} {e.Message.Replace('\n', ' ')}";
        }
    }
}
