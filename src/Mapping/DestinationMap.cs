using CloudPacs.Dicom;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Fhir;

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
    public IReadOnlyList<OutField> Render(FhirState state, DataSet entry, DateTimeOffset now, ICollection<Problem> problems)
    {
        var maps = _variant.Maps;
        var sink = new MapSink(static name => $"<sequence:{name}>");
        var context = new EvalContext(maps.Settings, Nothing, new OrderGroups(Nothing), now, sink, maps.Locals, trace: null)
        {
            Source = entry,
        };
        context.Open(RunLevel.Step, MapOutput.None, maps.NewVariables(RunLevel.Step));
        var output = new MapOutput { TakesOut = true };
        context.OpenSecond(output, state);
        maps.Second[(int)RunLevel.Step].Run(context);
        foreach (var problem in context.Sink.Problems.Concat(context.Sink.WarningProblems())) problems.Add(problem);
        return output.Out;
    }
}
