using System.Collections.Frozen;
using CloudPacs.Domain.Orders;
using CloudPacs.Store.Orders;
using static CloudPacs.Domain.Orders.OrderRequest;

namespace CloudPacs.Translation;

/// <summary>Order control codes (HL7 table 0119) and order statuses (table 0038) as requests, and what answers to them.</summary>
internal static class OrderControlTable
{
    private static readonly FrozenSet<string> Statuses =
        new[] { "A", "CA", "CM", "DC", "ER", "HD", "IP", "RP", "SC" }.ToFrozenSet(StringComparer.Ordinal);

    // What each code asks for, and what the placer is answered when it was done and when it could not be (v2.5.1 4.5.1.1).
    private static readonly (string Controls, OrderRequest Request, string Done, string Unable)[] Controls =
    [
        ("NW", Place, "OK", "UA"), ("RO", PlaceReplacement, "OK", "UA"), ("PA", PlaceParent, "OK", "UA"), ("CH", PlaceChild, "OK", "UA"),
        ("XO", Change, "XR", "UX"), ("XX XR", Change, "OK", "UX"),
        ("RP", Replace, "RQ", "UM"), ("RU RQ", Replace, "OK", "UA"),
        ("CA", RequestCancel, "CR", "UC"), ("OC CR", ConfirmCanceled, "OK", "UA"),
        ("DC", RequestDiscontinue, "DR", "UD"), ("OD DR", ConfirmDiscontinued, "OK", "UA"),
        ("HD", Hold, "HR", "UH"), ("OH HR", Hold, "OK", "UA"), ("RL", Release, "OR", "UR"), ("OE OR", Release, "OK", "UA"),
        ("SC", ReportUnknown, "OK", "UA"),
        ("SN", RequestNumber, "NA", "UA"), ("NA", AssignNumber, "OK", "UA"), ("SS", AskState, "SR", "UA"),
        ("RE OK UA UC UD UH UM UR UX", Inform, "OK", "UA"),
        ("CN DE PR SR SU SQ LI UN RR NR RF AF DF OF FU UF CP MC OP PY RA RC RD", StoreOnly, "OK", "UA"),
    ];

    // Status messages, by ORC-5; XO and XX with a status that ends or holds mean the same. Empty = none.
    private static readonly (string Controls, string Status, OrderRequest Request)[] Reports =
    [
        ("SC", "", Inform), ("SC", "SC", Reschedule), ("SC", "IP", ReportInProgress), ("SC XO XX", "A", ReportResults),
        ("SC XO XX", "CM", ReportCompleted), ("SC XO XX", "CA", ReportCanceled), ("SC XO XX", "DC", ReportDiscontinued),
        ("SC XO XX", "HD", ReportHeld), ("SC XO XX", "RP", ReportReplaced), ("SC XO XX", "ER", ReportError),
    ];

    private static readonly FrozenDictionary<string, (OrderRequest Request, string Done, string Unable)> ByControl = Controls
        .SelectMany(static row => row.Controls.Split(' ').Select(control => (control, row)))
        .ToFrozenDictionary(
            static pair => pair.control, static pair => (pair.row.Request, pair.row.Done, pair.row.Unable), StringComparer.Ordinal);

    private static readonly FrozenDictionary<(string Control, string Status), OrderRequest> ByStatus = Reports
        .SelectMany(static row => row.Controls.Split(' ').Select(control => (Key: (control, row.Status), row.Request)))
        .ToFrozenDictionary(static pair => pair.Key, static pair => pair.Request);

    public static bool IsKnown(string control) => ByControl.ContainsKey(control);

    /// <summary>Whether a status is one of table 0038.</summary>
    public static bool IsKnownStatus(string? status) => status is null or "" || Statuses.Contains(status);

    /// <summary>A status that a control code has no meaning for counts as none.</summary>
    public static OrderRequest RequestOf(string control, string? status) =>
        ByStatus.TryGetValue((control, status ?? ""), out var request) ? request : ByControl[control].Request;

    /// <summary>ORC-1 of the answer for a group that was accepted or refused.</summary>
    public static string Answer(string? control, bool isDone)
    {
        if (control is null || !ByControl.TryGetValue(control, out var row)) return "UA";
        return isDone ? row.Done : row.Unable;
    }

    /// <summary>ORC-5 for a state; null when table 0038 has none.</summary>
    public static string? StatusOf(StepState? state) => state switch
    {
        StepState.Scheduled or StepState.Arrived or StepState.Ready or StepState.Expired => "SC",
        StepState.Started or StepState.Departed => "IP",
        StepState.OnHold => "HD",
        StepState.Completed => "CM",
        StepState.Discontinued => "DC",
        StepState.Canceled => "CA",
        _ => null,
    };
}
