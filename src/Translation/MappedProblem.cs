using CloudPacs.Domain;

namespace CloudPacs.Translation;

/// <summary>What the maps or the door found wrong with a value, on its way through the domain, which says whether it counts.</summary>
internal sealed record MappedProblem(Hl7v2.Problem Source)
    : Problem("HL7-" + Source.Code, SeverityOf(Source.Severity), null, Field.Whole, Source.Text)
{
    public static IReadOnlyList<Problem> Of(IEnumerable<Hl7v2.Problem> problems) =>
        [.. problems.Select(static problem => new MappedProblem(problem))];

    private static Severity SeverityOf(Hl7v2.Severity severity) => severity switch
    {
        Hl7v2.Severity.Information => Severity.Information,
        Hl7v2.Severity.Warning => Severity.Warning,
        _ => Severity.Error,
    };
}
