using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Mapping.Rules;

namespace CloudPacs.Mapping.Running;

/// <summary>Runs the second phase for one scope.</summary>
internal static class FhirRenderer
{
    public static RenderedFhir Render(MapScope scope, FhirState state, (CompiledMaps Maps, RunTrace Trace)? traced)
    {
        var maps = traced?.Maps ?? scope.Maps;
        var sink = new MapSink(static name => $"<sequence:{name}>");
        var context = new EvalContext(maps.Settings, scope.Message, scope.Groups, scope.Now, sink, maps.Locals, traced?.Trace) { State = state };
        scope.Restore(context);
        var output = new MapOutput();
        context.OpenSecond(output);
        foreach (var rule in maps.Second[(int)scope.Level]) rule.Run(context);
        return new RenderedFhir(output.Fhir, output.Out, sink.Warnings, sink.Problems, sink.Misses);
    }
}
