using System.Collections.Frozen;
using CloudPacs.Domain;

namespace CloudPacs.Translation;

/// <summary>
/// The problems of the domain in HL7: code of table 0357, and the words of those who send segments where the domain's own do not name them.
/// </summary>
internal static class ProblemTable
{
    /// <param name="Code">HL7 table 0357.</param>
    /// <param name="Text">Null when the domain's text says it.</param>
    public sealed record Entry(int Code, Func<Problem, OrderUnit, string>? Text = null);

    public static Entry Of(string code) => Entries[code];

    private static readonly FrozenDictionary<string, Entry> Entries = new Dictionary<string, Entry>
    {
        ["ORD-001"] = new(101),
        ["ORD-002"] = Words(100, "The message has no order: send an ORC or OBR segment."),
        ["ORD-003"] = Words(100, "The message has orders of several patients: send one message for each patient."),
        ["ORD-004"] = Words(101, "The patient of the order is needed: send PID with an identifier in PID-3."),
        ["ORD-005"] = new(101),
        ["ORD-006"] = Words(204, "No order has these numbers: send the order (NW) first, or correct the numbers."),
        ["ORD-007"] = new(204),
        ["ORD-008"] = new(205),
        ["ORD-009"] = new(205),
        ["ORD-010"] = new(205),
        ["ORD-011"] = new(205),
        ["ORD-012"] = new(205),
        ["ORD-013"] = new(205),
        ["ORD-014"] = new(205),
        ["ORD-015"] = Words(100, "The order has no procedure, so no worklist entry can be made: send an OBR with it."),
        ["ORD-016"] = Words(101, "The modality is missing, and the catalogue does not know the procedure."),
        ["ORD-017"] = new(101),
        ["ORD-018"] = new(102),
        ["ORD-019"] = new(207),
        ["ORD-020"] = new(101),
        ["ORD-021"] = new(207),
        ["ORD-022"] = new(205),
        ["ORD-023"] = new(205),
        ["ORD-024"] = new(
            207, static (problem, unit) => $"{unit.Control} is not possible for a step that is {problem.Detail}: {Advice(unit)}"),
        ["ORD-025"] = Words(205, "Orders of several applications have this number: send the application with it (ORC-2.2)."),

        ["ORD-031"] = new(207),
        ["ORD-032"] = new(101, static (_, unit) => $"{unit.Control} changes nothing: it names no order."),
        ["ORD-033"] = new(207),
        ["ORD-034"] = new(204, static (_, unit) => $"{unit.Control} left out a step id that no step of the order has."),
        ["ORD-035"] = new(204, static (_, unit) => $"{unit.Control} changes nothing: the order has no step with this id."),
        ["ORD-036"] = Words(207,
            "The message is older than the last one applied to this order: it was not applied; switch staleCheck off if this sender's "
                + "clock is wrong."),
        ["ORD-037"] = new(204),
        ["ORD-038"] = new(204, static (_, unit) => $"{unit.Control} changes nothing: no order has these numbers."),
        ["ORD-039"] = new(0),
        ["ORD-040"] = new(103, static (_, unit) => $"Order control {unit.Control} is stored and not applied."),
        ["ORD-041"] = Words(207, "PA makes no entry for the worklist: its children (CH) do."),
        ["ORD-042"] = new(207),
        ["ORD-043"] = new(207),
        ["ORD-044"] = Words(207, "The message has no procedure for this order: only the patient's data was taken."),
        ["ORD-045"] = new(207, static (_, unit) => $"{unit.Control} changes nothing: the order is closed."),
        ["ORD-046"] = new(207, static (problem, unit) => $"{unit.Control} changes nothing: the step is {problem.Detail}."),
        ["ORD-047"] = new(207, static (problem, unit) => $"{Asked(unit)} changes nothing: the step is {problem.Detail}."),
        ["ORD-048"] = new(207, static (_, unit) => $"{Asked(unit)} changes nothing: the order has no steps."),
        ["ORD-049"] = new(207, static (problem, unit) => $"{Asked(unit)} left out a step that is {problem.Detail}."),
        ["ORD-050"] = new(207, static (problem, unit) =>
            $"{Asked(unit)} closes nothing: the step is {problem.Detail}; the order that follows is linked to it all the same."),
        ["ORD-051"] = Words(207, "The message says nothing of the time and place of a step of the order: send an OBR with it."),
        ["ORD-052"] = new(207),
        ["ORD-053"] = new(207),
        ["ORD-054"] =
            Words(207, "The order has several steps and the message names none: modality, protocol and description of each were kept; "
            + "name the step (OBR-20 or IPC-4) to change them."),
        ["ORD-055"] = new(
            207, static (problem, _) => $"The step is {problem.Detail} and so off the worklist: send {ToPutOn(problem)} to put it on."),
        ["ORD-056"] = Words(207,
            "A cancel of this order came before it, so it stays closed: send it with a later time (ORC-9) to place it again."),
        ["ORD-057"] = Words(207, "A cancel of this order came before it, so the order is closed at once: "
            + "send it with a later time (ORC-9) under this number to place it again."),
        ["ORD-058"] = Words(
            207, "A step that the message no longer lists was closed; set fullSnapshot off if this sender sends single steps."),
        ["ORD-059"] = new(207),
        ["ORD-060"] = Words(207, "NA changes nothing: the order has these numbers already."),
        ["ORD-061"] = Words(207, "The order has a number and is a draft off the worklist: SC with ORC-5 SC puts it on."),
        ["ORD-062"] = Words(207, "SN changes nothing of an order that is placed; its numbers are in the order reply (Mllp:OrderReplies)."),
        ["ORD-063"] = Words(207, "No RP stands before this RO: the order was placed without a link to the one it replaces."),
        ["ORD-064"] = new(100),
        ["ORD-065"] = Words(102, "The time in ORC-9 has not come yet: that of receipt counts instead when later messages are compared."),
        ["ORD-066"] = Words(102, "The time in MSH-7 has not come yet: that of receipt counts instead when later messages are compared."),
        ["ORD-068"] = new(207),
        ["ORD-069"] = new(207),
        ["ORD-070"] = new(101),
        ["ORD-071"] = new(207),
        ["ORD-072"] = new(207),
        ["ORD-073"] = new(207),
        ["ORD-074"] = new(207),
        ["ORD-075"] = new(207),
        ["ORD-076"] = new(204),
        ["ORD-077"] = new(204),
        ["ORD-067"] = Words(207, "Only time and place of the step were taken, not what else is said of it: send XO to change that."),

        ["PAT-001"] = Words(101, "The patient has no identifier: send one in PID-3."),
        ["PAT-002"] = new(204),
        ["PAT-003"] = Words(101, "The event needs the prior patient id: send it in MRG-1."),
        ["PAT-004"] = new(205),
        ["PAT-005"] = new(205),
        ["PAT-006"] = Words(205, "The new id belongs to another patient: merge the two (A40) instead of changing the id."),
        ["PAT-007"] = Words(205, "The new visit number belongs to another visit: merge the visits (A42) instead of changing the number."),
        ["PAT-008"] = new(207),
        ["PAT-009"] = new(101, static (problem, _) => $"{problem.Detail} names two patients: send a second PID."),
        ["PAT-010"] = Words(101, "The event needs the number of the visit or account."),
        ["PAT-011"] = Words(204, "No patient has the prior id: nothing was merged; check MRG-1 if records are missing."),
        ["PAT-012"] = new(204),
        ["PAT-021"] = Words(
            205, "A further id in PID-3 belongs to another patient and was left there: merge the two (A40) if they are one person."),
        ["PAT-022"] = new(204),
        ["PAT-023"] = new(205),
        ["PAT-024"] = new(204),
        ["PAT-025"] = new(205),
        ["PAT-026"] = new(207),
        ["PAT-027"] = new(204),
        ["PAT-028"] = new(204),
        ["PAT-029"] = new(205),
        ["PAT-030"] = new(204),
        ["PAT-031"] = new(205),
        ["PAT-032"] = new(205),
        ["PAT-033"] = Words(204, "The patient in MRG has no visit of the number in MRG: nothing was moved."),
        ["PAT-034"] = new(205),
        ["PAT-035"] = Words(204, "No visit of this patient has the number in MRG: nothing was merged or changed."),
        ["PAT-036"] = new(204),
        ["PAT-037"] = Words(
            101, "The visit has no number: what PV1, PV2 and DG1 say belongs to none and was left out; send PV1-19 or PID-18."),
        ["PAT-038"] = Words(
            204, "The patient has no visit of this number, and this event makes none: what PV1, PV2 and DG1 say was left out; send A08."),
        ["PAT-039"] = new(207),
        ["PAT-040"] = Words(205, "The ids in PID-3 are those of several patients, and nothing says which of them is meant: merge them "
            + "(A40) if they are one person, or send the id of one with its authority."),
        ["PAT-041"] = new(207),
        ["PAT-042"] = new(207),
        ["PAT-043"] = new(204),
        ["PAT-044"] = Words(207, "Patients were merged, and what is theirs went with them; the number here was left as it is: send A41 or "
            + "A42 to merge accounts or visits."),

        ["APT-001"] = Words(101, "The booking has no id: send one in SCH-2 or SCH-1."),
        ["APT-002"] = new(205),
        ["APT-003"] = new(204),
        ["APT-004"] = new(204),
        ["APT-005"] = new(207),
        ["APT-006"] = new(207),
        ["APT-007"] = new(207),
        ["APT-008"] = new(207),
        ["APT-009"] = new(207),
        ["APT-010"] = new(207),
        ["APT-011"] = new(207),
        ["APT-012"] = new(205),
        ["APT-013"] = new(205),
        ["APT-014"] = new(205),
        ["APT-015"] = new(207),

        ["REP-001"] = Words(100, "The message has no report: send an OBR segment, or TXA in a document message."),
        ["REP-002"] = Words(101, "The report has no number by which later versions of it could be known: send OBR-3."),
        ["REP-003"] = Words(101, "The report names neither a patient nor an order that is known: send PID with an identifier in PID-3."),
        ["REP-004"] = new(205),
        ["REP-005"] = new(205),
        ["REP-006"] = new(205),
        ["REP-007"] = new(205),
        ["REP-008"] = Words(101, "The content of the document comes with this event, but no OBX-5 has any, and the document would be "
            + "final and empty: send OBX with the content, or the event without it (T01, T03, T05, T07, T09)."),
        ["REP-009"] = new(205),
        ["REP-011"] = new(198),
        ["REP-021"] = new(204),
        ["REP-022"] = new(207),
        ["REP-023"] = new(207),
        ["REP-024"] = new(207),
        ["REP-025"] = new(102),
        ["REP-026"] = new(102),
        ["REP-027"] = new(204),
        ["REP-028"] = new(207),
        ["REP-029"] = new(207),
        ["REP-030"] = new(207),
        ["REP-031"] = Words(101, "PID with an identifier is missing: the report was filed for the patient of its order or of its earlier "
            + "version, and nothing checks that it is about that one."),
        ["REP-032"] = Words(101, "The content of the document comes with this event, but no OBX-5 has any: only its state and its numbers "
            + "were taken."),
        ["REP-033"] = Words(101, "The result is final, and no OBX-5 has any content, nor had one of an earlier version: the report shows "
            + "nothing."),
        ["REP-041"] = Words(207,
            "The report has more results of this code, and nothing says which one is meant: the first was taken. Send OBX-4 with each."),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static Entry Words(int code, string text) => new(code, (_, _) => text);

    /// <summary>The order control as its sender knows it.</summary>
    private static string Asked(OrderUnit unit) => (unit.Control, unit.First.Status) switch
    {
        ("SC", null) => "SC without ORC-5",
        ("SC" or "XO" or "XX", { } status) => $"{unit.Control} with ORC-5 {status}",
        _ => unit.Control!,
    };

    private static string Advice(OrderUnit unit) => unit.Control switch
    {
        "CA" => "send DC to stop it, or name in OBR-20 the steps that shall still be cancelled.",
        "HD" or "OH" or "HR" => "only steps that have not begun can be held; send DC to stop it.",
        "DC" => "a completed examination can only be corrected by its report.",
        _ => "place a new order under a new number.",
    };

    private static string ToPutOn(Problem problem) => problem.Detail switch
    {
        "draft" => "SC with ORC-5 SC",
        "on-hold" => "RL",
        _ => "a new start",
    };
}
