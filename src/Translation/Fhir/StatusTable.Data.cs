using System.Collections.Frozen;
using CloudPacs.Domain.Orders;
using CloudPacs.Store.Orders;
using static CloudPacs.Domain.Orders.OrderRequest;

namespace CloudPacs.Translation.Fhir;

/// <summary>
/// What a client asks for when it changes a status (FHIR R4 request.html 12.1.1.6 and task.html 12.4.3), as the order control of HL7 table
/// 0119 that asks for the same: HD, RL, CA, ER by status. What is not here follows from what is done, and no client says it.
/// </summary>
internal static class StatusTable
{
    private static readonly FrozenDictionary<(string Before, string After), OrderRequest> Orders = Of(
    [
        ("active draft", "on-hold", Hold),
        ("on-hold", "active", Release),
        ("draft active on-hold", "revoked", RequestCancel),
        ("draft active on-hold", "entered-in-error", ReportError),
    ]);

    private static readonly FrozenDictionary<(string Before, string After), OrderRequest> Steps = Of(
    [
        ("draft requested received accepted ready", "on-hold", Hold),
        ("on-hold", "requested ready", Release),
        ("draft requested received accepted ready on-hold", "cancelled rejected", RequestCancel),
        ("draft requested received accepted ready on-hold", "entered-in-error", ReportError),
        ("requested ready", "in-progress", ReportInProgress),
        ("requested ready in-progress on-hold", "completed", ReportCompleted),
        ("in-progress", "failed", RequestDiscontinue),
    ]);

    private static readonly FrozenDictionary<string, BookingEffect> Bookings = new Dictionary<string, BookingEffect>
    {
        ["booked"] = BookingEffect.SetTimeAndPlace, ["pending"] = BookingEffect.SetTimeAndPlace,
        ["waitlist"] = BookingEffect.None, ["proposed"] = BookingEffect.None,
        ["arrived"] = BookingEffect.None, ["checked-in"] = BookingEffect.None, ["fulfilled"] = BookingEffect.None,
        ["cancelled"] = BookingEffect.Hold, ["entered-in-error"] = BookingEffect.Hold, ["noshow"] = BookingEffect.Expire,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What is asked of an order whose status shall be another one; null when no client can ask for it.</summary>
    public static OrderRequest? OfOrder(string before, string after) =>
        Orders.TryGetValue((before, after), out var request) ? request : null;

    /// <summary>The same of a step.</summary>
    public static OrderRequest? OfStep(string before, string after) =>
        Steps.TryGetValue((before, after), out var request) ? request : null;

    /// <summary>What a booking of that status does to the steps of its order.</summary>
    public static BookingEffect OfBooking(string status) => Bookings.GetValueOrDefault(status);

    private static FrozenDictionary<(string Before, string After), OrderRequest> Of(
        (string Before, string After, OrderRequest Request)[] rows) =>
        rows.SelectMany(static row => row.Before.Split(' ').SelectMany(before =>
            row.After.Split(' ').Select(after => (Key: (before, after), row.Request))))
            .ToFrozenDictionary(static pair => pair.Key, static pair => pair.Request);
}
