using CloudPacs.Domain.Patients;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;

namespace CloudPacs.Domain.Orders;

/// <summary>What the groups of one order message share: the patient and visit, the order of messages, and what a group said for the next.</summary>
internal sealed class OrderRun(MessageRun message, MappedPatient? person)
{
    public MessageRun Message { get; } = message;

    public MappedPatient? Person { get; } = person;

    public PatientRow? Patient { get; set; }

    public VisitRow? Visit { get; set; }

    public OrderClock Clock { get; } = new(message);

    /// <summary>The order that the last RP named: the RO that follows takes its place.</summary>
    public OrderRow? Replaced { get; set; }

    /// <summary>The number of the last PA: parent of the children that follow.</summary>
    public Identifier? Parent { get; set; }

    /// <summary>Procedures that a group of this message has described already.</summary>
    public HashSet<Guid> Described { get; } = [];

    /// <summary>One unit with problems and audit of its own, so that they can be dropped with its changes.</summary>
    public UnitRun Start(OrderUnit unit) => new(this, Message.Branch(), unit);
}

/// <summary>One unit of an order message on its way.</summary>
internal sealed class UnitRun(OrderRun order, MessageRun message, OrderUnit unit)
{
    public OrderRun Order { get; } = order;

    public MessageRun Message { get; } = message;

    public OrderUnit Unit { get; } = unit;

    public OrderKeys Keys => Unit.Keys;

    public string Control => Unit.Control!;

    public Outcome Outcome => Message.Outcome;

    /// <summary>ORC-1 of the answer when it is not the usual one of the control.</summary>
    public string? Answer { get; set; }

    /// <summary>The steps that the unit is about, for the answer.</summary>
    public List<StepRow> Steps { get; } = [];

    public List<OrderRow> Orders { get; } = [];

    public OrderRule Rule(StepState? state) => OrderControlTable.Find(Control, Unit.Status, state);

    public void Fail(Problem problem) => Outcome.Add(problem);

    /// <summary>Accepted, but not (all) done: the answer must say so.</summary>
    public void Warn(string text, int code = 207) => Outcome.Warn(code, Unit.ControlField, text);

    /// <summary>A change that was accepted and not (all) made is answered as one that could not be (HL7 table 0119).</summary>
    public void AnswerUnable()
    {
        if (Control == "XO") Answer = "UX";
    }

    /// <summary>What was taken shows only when the step is put on the worklist again.</summary>
    public void WarnIfOffTheList(StepRow step)
    {
        var advice = step.StepState switch
        {
            StepState.Draft => "SC with ORC-5 SC",
            StepState.OnHold => "RL",
            StepState.Expired => "a new start",
            _ => null,
        };
        if (advice is not null) Warn($"The step is {StepStateTable.Name(step.StepState)} and so off the worklist: send {advice} to put it on.");
    }

    public void Set(StepRow step, StepState state, string verb)
    {
        StepMoves.Move(Outcome, step, state, verb);
        if (state is StepState.OnHold or StepState.Discontinued or StepState.Canceled) Outcome.Explain(step, Unit.First.Reason);
    }
}
