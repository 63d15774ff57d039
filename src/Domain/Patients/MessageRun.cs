using CloudPacs.Hl7v2;
using CloudPacs.Mapping;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Patients;

/// <summary>One message on its way through the domain: what it says, the rows it may change, the rules, and what came of it so far.</summary>
internal sealed class MessageRun(MappedMessage message, Workspace workspace, SenderPolicy policy, MessageFacts facts, SiteRules? rules = null)
{
    public MappedMessage Message { get; } = message;

    public Workspace Workspace { get; } = workspace;

    public SenderPolicy Policy { get; } = policy;

    public MessageFacts Facts { get; } = facts;

    public SiteRules Rules { get; } = rules ?? SiteRules.Default;

    public Outcome Outcome { get; } = new();

    /// <summary>The same message with an outcome of its own, for a part that may be taken back.</summary>
    public MessageRun Branch() => new(Message, Workspace, Policy, Facts, Rules);

    /// <summary>A number with the authority that the sender's numbers have when they name none.</summary>
    public Identifier Scoped(MappedIdentifier number) => Authorities.Scoped(number, Policy.DefaultAuthority ?? Facts.SendingFacility);

    /// <summary>Tells the sender of steps that no query finds; what it sent would else be lost in silence.</summary>
    public void WarnOfHidden(IEnumerable<StepRow> steps, ErrorLocation location)
    {
        if (Rules.WhyHidden is not { } whyHidden) return;
        foreach (var step in steps)
        {
            if (Workspace.Procedure(step.ProcedureId) is not { } procedure || Workspace.Order(procedure.OrderId) is not { } order) continue;
            var visit = order.VisitId is { } id ? Workspace.Visit(id) : null;
            if (whyHidden(step, order, visit, Facts.LocalNow) is { } reason) Outcome.Warn(207, location, reason);
        }
    }

    public Identifier? Scoped(MappedIdentifier? number) => number is { } known ? Scoped(known) : null;
}
