using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain;

/// <summary>Commands that are given together and applied together: all of them or, unless a policy says otherwise, none.</summary>
public abstract class CommandSet(ChangeContext context)
{
    public ChangeContext Context { get; } = context;

    /// <summary>What is wrong with the commands as a whole, found where they were read.</summary>
    public IReadOnlyList<Problem> Faults { get; init; } = [];

    /// <summary>
    /// Whose commands keep their order among each other: those about one patient, else about one order; none when neither is named.
    /// Commands about two patients, such as a merge, have the lanes of both.
    /// </summary>
    public abstract IReadOnlyList<string> Lanes { get; }

    /// <summary>Under which keys rows are looked for; to be locked and loaded before.</summary>
    /// <param name="installation">Namespace of the installation, for stand-ins of ids that are too long.</param>
    public abstract WorkspaceKeys Keys(Guid installation);

    /// <summary>What is needed besides, now that the rows of <see cref="Keys"/> are there; null for nothing.</summary>
    public abstract WorkspaceKeys? MoreKeys(Workspace loaded);

    /// <summary>
    /// Changes the rows of the workspace. Pure: no clock, no database; a workspace is left as it was when nothing may stay.
    /// </summary>
    /// <param name="workspace">The rows.</param>
    /// <param name="whyHidden">Asked for entries that are made or changed; null = not asked.</param>
    public abstract Outcome Apply(Workspace workspace, WhyHidden? whyHidden = null);

    /// <summary>Applies commands of which all stay or none.</summary>
    /// <param name="workspace">The rows.</param>
    /// <param name="whyHidden">Asked for entries that are made or changed; null = not asked.</param>
    /// <param name="check">Says what is wrong with the commands whatever the rows are; when something is, no row is looked at.</param>
    /// <param name="apply">Changes the rows; they are as they were before when it says that something is wrong.</param>
    private protected Outcome ApplyAll(Workspace workspace, WhyHidden? whyHidden, Action<CommandRun> check, Action<CommandRun> apply)
    {
        var run = new CommandRun(workspace, Context, whyHidden);
        run.Outcome.Add(Faults);
        check(run);
        using var savepoint = workspace.Begin();
        if (!run.Outcome.HasErrors) apply(run);
        if (run.Outcome.HasErrors) run.Outcome.Discard();
        else savepoint.Keep();
        return run.Outcome;
    }
}
