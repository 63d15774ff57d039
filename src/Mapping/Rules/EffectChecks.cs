using CloudPacs.Dicom;
using CloudPacs.Mapping.Compilation;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Language;
using CloudPacs.Mapping.Standards;
using CloudPacs.Mapping.Targets;

namespace CloudPacs.Mapping.Rules;

/// <summary>Warns of rules that may be as they should be and yet change nothing.</summary>
internal static class EffectChecks
{
    /// <summary>An attribute that follows from a key: whatever a rule gives it, the entry shows the key.</summary>
    public static void CheckOwner(TargetPath target, MwlPath path, CompileScope scope, Position at)
    {
        var inStep = target.Steps is [{ Name: nameof(Tags.ScheduledProcedureStepSequence) }, _];
        if ((!inStep && target.Steps.Count > 1) || !scope.Settings.OwnedAttributes.TryGetValue(path.Entry.Tag, out var key)) return;
        scope.Report(MapCodes.OwnedAttribute, at, $"{path.Entry.Keyword} follows from {key}, so this rule changes nothing.",
            $"Change the rule that writes {key}, or the variable that it takes.", isError: false);
    }

    /// <summary>A rule before one that always writes the same target, whatever is sent.</summary>
    public static void CheckOverwritten(RuleSource rule, TargetPath target, Compiled source, CompileScope scope)
    {
        if (target.Steps.Any(static step => step.Key is TargetKey.New or TargetKey.Bound or TargetKey.Loop)) return;
        var isAlways = !rule.Keys.ContainsKey("when") && !rule.Keys.ContainsKey("each") && !rule.Keys.ContainsKey("map")
            && !rule.Keys.ContainsKey("on null") && (source.Alternatives?[^1] ?? source).Value is { HasValue: true };
        if (!scope.Writers.TryGetValue(target.Text, out var writers)) scope.Writers[target.Text] = writers = [];
        foreach (var before in isAlways ? writers : [])
        {
            scope.Report(MapCodes.NoEffect, before.At,
                $"The rule {before.RuleId} changes nothing: {rule.Id} ({rule.At.File}:{rule.At.Line}) always writes {target.Text} "
                    + "after it.",
                "Take one of them out, or give the later one a condition (when).", isError: false);
        }

        if (isAlways) writers.Clear();
        writers.Add(new CompiledTarget(scope.Level, rule.Id, (rule.Keys.GetValueOrDefault("from") ?? rule.Keys["to"]).Key.At));
    }

    /// <summary>A variable that no rule reads any more, as when a sender gave the rule that did another source.</summary>
    public static void CheckUnread(IEnumerable<RuleSource> rules, CompileScope scope)
    {
        foreach (var rule in rules)
        {
            if (rule.Off is not null || rule.Text("set") is not ['$', .. var name] || scope.ReadVariables.Contains(name)) continue;
            scope.RuleId = rule.Id;
            scope.Report(MapCodes.NoEffect, (rule.Keys.GetValueOrDefault("from") ?? rule.Keys["set"]).Key.At,
                $"No rule reads ${name}, so this rule changes nothing.", "Use it in a rule with 'to', or take the rule out.",
                isError: false);
            scope.RuleId = null;
        }
    }
    /// <summary>A row of table <c>aside</c> that names no field.</summary>
    public static void CheckAside(CompileScope scope)
    {
        foreach (var row in scope.Settings.Tables.GetValueOrDefault("aside")?.Rows ?? [])
        {
            var name = row.From.Split('-')[0];
            if (name.Length == 3 && Hl7Fields.IsKnown(name) && UnreadFields.BitsOf(row.From) != 0) continue;
            scope.Report(MapCodes.NoEffect, new Position(row.File, row.Line, 1),
                $"'{row.From}' names no segment or field, so this row changes nothing.",
                "Write GT1, PV1-18 or PV1-20..35.", isError: false);
        }
    }
}
