using CloudPacs.Integration.Mapping;
using CloudPacs.Store.Commit;
using CloudPacs.Store.Patients;

namespace CloudPacs.Integration.Patients;

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
    public Identifier Scoped(Identifier number) => Authorities.Scoped(number, Policy.DefaultAuthority ?? Facts.SendingFacility);

    public Identifier? Scoped(Identifier? number) => number is { } known ? Scoped(known) : null;
}
