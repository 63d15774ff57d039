namespace CloudPacs.Domain.Reports;

/// <summary>One discrete result.</summary>
public sealed class ObservationDetails : Details
{
    /// <summary>What was observed: code and code system in one text.</summary>
    public required string Code { get; init; }

    /// <summary>Tells several results of one code apart.</summary>
    public string? SubId { get; init; }

    /// <summary>FHIR ObservationStatus.</summary>
    public required string Status { get; init; }
}
