using CloudPacs.Mapping.Compilation;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Language;
using CloudPacs.Mapping.Targets;
using CloudPacs.Mapping.Values;
using CloudPacs.Mapping.Yaml;

namespace CloudPacs.Mapping.Rules;

/// <summary>Makes target, source, table and "on …" parts of one rule.</summary>
internal sealed class RuleBuilder(RuleSource rule, CompileScope scope, VariableSlots variables)
{
    public TargetPath? Target { get; private set; }

    public TargetWriter? Writer { get; private set; }

    public Evaluator? Source { get; private set; }

    /// <summary>What the value lives on, see <see cref="Compiled.Sources"/>.</summary>
    public Sources? Sources { get; private set; }

    public MissingAction OnEmpty { get; private set; }

    public (int Code, string? Text) EmptyError { get; private set; }

    public Evaluator? EmptyValue { get; private set; }

    public MissingAction OnNull { get; private set; } = MissingAction.Remove;

    public int NullErrorCode { get; private set; }

    public PathExpression? FirstPath { get; private set; }

    public bool IsFaulty { get; private set; }

    public RuleBuilder Build(TargetPath? parent)
    {
        if (rule.Text("set") is not null) BuildVariable();
        else if (rule.Keys.ContainsKey("to")) BuildTarget(parent);
        if (!IsFaulty && !rule.Keys.ContainsKey("rules")) BuildMissing();
        FirstPath = scope.FirstPath;
        return this;
    }

    private void BuildVariable()
    {
        var text = (YamlText)rule.Keys["set"].Value;
        if (text.Text is not ['$', >= 'a' and <= 'z', ..] || !text.Text.AsSpan(1).ToString().All(Scanner.IsNamePart)
            || VariableCompiler.IsBuiltIn(text.Text[1..]))
        {
            Complain(MapCodes.Syntax, text.At, $"'{text.Text}' cannot name a variable.",
                "Write set: $name, with a name that starts with a small letter and is not n, now, message, sender, site, out or state.");
            return;
        }

        var source = CompileSource(null, isMapped: rule.Keys.ContainsKey("map"));
        if (variables.Set(text.Text[1..], source.Type, rule.Map, scope, text.At) is not { } variable)
        {
            IsFaulty = true;
            return;
        }

        (Source, Sources) = (source.Evaluate, source.ValueSources);
        Writer = new VariableWriter(text.Text[1..], variable.Level, variable.Slot);
    }

    private void BuildTarget(TargetPath? parent)
    {
        var text = (YamlText)rule.Keys["to"].Value;
        var target = parent is null ? TargetParser.Parse(text.Text, out var error) : TargetParser.ParseBelow(parent, text.Text, out error);
        if (target is null)
        {
            Complain(MapCodes.Syntax, text.Of(error!.Offset), error.Text, error.Hint);
            return;
        }

        Target = target = Looped(target, text);
        var compiled = new TargetCompiler(rule, scope, text, target);
        IsFaulty = !compiled.Check();
        if (IsFaulty || rule.Keys.ContainsKey("rules")) return;

        WarnOfSecond(target, text);
        if (rule.Keys.GetValueOrDefault("value") is { Value: YamlMap or YamlList } template)
        {
            (Writer, Source) = compiled.BuildTemplate(template.Value);
        }
        else if (rule.Keys.GetValueOrDefault("value")?.Value is YamlText literal
            && !literal.Text.StartsWith("= ", StringComparison.Ordinal))
        {
            (Writer, Source) = compiled.BuildLiteral(literal);
            EffectChecks.CheckOverwritten(rule, target, Compiled.Constant(MapType.Text, MapValue.Text(literal.Text)), scope);
        }
        else
        {
            var isMapped = rule.Keys.ContainsKey("map");
            var source = CompileSource(isMapped ? null : compiled.Wish, isMapped);
            (Writer, Source) = compiled.Build(source, SourceAt);
            Sources = source.ValueSources;
            if (Writer is not null) EffectChecks.CheckOverwritten(rule, target, source, scope);
        }

        IsFaulty = Writer is null || Source is null;
        scope.Targets.TryAdd(target.Text, new CompiledTarget(scope.Level, rule.Id, rule.At));
    }

    private Position SourceAt => (rule.Keys.GetValueOrDefault("from") ?? rule.Keys.GetValueOrDefault("value"))?.Value.At ?? rule.At;

