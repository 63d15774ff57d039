using CloudPacs.Domain.Patients;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Orders;

/// <summary>
/// What order commands that are given together share: the patient and visit, their order in time, and what one said for the next.
/// </summary>
internal sealed class SharedRun(CommandRun run, PatientDetails? person, IReadOnlyList<OrderCommand> commands)
{
    public CommandRun Run { get; } = run;

    public PatientDetails? Person { get; } = person;

    public IReadOnlyList<OrderCommand> Commands { get; } = commands;

    public PatientRow? Patient { get; set; }

    public VisitRow? Visit { get; set; }

    public OrderClock Clock { get; } = new(run);

    /// <summary>The order that the last <see cref="OrderRequest.Replace"/> named: the one that follows takes its place.</summary>
    public OrderRow? Replaced { get; set; }

    /// <summary>The number of the last parent, for the children that follow.</summary>
    public Identifier? Parent { get; set; }

    /// <summary>Procedures that a command has described already.</summary>
    public HashSet<Guid> Described { get; } = [];

    public OrderKeys KeysOf(OrderCommand command) => OrderKeys.Of(command, Run.Context, Run.Workspace.InstallationNamespace);

    /// <summary>One command with problems and audit of its own, so that they can be dropped with its changes.</summary>
    public OrderRun Start(OrderCommand command) => new(this, Run.Branch(), command);
}

/// <summary>One order command on its way.</summary>
internal sealed class OrderRun(SharedRun shared, CommandRun run, OrderCommand command)
{
    public SharedRun Shared { get; } = shared;

    public CommandRun Run { get; } = run;

    public OrderCommand Command { get; } = command;

    public OrderKeys Keys { get; } = shared.KeysOf(command);

    public OrderRequest Request => Command.Request!.Value;

    public Workspace Workspace => Run.Workspace;

    public ChangeContext Context => Run.Context;

    public DomainPolicy Policy => Run.Policy;

    public Outcome Outcome => Run.Outcome;

    /// <summary>A change that was asked for was not (all) made.</summary>
    public bool IsPartly { get; set; }

    /// <summary>The command names a step by an id that is not known, and means the only one that the order has.</summary>
    public bool MeansOnlyStep { get; set; }

    /// <summary>The steps that the command is about, for the answer.</summary>
    public List<StepRow> Steps { get; } = [];

    public List<OrderRow> Orders { get; } = [];

    public OrderRule Rule(StepState? state) => OrderTable.Find(Request, state);

    public string? StepIdOf(StepDetails step) => OrderKeys.StepIdOf(step, Context, Workspace.InstallationNamespace);

    public void Add(Problem problem) => Outcome.Add(problem);

    /// <summary>What was taken shows only when the step is put on the worklist again.</summary>
    public void WarnIfOffTheList(StepRow step)
    {
        if (step.StepState is StepState.Draft or StepState.OnHold or StepState.Expired)
            Add(OrderWarnings.OffTheList(Command, step.StepState));
    }

    public void Set(StepRow step, StepState state, string verb)
    {
        StepMoves.Move(Outcome, step, state, verb);
        if (state is StepState.OnHold or StepState.Discontinued or StepState.Canceled) Outcome.Explain(step, Command.Reason);
    }
}
