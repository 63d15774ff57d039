using CloudPacs.Mapping.Compilation;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Functions;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Rules;

/// <summary>Compiles the flat maps of a sender, in the fast or the traced form.</summary>
internal static class MapCompiler
{
    private const int Levels = RunLevels.Count;

    public static CompiledMaps Compile(IReadOnlyList<FlatMap> maps, MapSettings settings, IReadOnlyDictionary<string, MapType> varTypes,
        FunctionTable functions, Diagnostics diagnostics, bool isTraced)
    {
        var all = maps.SelectMany(map => RuleSource.AllOf(map.Rules)).ToList();
        var scope = new CompileScope(settings, functions, diagnostics, isTraced)
        {
            VarTypes = varTypes,
            AllVariables = [.. all.Select(rule => rule.Text("set")).OfType<string>().Select(name => name.TrimStart('$'))],
        };
        var slots = new VariableSlots();
        var compiler = new RuleCompiler(scope, new RulePhases(all), slots);
        if (!isTraced) CheckIds(maps, scope);
        var first = CompilePhase(maps, scope, compiler, isSecond: false);
        var second = CompilePhase(maps, scope, compiler, isSecond: true);
        if (!isTraced && !diagnostics.HasErrors)
        {
            EffectChecks.CheckUnread(all, scope);
            EffectChecks.CheckAside(scope);
        }

        return new CompiledMaps
        {
            Settings = settings,
            Reads = scope.Reads,
            First = first,
            Second = second,
            Variables = [.. Enumerable.Range(0, Levels).Select(level => slots.Count((RunLevel)level))],
            Locals = scope.Locals,
        };
    }

    private static RulePlan[] CompilePhase(IReadOnlyList<FlatMap> maps, CompileScope scope, RuleCompiler compiler, bool isSecond)
    {
        scope.IsSecondPhase = isSecond;
        var byLevel = new RulePlan[Levels];
        for (var level = 0; level < Levels; level++)
        {
            scope.Level = (RunLevel)level;
            byLevel[level] = new RulePlan([.. maps.Where(map => map.Per == scope.Level).SelectMany(map => map.Rules)
                .Select(rule => compiler.Compile(rule, null)).OfType<CompiledRule>()]);
        }

        return byLevel;
    }

    private static void CheckIds(IReadOnlyList<FlatMap> maps, CompileScope scope)
    {
        foreach (var map in maps)
        {
            var ids = new Dictionary<string, RuleSource>(StringComparer.Ordinal);
            foreach (var rule in RuleSource.AllOf(map.Rules))
            {
                if (ids.TryAdd(rule.Id, rule)) continue;
                scope.RuleId = rule.Id;
                scope.Report(MapCodes.DuplicateId, rule.At,
                    $"The id {rule.Id} stands twice in the map {map.Name}; first at {ids[rule.Id].At.File}:{ids[rule.Id].At.Line}.",
                    "Give one of the rules another id.");
                scope.RuleId = null;
            }
        }
    }
}