    /// <summary><c>[$n]</c> counts the innermost each.</summary>
    private TargetPath Looped(TargetPath target, YamlText text)
    {
        if (!target.Steps.Any(step => step.Key == TargetKey.Loop)) return target;
        if (scope.InnermostSlot is { } slot)
        {
            TargetStep Counted(TargetStep step) =>
                step.Key == TargetKey.Loop && step.KeyNumber == 0 ? step with { KeyNumber = slot } : step;
            return target with { Steps = [.. target.Steps.Select(Counted)] };
        }


        Complain(MapCodes.UnknownVariable, text.At, "$n counts the items of an 'each', and there is none here.",
            "Give the rule each: PATH as name.");
        return target;
    }

    private void WarnOfSecond(TargetPath target, YamlText text)
    {
        if (target.Steps.Any(step => step.Key is TargetKey.New or TargetKey.Bound or TargetKey.Loop)) return;
        if (!scope.Targets.TryGetValue(target.Text, out var first) || rule.Text("override") == "true") return;
        scope.Report(MapCodes.TargetTwice, text.At,
            $"{target.Text} is written by rule {first.RuleId} ({first.At.File}:{first.At.Line}) too; the last with a result wins.",
            "Say override: true if that is meant.", isError: false);
    }

    /// <summary><c>from</c> or a <c>value</c> that is an expression, and the table over it.</summary>
    private Compiled CompileSource(MapType? wish, bool isMapped)
    {
        var entry = rule.Keys.GetValueOrDefault("from") ?? rule.Keys["value"];
        if (entry.Value is not YamlText text)
        {
            scope.Report(MapCodes.WrongShape, entry.Value.At, "A variable takes a text or an expression.", "Write from: EXPRESSION.");
            IsFaulty = true;
            return Compiled.Faulty;
        }

        if (entry.Key.Text == "value" && !text.Text.StartsWith("= ", StringComparison.Ordinal))
            return Compiled.Constant(MapType.Text, MapValue.Text(text.Text));
        var compiler = new ExpressionCompiler(scope, text, entry.Key.Text == "value" ? 2 : 0);
        var wanted = wish ?? (isMapped ? MapType.Text : (MapType?)null);
        var source = wanted is { } type ? compiler.CompileWish(type) : compiler.Compile(null);
        if (ReferenceEquals(source, Compiled.Faulty)) IsFaulty = true;
        return isMapped && !IsFaulty ? new TableStep(rule, scope).Over(source, text.At) : source;
    }

    private void BuildMissing()
    {
        if (rule.Keys.GetValueOrDefault("on empty")?.Value is YamlText empty) ReadOnEmpty(empty);
        else if (rule.Keys.TryGetValue("on empty", out var wrong))
            Complain(MapCodes.WrongShape, wrong.Value.At, "'on empty' must be a text.", "Write skip, empty, error(101) or = expression.");
        if (rule.Keys.GetValueOrDefault("on null")?.Value is not YamlText onNull) return;
        if (onNull.Text is "remove" or "skip") OnNull = onNull.Text == "skip" ? MissingAction.Skip : MissingAction.Remove;
        else if (ErrorCall.Read(onNull, scope) is var (code, _)) (OnNull, NullErrorCode) = (MissingAction.Error, code);
        else Complain(MapCodes.WrongShape, onNull.At, $"'{onNull.Text}' cannot be done on null.", "Write remove, skip or error(101).");
    }

    private void ReadOnEmpty(YamlText text)
    {
        if (text.Text is "skip" or "empty")
        {
            OnEmpty = text.Text == "empty" ? MissingAction.Empty : MissingAction.Skip;
        }
        else if (text.Text.StartsWith("= ", StringComparison.Ordinal))
        {
            var compiled = new ExpressionCompiler(scope, text, 2).CompileWish(Writer?.Wish ?? MapType.Any);
            (OnEmpty, EmptyValue) = (MissingAction.Value, compiled.Evaluate);
        }
        else if (ErrorCall.Read(text, scope) is { } error)
        {
            (OnEmpty, EmptyError) = (MissingAction.Error, error);
        }
        else
        {
            Complain(MapCodes.WrongShape, text.At, $"'{text.Text}' cannot be done on empty.",
                "Write skip, empty, error(101) or = expression.");
        }
    }

    private void Complain(string code, Position at, string text, string hint)
    {
        scope.Report(code, at, text, hint);
        IsFaulty = true;
    }
}
