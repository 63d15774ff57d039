using CloudPacs.Dicom;
using CloudPacs.Domain.Patients;
using CloudPacs.Store;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Scheduling;

/// <summary>Books, moves, cancels or ends an appointment.</summary>
public sealed class BookAppointment : Details
{
    public BookingEffect Effect { get; init; }

    /// <summary>What the appointment is now: booked, cancelled, noshow …; null keeps what there is.</summary>
    public string? Status { get; init; }

    public Identifier? PlacerAppointmentId { get; init; }

    public Identifier? FillerAppointmentId { get; init; }

    public Identifier? PlacerOrderNumber { get; init; }

    public Identifier? FillerOrderNumber { get; init; }

    public Identifier? AccessionNumber { get; init; }

    public string? StepId { get; init; }

    /// <summary>Attributes of the step that change: start, location, station, person.</summary>
    public DataSet Attributes { get; init; } = new();

    /// <summary>Start in local time of the site.</summary>
    public DateTime? Start { get; init; }

    /// <summary>The same with its offset; null = by the zone of the site.</summary>
    public DateTimeOffset? StartInstant { get; init; }

    /// <summary>The start as an instant; null for no news.</summary>
    internal DateTimeOffset? StartIn(TimeZoneInfo zone) => Start is { } local ? StartInstant ?? SiteTime.InstantOf(zone, local) : null;

    /// <summary>Whose appointment it is; null when nobody is named.</summary>
    public PatientDetails? Patient { get; init; }
}
