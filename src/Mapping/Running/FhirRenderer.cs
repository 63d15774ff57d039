using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Mapping.Rules;

namespace CloudPacs.Mapping.Running;

/// <summary>Runs the second phase for one scope.</summary>
internal static class FhirRenderer
{
    /// <summary>Everything that the rules of the scope make.</summary>
    public static RenderedFhir RenderAll(MapScope scope, FhirState state) =>
        Run(scope, state, new MapOutput { TakesAllResources = true, TakesOut = true }, scope.Maps.Second[(int)scope.Level]);

    /// <summary>
    /// What the rules of the scope make of one resource, put into its patch; with <paramref name="takesOut"/> also outgoing fields.
    /// </summary>
    public static RenderedFhir Render(MapScope scope, FhirState state, FhirPatch patch, bool takesOut) =>
        Run(scope, state, new MapOutput { Patch = patch, TakesOut = takesOut },
            scope.Maps.SecondOf(scope.Level, patch.ResourceType, takesOut));

    private static RenderedFhir Run(MapScope scope, FhirState state, MapOutput output, RulePlan rules)
    {
        scope.Restore(rules.SetsVariables);
        scope.Context.OpenSecond(output, state);
        rules.Run(scope.Context);
        var sink = scope.Context.Sink;
        IReadOnlyList<string> warnings = [];
        if (sink.WarningCount > 0)
        {
            warnings = [.. sink.Warnings.Select(static warning => warning.Text)];
            foreach (var problem in sink.WarningProblems()) sink.Add(problem);
        }

        return new RenderedFhir(output.Patches, output.Out, warnings, sink.Problems, sink.Misses);
    }
}
