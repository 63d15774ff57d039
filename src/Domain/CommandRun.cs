using CloudPacs.Store;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain;

/// <summary>Commands on their way: the rows that they may change, the rules, and what came of them so far.</summary>
internal sealed class CommandRun(Workspace workspace, ChangeContext context, WhyHidden? whyHidden)
{
    public Workspace Workspace { get; } = workspace;

    public ChangeContext Context { get; } = context;

    public DomainPolicy Policy => Context.Policy;

    public WhyHidden? WhyHidden { get; } = whyHidden;

    public Outcome Outcome { get; } = new();

    /// <summary>The same with an outcome of its own, for a part that may be taken back.</summary>
    public CommandRun Branch() => new(Workspace, Context, WhyHidden);

    public void Add(Problem problem) => Outcome.Add(problem);

    /// <summary>A number with the authority that numbers have when they name none.</summary>
    public Identifier Scoped(Identifier number) => Authorities.Scoped(number, Context.DefaultAuthority);

    public Identifier? Scoped(Identifier? number) => number is { } known ? Scoped(known) : null;
}
