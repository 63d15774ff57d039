using System.Collections.Frozen;
using CloudPacs.Store.Orders;

namespace CloudPacs.Translation;

/// <summary>The SIU events (HL7 v2.5.1 chapter 10), and the statuses of SCH-25 that override what an event gives.</summary>
internal static class AppointmentEventTable
{
    /// <summary>What an event does to the steps, and the status that it gives the appointment; null keeps it.</summary>
    public static readonly FrozenDictionary<string, (BookingEffect Effect, string? Status)> Events = new Dictionary<string, (
        BookingEffect, string?)>
    {
        ["S12"] = (BookingEffect.SetTimeAndPlace, "booked"),
        ["S13"] = (BookingEffect.SetTimeAndPlace, "booked"),
        ["S14"] = (BookingEffect.SetTimeAndPlace, "booked"),
        ["S15"] = (BookingEffect.Hold, "cancelled"),
        ["S16"] = (BookingEffect.Hold, "cancelled"),
        ["S17"] = (BookingEffect.Hold, "entered-in-error"),
        // One service or resource of a booking that stays: time and place as the message has them now.
        ["S18"] = (BookingEffect.SetTimeAndPlace, null),
        ["S19"] = (BookingEffect.SetTimeAndPlace, null),
        ["S20"] = (BookingEffect.None, null),
        ["S21"] = (BookingEffect.None, null),
        ["S22"] = (BookingEffect.None, null),
        // Blocked and unblocked time is no booking of a patient's.
        ["S23"] = (BookingEffect.None, null),
        ["S24"] = (BookingEffect.None, null),
        ["S26"] = (BookingEffect.Expire, "noshow"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>
    /// SCH-25 in upper case (HL7 table 0278): the status, and what one that ends the booking does whatever event brings it.
    /// </summary>
    public static readonly FrozenDictionary<string, (string Status, BookingEffect? End)> Statuses = new Dictionary<string, (
        string, BookingEffect?)>
    {
        ["PENDING"] = ("pending", null), ["WAITLIST"] = ("waitlist", null), ["BOOKED"] = ("booked", null), ["BLOCKED"] = ("booked", null),
        ["OVERBOOK"] = ("booked", null), ["STARTED"] = ("checked-in", null), ["COMPLETE"] = ("fulfilled", null),
        ["CANCELLED"] = ("cancelled", BookingEffect.Hold), ["CANCELED"] = ("cancelled", BookingEffect.Hold),
        ["DELETED"] = ("entered-in-error", BookingEffect.Hold), ["NOSHOW"] = ("noshow", BookingEffect.Expire),
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
