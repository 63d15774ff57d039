namespace CloudPacs.Store.Orders;

/// <summary>A booking (HL7 SIU, SCH-1/SCH-2), with the order that it is for when known.</summary>
public sealed class AppointmentRow(Guid id) : Row(id)
{
    public Identifier? PlacerAppointmentId { get; set => SetKey(ref field, value); }

    public Identifier? FillerAppointmentId { get; set => SetKey(ref field, value); }

    public Guid? OrderId { get; set; }

    public Guid? PatientId { get; set; }

    /// <summary>FHIR AppointmentStatus: booked, cancelled, entered-in-error, noshow, pending, waitlist, checked-in, fulfilled.</summary>
    public required string Status { get; set; }

    public DateTimeOffset? Start { get; set; }

    private protected override Action CaptureValues()
    {
        var before = (AppointmentRow)MemberwiseClone();
        return () =>
        {
            PlacerAppointmentId = before.PlacerAppointmentId;
            FillerAppointmentId = before.FillerAppointmentId;
            OrderId = before.OrderId;
            PatientId = before.PatientId;
            Status = before.Status;
            Start = before.Start;
        };
    }
}
