namespace CloudPacs.Store.Studies;

/// <summary>An instance that a note rejected before it came.</summary>
public sealed class AwaitedRejection(Guid id) : Row(id)
{
    public required string SopInstanceUid { get; init; }

    public required Rejection Rejection { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Facility of who rejected it, as for <see cref="FacilityRule"/>.</summary>
    public string? Facility { get; init; }

    /// <summary>When the instance came; null as long as it has not.</summary>
    public DateTimeOffset? TakenAt { get; set; }

    private protected override Action CaptureValues()
    {
        var before = TakenAt;
        return () => TakenAt = before;
    }
}
