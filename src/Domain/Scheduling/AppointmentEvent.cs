namespace CloudPacs.Domain.Scheduling;

/// <summary>What a booking event does to the steps of its order.</summary>
internal enum BookingEffect { None, SetTimeAndPlace, Hold, Expire }

/// <summary>One row of the booking table (HL7 v2.5.1 chapter 10; mapping reference b.6).</summary>
/// <param name="Effect">What happens to the steps.</param>
/// <param name="Status">FHIR AppointmentStatus that the event gives; null keeps it.</param>
internal sealed record AppointmentEvent(BookingEffect Effect, string? Status);
