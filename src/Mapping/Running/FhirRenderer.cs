using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Mapping.Rules;

namespace CloudPacs.Mapping.Running;

/// <summary>Runs the second phase for one scope.</summary>
internal static class FhirRenderer
{
    /// <summary>Everything that the rules of the scope make.</summary>
    public static RenderedFhir RenderAll(MapScope scope, FhirState state, (CompiledMaps Maps, RunTrace Trace)? traced)
    {
        var maps = traced?.Maps ?? scope.Maps;
        var output = new MapOutput { TakesAllResources = true, Out = [] };
        return Run(scope, state, output, maps, maps.Second[(int)scope.Level], traced?.Trace);
    }

    /// <summary>What the rules of the scope make of one resource, put into its patch; with <paramref name="takesOut"/> also outgoing fields.</summary>
    public static RenderedFhir Render(MapScope scope, FhirState state, FhirPatch patch, bool takesOut)
    {
        var output = new MapOutput { Patches = [patch], Out = takesOut ? [] : null };
        return Run(scope, state, output, scope.Maps, scope.Maps.SecondOf(scope.Level, patch.ResourceType, takesOut), null);
    }

    private static RenderedFhir Run(MapScope scope, FhirState state, MapOutput output, CompiledMaps maps, CompiledRule[] rules, RunTrace? trace)
    {
        var sink = new MapSink(static name => $"<sequence:{name}>");
        var context = new EvalContext(maps.Settings, scope.Message, scope.Groups, scope.Now, sink, maps.Locals, trace) { State = state };
        scope.Restore(context);
        context.OpenSecond(output);
        foreach (var rule in rules) rule.Run(context);
        return new RenderedFhir(output.Patches.ToDictionary(static patch => patch.ResourceType), output.Out ?? [], sink.Warnings, sink.Problems, sink.Misses);
    }
}
