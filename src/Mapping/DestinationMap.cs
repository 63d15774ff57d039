using CloudPacs.Dicom;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Explaining;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Mapping.Rules;

namespace CloudPacs.Mapping;

/// <summary>
/// What messages to one system are made of: rules with <c>out.</c> targets over the state of a step and its worklist attributes. Immutable;
/// may be used by many threads at once.
/// </summary>
public sealed class DestinationMap
{
    private static readonly Message Nothing = Message.TryParse("MSH|^~\\&|"u8.ToArray(), ParseOptions.Default, out var empty, out _)
        ? empty
        : throw new InvalidOperationException("A header alone is a message.");

    private readonly SenderVariant _variant;

    internal DestinationMap(string name, SenderVariant variant)
    {
        Name = name;
        _variant = variant;
    }

    /// <summary>Name of the destination file.</summary>
    public string Name { get; }

    /// <summary>Hash of the flat map.</summary>
    public string Version => _variant.Version;

    /// <summary>The fields of one message, in the order of the rules.</summary>
    /// <param name="state">What happened, and to what: <c>$state.x</c>.</param>
    /// <param name="entry">The worklist attributes of the step: <c>dcm.x</c>.</param>
    /// <param name="now">The time of the map.</param>
    /// <param name="problems">Takes what rules found wrong.</param>
    public IReadOnlyList<OutField> Render(EventState state, DataSet entry, DateTimeOffset now, ICollection<Problem> problems)
    {
        var output = new MapOutput { TakesOut = true };
        var sink = Run(_variant.Maps, output, state, entry, now, trace: null);
        foreach (var problem in sink.Problems.Concat(sink.WarningProblems())) problems.Add(problem);
        return output.Out;
    }

    /// <summary>The traced form of the same map: each value with the rule that gave it and what it was taken from.</summary>
    public MapExplanation Explain(EventState state, DataSet entry, DateTimeOffset now)
    {
        var trace = new MapTrace(Nothing, _variant.Maps.Reads);
        trace.Open(RunLevel.Step, state.Event ?? "");
        var sink = Run(_variant.Traced, new MapOutput { TakesOut = true }, state, entry, now, trace);
        return new MapExplanation(trace.Values, [], trace.Skipped, [.. sink.Warnings.Select(static warning => warning.Text)], sink.Misses);
    }

    private static MapSink Run(
        CompiledMaps maps, MapOutput output, EventState state, DataSet entry, DateTimeOffset now, RunTrace? trace)
    {
        var sink = new MapSink(static name => $"<sequence:{name}>");
        var context = new EvalContext(maps.Settings, Nothing, new OrderGroups(Nothing), now, sink, maps.Locals, trace)
        {
            Source = entry,
        };
        context.Open(RunLevel.Step, MapOutput.None, maps.NewVariables(RunLevel.Step));
        context.OpenSecond(output, state);
        maps.Second[(int)RunLevel.Step].Run(context);
        return context.Sink;
    }
}
