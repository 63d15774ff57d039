using CloudPacs.Mapping.Compilation;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Language;
using CloudPacs.Mapping.Values;
using CloudPacs.Mapping.Yaml;

namespace CloudPacs.Mapping.Rules;

/// <summary>Checks one rule and makes it ready to run.</summary>
internal sealed class RuleCompiler(CompileScope scope, RulePhases phases, VariableSlots variables)
{
    /// <summary>The rule for the phase that the scope is in; null when it has no part in it, or is faulty.</summary>
    public CompiledRule? Compile(RuleSource rule, TargetPath? parent)
    {
        if (!phases.Runs(rule, parent, scope.IsSecondPhase) || (rule.Off is not null && !scope.IsTraced)) return null;
        var outer = (scope.RuleId, scope.FirstPath);
        scope.RuleId = rule.Id;
        scope.FirstPath = null;
        var compiled = rule.Off is { } off
            ? new CompiledRule(new RuleWords(rule.Id, rule.At) { Off = off })
            : CompileOn(rule, parent);
        (scope.RuleId, scope.FirstPath) = outer;
        return compiled;
    }

    private CompiledRule? CompileOn(RuleSource rule, TargetPath? parent)
    {
        if (!RuleShape.Check(rule, parent is not null, scope)) return null;
        var (each, eachSources, slot) = CompileEach(rule);
        var when = rule.Keys.GetValueOrDefault("when")?.Value is YamlText condition
            ? CompileWhen(condition)
            : null;
        var made = new RuleBuilder(rule, scope, variables).Build(parent);
        var boundSlot = -1;
        List<CompiledRule> children = [];
        if (rule.Keys.ContainsKey("rules"))
        {
            var target = made.Target;
            if (target is { Steps: [.., { Key: TargetKey.New }] })
            {
                boundSlot = scope.NewSlot();
                var last = target.Steps[^1] with { Key = TargetKey.Bound, KeyNumber = boundSlot, KeyName = ElementIds.GroupOf(rule.Id) };
                target = target with { Steps = [.. target.Steps.SkipLast(1), last] };
            }

            foreach (var child in rule.Children)
            {
                if (Compile(child, target) is { } compiled) children.Add(compiled);
            }

            if (boundSlot >= 0) scope.ReleaseSlot();
        }

        if (each is not null)
        {
            scope.PopAlias();
            scope.ReleaseSlot();
        }

        if (made.IsFaulty) return null;
        var words = new RuleWords(rule.Id, rule.At)
        {
            Note = rule.Text("note"),
            EmptyError = made.EmptyError,
            NullErrorCode = made.NullErrorCode,
            FirstPath = made.FirstPath,
            From = made.FirstPath is null ? rule.Text("from") : null,
        };
        return new CompiledRule(words)
        {
            When = when?.AsTest(),
            WhenSources = scope.IsTraced ? null : when?.Sources,
            Each = each,
            EachSources = scope.IsTraced ? null : eachSources,
            EachSlot = slot,
            Source = made.Source,
            ValueSources = scope.IsTraced || made.OnEmpty != MissingAction.Skip ? null : made.Sources,
            Writer = made.Writer,
            OnEmpty = made.OnEmpty,
            EmptyValue = made.EmptyValue,
            OnNull = made.OnNull,
            Children = children.Count == 0 ? null : new RulePlan(children),
            BoundSlot = boundSlot,
        };
    }

    private (Evaluator? Each, Sources? Sources, int Slot) CompileEach(RuleSource rule)
    {
        if (rule.Keys.GetValueOrDefault("each")?.Value is not YamlText text) return default;
        var parsed = ExpressionParser.ParseEach(text.Text, out var error);
        if (parsed is not var (list, name) || error is not null)
        {
            scope.Report(MapCodes.Syntax, text.Of(error!.Offset), error.Text, error.Hint);
            return default;
        }

        var compiled = new ExpressionCompiler(scope, text).Compile(list, MapType.Any.List);
        var type = compiled.Type.Single;
        var slot = scope.NewSlot();
        scope.PushAlias(name, type, slot, list switch
        {
            PathExpression { Field: { } field } path => $"{path.Segment}-{field.Field}",
            PathExpression path => path.Segment,
            AliasExpression alias => alias.Name,
            _ => "",
        });
        return (compiled.Evaluate, compiled.ValueSources, slot);
    }

    private Compiled CompileWhen(YamlText text)
    {
        var compiler = new ExpressionCompiler(scope, text);
        var compiled = compiler.Compile(null);
        if (compiled.Type is { Kind: MapKind.Bool or MapKind.Nothing, IsList: false }) return compiled;
        scope.Report(MapCodes.Condition, text.At, $"'when' takes a condition, not a {compiled.Type}.",
            "Ask with | exists, or compare the value.");
        return Compiled.Faulty;
    }
}
