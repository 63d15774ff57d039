using CloudPacs.Dicom;

namespace CloudPacs.Domain.Orders;

/// <summary>
/// What a command says of a requested procedure and the request that it belongs to. An attribute that is missing is no news, an empty one
/// empties what is stored, a value replaces it.
/// </summary>
public sealed class ProcedureDetails : Details
{
    /// <summary>Imaging service request and requested procedure modules.</summary>
    public DataSet Attributes { get; init; } = new();

    /// <summary>All steps of the procedure that came together.</summary>
    public IReadOnlyList<StepDetails> Steps { get; init; } = [];
}

/// <summary>What a command says of a scheduled procedure step.</summary>
public sealed class StepDetails : Details
{
    public string? StepId { get; init; }

    /// <summary>Content of the Scheduled Procedure Step Sequence item.</summary>
    public DataSet Attributes { get; init; } = new();

    /// <summary>Start in local time of the site; null for no news, or, of a new step, for the time of receipt.</summary>
    public DateTime? Start { get; init; }

    /// <summary>The same with its offset; null = by the zone of the site.</summary>
    public DateTimeOffset? StartInstant { get; init; }

    /// <summary>The start as an instant; null for no news.</summary>
    internal DateTimeOffset? StartIn(TimeZoneInfo zone) => Start is { } local ? StartInstant ?? SiteTime.InstantOf(zone, local) : null;
}
