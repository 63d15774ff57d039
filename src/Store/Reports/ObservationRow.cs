namespace CloudPacs.Store.Reports;

/// <summary>One discrete result of a report.</summary>
public sealed class ObservationRow(Guid id) : Row(id)
{
    public required Guid ReportId { get; init; }

    /// <summary>What was observed: code and code system in one text.</summary>
    public required string Code { get; init; }

    /// <summary>Tells several results of one code apart; null when there is one.</summary>
    public string? SubId { get; init; }

    /// <summary>FHIR ObservationStatus.</summary>
    public required string Status { get; set; }

    /// <summary>The version of the report that spoke of it last.</summary>
    public required ReportVersion Version { get; set; }

    private protected override Action CaptureValues()
    {
        var (status, version) = (Status, Version);
        return () => (Status, Version) = (status, version);
    }
}
