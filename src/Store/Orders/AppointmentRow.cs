namespace CloudPacs.Store.Orders;

/// <summary>A booking (HL7 SIU, SCH-1/SCH-2), with the order that it is for when known.</summary>
public sealed class AppointmentRow(Guid id) : Row(id)
{
    public Identifier? PlacerAppointmentId { get; set => SetKey(ref field, value); }

    public Identifier? FillerAppointmentId { get; set => SetKey(ref field, value); }

    /// <summary>Number of the order that it is for, as it was sent: without an authority when it came without one.</summary>
    public Identifier? PlacerOrderNumber { get; set => SetKey(ref field, value); }

    public Identifier? FillerOrderNumber { get; set => SetKey(ref field, value); }

    public Identifier? AccessionNumber { get; set => SetKey(ref field, value); }

    /// <summary>The step that it is for; null = the whole order.</summary>
    public string? StepId { get; set; }

    /// <summary>What it does to the steps of its order.</summary>
    public BookingEffect Effect { get; set; }

    /// <summary>Time and place that it gives them.</summary>
    public StoredAttributes Attributes { get; set; } = StoredAttributes.None;

    /// <summary>When its author sent what was said last.</summary>
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>Null as long as the order has not come.</summary>
    public Guid? OrderId { get; set => SetKey(ref field, value); }

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
            PlacerOrderNumber = before.PlacerOrderNumber;
            FillerOrderNumber = before.FillerOrderNumber;
            AccessionNumber = before.AccessionNumber;
            StepId = before.StepId;
            Effect = before.Effect;
            Attributes = before.Attributes;
            SentAt = before.SentAt;
            OrderId = before.OrderId;
            PatientId = before.PatientId;
            Status = before.Status;
            Start = before.Start;
        };
    }
}
