using CloudPacs.Store;

namespace CloudPacs.Domain.Orders;

/// <summary>The keys of a command with their authorities.</summary>
public sealed record OrderKeys(
    Identifier? Placer, Identifier? Filler, Identifier? Accession, string? RequestedProcedureId, string? StudyInstanceUid,
    IReadOnlyList<string> StepIds)
{
    /// <summary>The placer number came without its application, so that of the sender stands for it.</summary>
    public bool IsPlacerBare { get; private init; }

    /// <summary>The same of the filler number.</summary>
    public bool IsFillerBare { get; private init; }

    public bool IsEmpty => Placer is null && Filler is null && Accession is null && StudyInstanceUid is null;

    /// <param name="command">The command.</param>
    /// <param name="context">Default authorities and policy.</param>
    /// <param name="space">Namespace of the installation, for stand-ins of ids that are too long.</param>
    public static OrderKeys Of(OrderCommand command, ChangeContext context, Guid space) => new(
        Scoped(command.PlacerNumber, context.OrderAuthority),
        Scoped(command.FillerNumber, context.OrderAuthority),
        AccessionOf(command, context, space),
        Short(command.RequestedProcedureId, context, space),
        command.StudyInstanceUid,
        [.. command.StepIds.Select(id => Short(id, id, context, space)).Distinct()])
    {
        IsPlacerBare = command.PlacerNumber is { HasAuthority: false },
        IsFillerBare = command.FillerNumber is { HasAuthority: false },
    };

    /// <summary>The id of a step, or the stand-in for one that is too long.</summary>
    internal static string? StepIdOf(StepDetails step, ChangeContext context, Guid space) => Short(step.StepId, context, space);

    private static Identifier? AccessionOf(OrderCommand command, ChangeContext context, Guid space)
    {
        if (Scoped(command.AccessionNumber, context.AccessionAuthority) is not { } number) return null;
        return number with { Value = Short($"{Authorities.Name(number)}|{number.Value}", number.Value, context, space) };
    }

    private static Identifier? Scoped(Identifier? number, string? authority) =>
        number is { } known ? Authorities.Scoped(known, authority) : null;

    private static string? Short(string? id, ChangeContext context, Guid space) => id is null ? null : Short(id, id, context, space);

    // The same long id always gives the same stand-in, so later commands find the order without a list of aliases.
    private static string Short(string name, string id, ChangeContext context, Guid space) =>
        id.Length > GeneratedNumber.MaxLength && context.Policy.ReplacesLongIds ? GeneratedNumber.Surrogate(space, name) : id;
}
