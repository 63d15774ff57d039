using CloudPacs.Hl7v2;
using CloudPacs.Integration.Mapping;
using CloudPacs.Integration.Patients;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;

namespace CloudPacs.Integration.Orders;

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

    public void Set(StepRow step, StepState state, string verb)
    {
        if (state != StepState.OnHold) step.StateBeforeHold = null;
        step.StepState = state;
        step.Touch();
        Outcome.Record(verb, step.Id);
    }
}
