using CloudPacs.Dicom;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Compilation;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Targets;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Rules;

/// <summary>What <c>on empty</c> and <c>on null</c> say.</summary>
internal enum MissingAction { Skip, Empty, Remove, Error, Value }

/// <summary>One rule, ready to run: reads, converts, writes, and tells of failures with their place in the message.</summary>
internal sealed class CompiledRule(RuleWords words)
{
    private const int MaxTurns = 1_000;

    private readonly bool _isOff = words.Off is not null;

    public Func<EvalContext, bool>? When { get; init; }

    /// <summary>Without any of these the condition does not hold; null = not known.</summary>
    public Sources? WhenSources { get; init; }

    public Evaluator? Each { get; init; }

    /// <summary>Without any of these there is nothing to repeat the rule for; null = not known.</summary>
    public Sources? EachSources { get; init; }

    /// <summary>Slot of the item that <c>each</c> names.</summary>
    public int EachSlot { get; init; }

    public Evaluator? Source { get; init; }

    /// <summary>Without any of these there is no value, and then nothing to do; null = not known.</summary>
    public Sources? ValueSources { get; init; }

    /// <summary>The same where <see cref="Needs"/>, which a plan has asked for, is something else.</summary>
    private Sources? FurtherSources => Each is null && When is null && Children is null ? null : ValueSources;

    public TargetWriter? Writer { get; init; }

    public MissingAction OnEmpty { get; init; }

    public Evaluator? EmptyValue { get; init; }

    public MissingAction OnNull { get; init; } = MissingAction.Remove;

    public RulePlan? Children { get; init; }

    /// <summary>Slot of the list item that child rules fill; -1 = none.</summary>
    public int BoundSlot { get; init; } = -1;

    /// <summary>Without any of these the rule does nothing at all; null = it is to be run.</summary>
    public Sources? Needs => Each is not null ? EachSources : When is not null ? WhenSources : Children is null ? ValueSources : null;

    private RuleLabel Label => words.Label(Writer);

    /// <summary>
    /// Whether the rule, or one below it, writes into the resource or, when they are asked for, into outgoing fields, or sets a variable.
    /// </summary>
    public bool IsFor(string resource, bool takesOut) =>
        Children?.Rules.Any(child => child.IsFor(resource, takesOut)) == true || Writer switch
        {
            FhirWriter fhir => fhir.Resource == resource,
            OutWriter => takesOut,
            _ => Writer is not null,
        };

    public void Run(EvalContext context)
    {
        if (_isOff)
        {
            context.Trace?.Skip(Label, words.WhyOff);
            return;
        }

        if (Each is null)
        {
            RunOnce(context);
            return;
        }

        var list = Each(context);
        if (list.State == ValueState.Null && Writer is { Deletes: true } && OnNull == MissingAction.Remove)
        {
            DeleteAll(context, list);
            return;
        }

        var number = 0;
        foreach (var item in list.Items)
        {
            if (number >= MaxTurns || !context.CountTurn())
            {
                var warned = context.Sink.WarningCount;
                context.Warn("too-many-items", words.Id, item);
                Locate(context, warned);
                break;
            }

            context.Locals[EachSlot] = item;
            context.Numbers[EachSlot] = ++number;
            RunOnce(context);
        }

        context.Locals[EachSlot] = default;
        if (number == 0) context.Trace?.Skip(Label, "nothing to repeat it for");
    }

    /// <summary><c>""</c> in place of the items takes away what the rule made of former ones.</summary>
    private void DeleteAll(EvalContext context, in MapValue nothing)
    {
        context.Trace?.Begin(Label);
        Writer!.Write(context, MapValue.Null.From(nothing));
        context.Trace?.End(Label, nothing, failure: null);
    }

    private void RunOnce(EvalContext context)
    {
        var warned = context.Sink.WarningCount;
        Turn(context);
        if (context.Sink.WarningCount > warned) Locate(context, warned);
    }

    /// <summary>Says where the warnings from a number on belong.</summary>
    private void Locate(EvalContext context, int first) => context.Sink.Locate(first, culprit => culprit.Length > 0
        ? Locations.Of(context.Message, culprit.Start, culprit.Length)
        : Locations.Of(context, MapValue.Absent, words.FirstPath));

    private void Turn(EvalContext context)
    {
        context.Failure = null;
        if (When is not null && !When(context))
        {
            if (context.Failure is not null) Report(context);
            context.Trace?.Skip(Label, "condition not met");
            return;
        }

        if (BoundSlot >= 0) context.Bound[BoundSlot] = null;
        Children?.Run(context);
        if (Source is null || Writer is null) return;
        if (context.Failure is null && FurtherSources is { } sources && !sources.AreSent(context)) return;
        Apply(context);
    }

    private void Apply(EvalContext context)
    {
        context.Trace?.Begin(Label);
        context.StandIn = null;
        var value = Source!(context);
        if (context.Failure is null)
        {
            if (value.State == ValueState.Absent) value = Missing(context);
            else if (value.State == ValueState.Null && OnNull != MissingAction.Remove) value = Nulled(context);
            if (value.State != ValueState.Absent && context.Failure is null)
            {
                Writer!.Write(context, value);
                if (context.StandIn is not null || context.Output.HasStandIns) Mark(context);
            }
        }

        context.Trace?.End(Label, value, context.Failure);
        if (context.Failure is not null) Report(context);
    }

    /// <summary>Notes whether what was written stands in for something better.</summary>
    private void Mark(EvalContext context)
    {
        if (Writer!.Attribute is not { } attribute || context.Failure is not null) return;
        context.Output.Mark(attribute, context.StandIn is { } standIn ? Marked(context.Message, attribute, standIn) : null);
    }

    private static MappedStandIn Marked(Message message, Tag attribute, StandIn standIn)
    {
        var (start, length) = standIn.Origin;
        var told = !standIn.IsTold ? null : new Problem(
            207, Severity.Warning, Locations.Of(message, start, length),
            "An earlier message said this in a field that counts more: what is stored was left as it is.");
        return new MappedStandIn(attribute, told) { Start = start, LeavesStandIn = standIn.LeavesStandIn };
    }

    private MapValue Missing(EvalContext context)
    {
        switch (OnEmpty)
        {
            case MissingAction.Empty: Writer!.WriteEmpty(context); return MapValue.Absent;
            case MissingAction.Value: return EmptyValue!(context);
            case MissingAction.Error:
                return context.Fail(words.EmptyError.Code, words.EmptyError.Text ?? $"A value is required for {Writer!.Name}.");
            default: return MapValue.Absent;
        }
    }

    private MapValue Nulled(EvalContext context) => OnNull == MissingAction.Error
        ? context.Fail(words.NullErrorCode, $"The value of {Writer!.Name} must not be deleted.")
        : MapValue.Absent;

    private void Report(EvalContext context)
    {
        var failure = context.Failure!;
        context.Failure = null;
        var location = Locations.Of(context, failure.Culprit, words.FirstPath);
        var text = failure.Text ?? $"The value for {Writer?.Name ?? words.Id} cannot be used.";
        context.Sink.Add(new Problem(failure.Code, failure.Severity, location, text, "map:" + words.Id));
    }
}
