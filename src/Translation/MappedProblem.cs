using CloudPacs.Domain;
using CloudPacs.Mapping;

namespace CloudPacs.Translation;

/// <summary>What the maps or the door found wrong with a value, on its way through the domain, which says whether it counts.</summary>
internal sealed record MappedProblem(Hl7v2.Problem Source)
    : Problem("HL7-" + Source.Code, SeverityOf(Source.Severity), null, Field.Whole, Source.Text)
{
    /// <summary>
    /// What is wrong with the message as a whole. A command that names its order needs no patient, but not the order of just anybody: an id
    /// that cannot be used counts whatever is asked.
    /// </summary>
    public static IReadOnlyList<Problem> Of(MappedMessage message) => Of(message.Problems.Concat(
        message.Patients.Where(static patient => patient.IsMisnamed).SelectMany(static patient => patient.Problems)));

    public static IReadOnlyList<Problem> Of(IEnumerable<Hl7v2.Problem> problems) =>
        [.. problems.Select(static problem => new MappedProblem(problem))];

    private static Severity SeverityOf(Hl7v2.Severity severity) => severity switch
    {
        Hl7v2.Severity.Information => Severity.Information,
        Hl7v2.Severity.Warning => Severity.Warning,
        _ => Severity.Error,
    };
}
