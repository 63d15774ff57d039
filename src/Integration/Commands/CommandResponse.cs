using CloudPacs.Domain;
using CloudPacs.Store;

namespace CloudPacs.Integration.Commands;

/// <summary>What became of commands, for whoever gave them.</summary>
/// <param name="Applied">False when nothing was changed.</param>
/// <param name="Problems">Why not, or what there is to know although it was.</param>
/// <param name="Orders">What became of each order command, in their order.</param>
/// <param name="Flags">What the entries were flagged with: unscheduled-time, no-station …</param>
internal sealed record CommandResponse(
    bool Applied, IReadOnlyList<CommandProblem> Problems, IReadOnlyList<OrderAnswer> Orders, IReadOnlyList<string> Flags)
{
    public static CommandResponse Of(Outcome outcome, CommandRequest request)
    {
        var paths = new PartPaths(request);
        return new CommandResponse(
            outcome.IsKept,
            [.. outcome.Problems.Select(problem => CommandProblem.Of(problem, paths))],
            [.. outcome.Orders.Select(static result => OrderAnswer.Of(result))],
            [.. outcome.Flags.Order(StringComparer.Ordinal)]);
    }
}

/// <summary>Something that is wrong, or to be known.</summary>
/// <param name="Code">Of the domain's catalogue: ORD-006.</param>
/// <param name="Severity">error, warning or information.</param>
/// <param name="Path">Part of the request that is meant, such as <c>orders[0]</c>; null = the whole.</param>
/// <param name="Field">Which value of the part; <c>whole</c> for the part itself.</param>
/// <param name="Text">What is wrong and what to do about it.</param>
internal sealed record CommandProblem(string Code, Severity Severity, string? Path, Field Field, string Text)
{
    public static CommandProblem Of(Problem problem, PartPaths paths) =>
        new(problem.Code, problem.Severity, problem.Part is { } part ? paths.Of(part) : null, problem.Field, problem.Text);
}

/// <summary>What became of one order command, with the numbers that were filled in.</summary>
internal sealed record OrderAnswer(
    bool Done, bool Partly, string? State, Identifier? PlacerNumber, Identifier? FillerNumber, IReadOnlyList<StepKeys> Steps)
{
    public static OrderAnswer Of(OrderResult result) => new(
        result.IsDone,
        result.IsPartly,
        result.State is { } state ? StepStates.Name(state) : null,
        result.PlacerNumber,
        result.FillerNumber,
        result.Steps);
}
