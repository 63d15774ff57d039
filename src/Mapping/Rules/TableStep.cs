using CloudPacs.Mapping.Compilation;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Values;
using CloudPacs.Mapping.Yaml;

namespace CloudPacs.Mapping.Rules;

/// <summary>The <c>map</c> and <c>else</c> of a rule: looks the value up in a table.</summary>
internal sealed class TableStep(RuleSource rule, CompileScope scope)
{
    public Compiled Over(Compiled source, Position at)
    {
        var name = (YamlText)rule.Keys["map"].Value;
        if (CallCompiler.FindTable(name.Text, scope, name.At) is not { } table) return Compiled.Faulty;
        var keys = source.To(source.Type.IsList ? MapType.Text.List : MapType.Text, scope, at, "A table");
        var text = keys.Evaluate;
        var type = table.Type;
        var otherwise = CompileElse(type);
        return source.Type.IsList
            ? new Compiled(type.List, context =>
            {
                var list = text(context);
                return list.HasValue
                    ? MapValue.List(
                        type.Kind, Array.ConvertAll(list.Items, item => Look(context, table, type, otherwise, item)), list.Items.Length)
                    : list;
            })
            { Sources = keys.ValueSources }
            : new Compiled(type, context => Look(context, table, type, otherwise, text(context))) { Sources = keys.ValueSources };
    }

    private static MapValue Look(EvalContext context, MapTable table, MapType type, Func<EvalContext, MapValue, MapValue> otherwise,
        in MapValue key)
    {
        if (!key.HasValue) return key;
        var row = context.Look(table, key.AsText()!);
        return (row is null ? otherwise(context, key) : As(type, row.Value)).From(key);
    }

    private static MapValue As(MapType type, in MapValue value) =>
        type.Kind == MapKind.Code && value.Kind == MapKind.Text ? MapValue.Code(new MapCode(value.AsText()!)) : value;

    private Func<EvalContext, MapValue, MapValue> CompileElse(MapType type)
    {
        if (rule.Keys.GetValueOrDefault("else") is not { } entry) return Leave;
        if (entry.Value is not YamlText text)
        {
            scope.Report(MapCodes.WrongShape, entry.Value.At, "'else' must be a text.",
                "Write a literal, = expression, error(103) or keep.");
            return static (_, _) => MapValue.Absent;
        }

        if (text.Text == "keep") return (_, key) => As(type, key);
        if (ErrorCall.Read(text, scope) is var (code, words))
            return (context, key) => context.Fail(code, words ?? $"The value is not in the table {rule.Text("map")}.", key);
        if (text.Text.StartsWith("= ", StringComparison.Ordinal))
        {
            var compiled = new ExpressionCompiler(scope, text, 2).Compile(null);
            var value = compiled.To(compiled.Type.Kind == type.Kind ? type : MapType.Text, scope, text.At, "'else'").Evaluate;
            return (context, _) => As(type, Coerced(type, value(context)));
        }

        var literal = As(type, MapValue.Text(text.IsNull ? null : text.Text));
        return (_, _) => literal;
    }

    /// <summary>A code that the table lacks is no news and no deletion: its sender is told.</summary>
    private MapValue Leave(EvalContext context, MapValue key) => context.Leave(
        103, $"The value is not in table {rule.Text("map")}: what is stored was left as it is.", key);

    private static MapValue Coerced(MapType type, in MapValue value) => type.Kind == MapKind.Text ? Coercion.ToText(value) : value;
}
