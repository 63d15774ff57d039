namespace CloudPacs.Domain.Patients;

/// <summary>What the domain needs to know of a message besides its mapped values.</summary>
internal sealed record MessageFacts
{
    /// <summary>Name of the sender (mapping file name).</summary>
    public required string Sender { get; init; }

    /// <summary>MSH-4.1: the authority of numbers that come without one when the sender has no default.</summary>
    public string? SendingFacility { get; init; }

    /// <summary>MSH-9.2 in upper case: O01, A08, S12 …</summary>
    public required string TriggerEvent { get; init; }

    /// <summary>MSH-7, or null when the sender gives none.</summary>
    public DateTimeOffset? MessageTime { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Zone of the site: scheduled starts are local times there.</summary>
    public required TimeZoneInfo SiteZone { get; init; }

    /// <summary>Facility whose stations shall see new orders; null = all.</summary>
    public string? Facility { get; init; }

    /// <summary>Journal entry of the message, for the merge log.</summary>
    public Guid? MessageId { get; init; }

    /// <summary>Time of receipt in local time of the site, whole seconds, kind Unspecified.</summary>
    public DateTime LocalNow
    {
        get
        {
            var local = TimeZoneInfo.ConvertTime(ReceivedAt, SiteZone).DateTime;
            return new DateTime(local.Ticks - local.Ticks % TimeSpan.TicksPerSecond, DateTimeKind.Unspecified);
        }
    }
}
