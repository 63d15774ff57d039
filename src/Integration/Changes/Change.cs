using CloudPacs.Exchange.Outbound;
using CloudPacs.Resources;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Integration.Changes;

/// <summary>
/// One change of the rows, whoever asks for it: a message, a command of the administration, an expiry. It says which keys it touches and
/// which lanes keep its order, and how it is applied; FHIR resources, worklist and audit follow from the rows.
/// </summary>
/// <remarks>A change may be applied several times: each time to what is stored, until a transaction with it is durable.</remarks>
internal abstract class Change
{
    /// <summary>What is locked and read before the change is applied.</summary>
    public abstract WorkspaceKeys Keys { get; }

    /// <summary>
    /// Changes of one lane are applied in the order in which they came. A change of several lanes waits for what came before it in each.
    /// </summary>
    public abstract IReadOnlyList<string> Lanes { get; }

    /// <summary>What is to be locked and read besides, by what the rows say that are there; null when nothing is missing.</summary>
    public virtual WorkspaceKeys? MoreKeys(Workspace workspace) => null;

    /// <summary>
    /// Applies the change to rows in memory: all of it or, when it is not kept, nothing. What it leaves beside the rows goes to
    /// <paramref name="rows"/>, also what other systems are told by <paramref name="writers"/>.
    /// </summary>
    public void ApplyTo(Workspace workspace, BatchRows rows, params IReadOnlyList<INewsWriter> writers)
    {
        Effects effects;
        using (var savepoint = workspace.Begin())
        {
            effects = Apply(workspace);
            if (effects.IsKept)
            {
                var written = effects.Resources is { } context ? ResourceWriter.Write(workspace, savepoint.Changed, context) : [];
                if (effects.News is { } news)
                {
                    foreach (var writer in writers) writer.Write(workspace, news, rows);
                }

                rows.Audit.AddRange(AuditTrail.Naming(effects.Audit, written));
                savepoint.Keep();
            }
            else rows.Audit.AddRange(effects.Audit);
        }

        Complete(workspace, effects, rows);
    }

    /// <summary>
    /// Whether the change came before and its rows may be known to the database only: the worklist shows them before the answer leaves.
    /// </summary>
    public virtual bool IsRepetition => false;

    /// <summary>Changes rows of the workspace and says what follows from it.</summary>
    protected abstract Effects Apply(Workspace workspace);

    /// <summary>The rows are as they stay, with their resources: makes the answer, and what the door keeps of the change.</summary>
    protected virtual void Complete(Workspace workspace, Effects effects, BatchRows rows)
    {
    }
}
