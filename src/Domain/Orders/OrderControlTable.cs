using System.Collections.Frozen;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>
/// The order state machine (HL7 tables 0119 and 0038; mapping reference a.9): order control, order status and the state of the step give
/// the rule. The state is null when no order has the keys of the message.
/// </summary>
internal static partial class OrderControlTable
{
    private static readonly FrozenDictionary<(string Control, string Status, StepState? State), OrderRule> Table;

    // The rows stand in another file of this class, whose fields may be set later than those of this one.
    static OrderControlTable() => Table = Expand();

    /// <summary>Codes of HL7 table 0119, and what answers to the placer when one was done or refused.</summary>
    public static bool IsKnown(string control) => Answers.ContainsKey(control);

    /// <summary>ORC-1 of the answer for a group that was accepted or refused.</summary>
    public static string Answer(string control, bool accepted)
    {
        var (done, unable) = Answers[control];
        return accepted ? done : unable;
    }

    /// <summary>A status of table 0038 that a control code has no rules for counts as none (rows <c>*</c>).</summary>
    public static OrderRule Find(string control, string? status, StepState? state) =>
        Table.TryGetValue((control, status ?? "", state), out var rule) ? rule : Table[(control, Any, state)];

    /// <summary>Whether a status is one of table 0038.</summary>
    public static bool IsKnownStatus(string? status) => status is null or "" || Statuses.Contains(status);

    private static FrozenDictionary<(string, string, StepState?), OrderRule> Expand()
    {
        var table = new Dictionary<(string, string, StepState?), OrderRule>();
        foreach (var (controls, statuses, states, rule) in Rows)
            foreach (var control in controls.Split(' '))
                foreach (var status in statuses.Split(' '))
                    foreach (var state in states)
                        table.Add((control, status == Empty ? "" : status, state), rule);
        return table.ToFrozenDictionary();
    }

    private sealed record Row(string Controls, string Statuses, StepState?[] States, OrderRule Rule);
}
