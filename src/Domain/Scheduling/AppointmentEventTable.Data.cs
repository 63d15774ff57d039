using System.Collections.Frozen;

namespace CloudPacs.Domain.Scheduling;

/// <summary>The SIU events, and the statuses of SCH-25 that override what an event gives.</summary>
internal static class AppointmentEventTable
{
    public static readonly FrozenDictionary<string, AppointmentEvent> Events = new Dictionary<string, AppointmentEvent>
    {
        ["S12"] = new(BookingEffect.SetTimeAndPlace, "booked"),
        ["S13"] = new(BookingEffect.SetTimeAndPlace, "booked"),
        ["S14"] = new(BookingEffect.SetTimeAndPlace, "booked"),
        ["S15"] = new(BookingEffect.Hold, "cancelled"),
        ["S16"] = new(BookingEffect.Hold, "cancelled"),
        ["S17"] = new(BookingEffect.Hold, "entered-in-error"),
        // One service or resource of a booking that stays: time and place as the message has them now.
        ["S18"] = new(BookingEffect.SetTimeAndPlace, null),
        ["S19"] = new(BookingEffect.SetTimeAndPlace, null),
        ["S20"] = new(BookingEffect.None, null),
        ["S21"] = new(BookingEffect.None, null),
        ["S22"] = new(BookingEffect.None, null),
        // Blocked and unblocked time is no booking of a patient's.
        ["S23"] = new(BookingEffect.None, null),
        ["S24"] = new(BookingEffect.None, null),
        ["S26"] = new(BookingEffect.Expire, "noshow"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>SCH-25 in upper case (HL7 table 0278) to FHIR AppointmentStatus.</summary>
    public static readonly FrozenDictionary<string, string> Statuses = new Dictionary<string, string>
    {
        ["PENDING"] = "pending", ["WAITLIST"] = "waitlist", ["BOOKED"] = "booked", ["STARTED"] = "checked-in", ["COMPLETE"] = "fulfilled",
        ["CANCELLED"] = "cancelled", ["CANCELED"] = "cancelled", ["DELETED"] = "entered-in-error", ["NOSHOW"] = "noshow", ["BLOCKED"] = "booked",
        ["OVERBOOK"] = "booked",
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
