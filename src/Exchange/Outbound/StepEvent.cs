using CloudPacs.Store.Orders;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Exchange.Outbound;

/// <summary>What happened to one step.</summary>
/// <param name="Name">As the maps of destinations call it (<see cref="StatusEvents"/>).</param>
/// <param name="News">The change that it is a part of.</param>
/// <param name="Workspace">The rows of the change.</param>
/// <param name="Step">The step.</param>
/// <param name="Procedure">Its procedure.</param>
/// <param name="Order">Its order.</param>
internal sealed record StepEvent(
    string Name, News News, Workspace Workspace, StepRow Step, ProcedureRow Procedure, OrderRow Order);
