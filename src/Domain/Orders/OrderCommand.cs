using CloudPacs.Store;

namespace CloudPacs.Domain.Orders;

/// <summary>One thing that is asked of one order, or of some of its steps.</summary>
public sealed class OrderCommand : Details
{
    private readonly IReadOnlyList<StepDetails>? _steps;

    /// <summary>Null when it was not understood; the faults then say why.</summary>
    public required OrderRequest? Request { get; init; }

    public Identifier? PlacerNumber { get; init; }

    public Identifier? FillerNumber { get; init; }

    public Identifier? AccessionNumber { get; init; }

    public string? RequestedProcedureId { get; init; }

    public string? StudyInstanceUid { get; init; }

    /// <summary>The steps that are meant; none = the order with all its steps.</summary>
    public IReadOnlyList<string> StepIds { get; init; } = [];

    /// <summary>Number of the parent of a child.</summary>
    public Identifier? Parent { get; init; }

    /// <summary>When it was asked, for the order of commands; null = when they were sent.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>Why it is cancelled, held or changed.</summary>
    public string? Reason { get; init; }

    /// <summary>The author is the filler, so that it gives all numbers and lists all steps.</summary>
    public bool IsFromFiller { get; init; }

    /// <summary>
    /// Place of the request among those that came together, from 1, which tells apart requests that share their numbers; 0 = there is none,
    /// only a number.
    /// </summary>
    public int Place { get; init; } = 1;

    /// <summary>What the order shall be; null when it is only named.</summary>
    public ProcedureDetails? Procedure { get; init; }

    /// <summary>Those steps of the procedure that belong to this order, when several orders share the procedure; else all.</summary>
    public IReadOnlyList<StepDetails> Steps
    {
        get => _steps ?? Procedure?.Steps ?? [];
        init => _steps = value;
    }
}
