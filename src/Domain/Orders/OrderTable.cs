using System.Collections.Frozen;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>
/// The order state machine: what is asked and the state of the step give the rule. The state is null when no order has the keys of the
/// command.
/// </summary>
internal static partial class OrderTable
{
    private static readonly FrozenDictionary<(OrderRequest Request, StepState? State), OrderRule> Rules;

    // The rows stand in another file of this class, whose fields may be set later than those of this one.
    static OrderTable() => Rules = Expand();

    public static OrderRule Find(OrderRequest request, StepState? state) => Rules[(request, state)];

    private static FrozenDictionary<(OrderRequest, StepState?), OrderRule> Expand()
    {
        var table = new Dictionary<(OrderRequest, StepState?), OrderRule>();
        foreach (var (request, states, rule) in Rows)
            foreach (var state in states)
                table.Add((request, state), rule);
        return table.ToFrozenDictionary();
    }

    private sealed record Row(OrderRequest Request, StepState?[] States, OrderRule Rule);
}
