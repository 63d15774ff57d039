using System.Text.RegularExpressions;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Language;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Compilation;

/// <summary>The comparisons: same type only; absent or null on either side is false, and != is true.</summary>
internal static class Comparisons
{
    public static Compiled Compile(BinaryExpression comparison, ExpressionCompiler compiler, CompileScope scope) =>
        comparison.Operator switch
        {
            Operator.In => CompileIn(comparison, compiler, scope),
            Operator.Matches => CompileMatches(comparison, compiler, scope),
            Operator.Equal or Operator.NotEqual when comparison.Right is LiteralExpression { Value.State: ValueState.Null } =>
                CompileIsNull(comparison, compiler),
            _ => CompileOrder(comparison, compiler, scope),
        };

    /// <summary>A regular expression that cannot run away: no backtracking, at most 1000 characters.</summary>
    public static Regex? Pattern(Expression expression, bool isWholeValue, ExpressionCompiler compiler, CompileScope scope)
    {
        if (expression is not LiteralExpression { Type.Kind: MapKind.Text } literal || literal.Value.AsText() is not { } text)
        {
            scope.Report(MapCodes.BadPattern, compiler.At(expression.Offset), "A pattern must be written as a text.",
                "Write it in quote marks, as in x matches '[0-9]+'.");
            return null;
        }

        try
        {
            if (text.Length > 1_000) throw new ArgumentException("it is longer than 1000 characters");
            return new Regex(isWholeValue ? $@"\A(?:{text})\z" : text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            scope.Report(MapCodes.BadPattern, compiler.At(expression.Offset), $"The pattern cannot be used: {fault.Message}",
                "Look-around and back references are not allowed; write [ and ( that are meant as such with a backslash.");
            return null;
        }
    }

    private static Compiled CompileIsNull(BinaryExpression comparison, ExpressionCompiler compiler)
    {
        var compared = compiler.Compile(comparison.Left, MapType.Text);
        var left = compared.Evaluate;
        Func<EvalContext, bool> isNull = compared.Part is { } part ? part.IsNull : context => IsNull(left(context));
        return comparison.Operator == Operator.Equal
            ? Compiled.Condition(isNull) with { Sources = compared.ValueSources }
            : Compiled.Condition(context => !isNull(context));
    }

    private static bool IsNull(in MapValue value) =>
        value.State == ValueState.Null || (value.Kind != MapKind.Node && Coercion.ToText(value).State == ValueState.Null);

    private static Compiled CompileOrder(BinaryExpression comparison, ExpressionCompiler compiler, CompileScope scope)
    {
        var left = compiler.Compile(comparison.Left, null);
        var right = compiler.Compile(comparison.Right, null);
        var kind = KindOf(left.Type, right.Type);
        if (kind is null)
        {
            scope.Report(MapCodes.WrongType, compiler.At(comparison.Offset), $"A {left.Type} cannot be compared with a {right.Type}.",
                left.Type.IsList || right.Type.IsList
                    ? "Take one item with | first, or use 'in'."
                    : "Convert one of them with | number, | time or | text.");
            return Compiled.Faulty;
        }

        var (first, second) = (left.Evaluate, right.Evaluate);
        var op = comparison.Operator;
        // Nothing equals a setting that is not there; the trace still wants to see what the other side reads.
        if (!scope.IsTraced && (IsNothing(left, comparison.Right) || IsNothing(right, comparison.Left)))
            return Compiled.Constant(MapType.Bool, MapValue.Bool(op == Operator.NotEqual));
        var test = TextTest(op, kind.Value, left, right) ?? (context => Holds(op, kind.Value, first(context), second(context)));
        return Compiled.Condition(test) with { Sources = op == Operator.NotEqual ? null : SourcesOf(left, right) };
    }

    /// <summary>Nothing is compared when one side is not there; that counts when the other side does nothing but read.</summary>
    private static Sources? SourcesOf(Compiled left, Compiled right) =>
        right.Value is not null || right.Part is not null ? left.ValueSources
            : left.Value is not null || left.Part is not null ? right.ValueSources : null;

    /// <summary>A text that is, or is not, another one; null for any other comparison.</summary>
    private static Func<EvalContext, bool>? TextTest(Operator op, MapKind kind, Compiled left, Compiled right)
    {
        if (kind != MapKind.Text || op is not (Operator.Equal or Operator.NotEqual)) return null;
        var (first, second) = (left.Evaluate, right.Evaluate);
        var isEqual = right.Value?.AsText() is not { } text ? context => first(context).TextEquals(second(context))
            : (left.Part is { } part ? part.TextIs(text) : left.TextIs?.Invoke(text)) ?? WordsTest(left.AsWords(), text);
        return op == Operator.Equal ? isEqual : context => !isEqual(context);
    }

    private static Func<EvalContext, bool> WordsTest(Func<EvalContext, string?> words, string text) => context => words(context) == text;

    /// <summary>A constant without a value, beside an expression that only reads.</summary>
    private static bool IsNothing(Compiled compiled, Expression other) =>
        compiled.Value is { HasValue: false } && CallCompiler.OnlyReads(other);

    private static MapKind? KindOf(MapType left, MapType right)
    {
        if (left.IsList || right.IsList) return null;
        if (left.Kind == MapKind.Nothing) return right.Kind is MapKind.Node or MapKind.Identifier ? MapKind.Text : right.Kind;
        if (right.Kind == MapKind.Nothing || left.Kind == right.Kind)
            return left.Kind is MapKind.Node or MapKind.Identifier ? MapKind.Text
                : left.Kind is MapKind.Segment or MapKind.Item or MapKind.Json ? null : left.Kind;
        var isText = (MapType type) => type.Kind is MapKind.Text or MapKind.Node or MapKind.Identifier or MapKind.Code;
        return isText(left) && isText(right) ? MapKind.Text : null;
    }

    private static bool Holds(Operator op, MapKind kind, in MapValue left, in MapValue right)
    {
        if (Compare(kind, left, right) is not { } order) return op == Operator.NotEqual;
        return op switch
        {
            Operator.Equal => order == 0,
            Operator.NotEqual => order != 0,
            Operator.Less => order < 0,
            Operator.LessOrEqual => order <= 0,
            Operator.Greater => order > 0,
            _ => order >= 0,
        };
    }

    private static int? Compare(MapKind kind, in MapValue left, in MapValue right)
    {
        switch (kind)
        {
            case MapKind.Number: return left.AsNumber() is { } a && right.AsNumber() is { } b ? a.CompareTo(b) : null;
            case MapKind.Time: return left.AsTime() is { } first && right.AsTime() is { } second ? first.CompareTo(second) : null;
            case MapKind.Bool: return left.HasValue && right.HasValue ? left.IsTrue.CompareTo(right.IsTrue) : null;
            case MapKind.Code when left.AsCode() is { System: not null } one && right.AsCode() is { System: not null } other:
                return one.System == other.System ? string.CompareOrdinal(one.Code, other.Code) : 1;
            default: return left.AsText() is { } text && right.AsText() is { } with ? string.CompareOrdinal(text, with) : null;
        }
    }

    private static Compiled CompileIn(BinaryExpression comparison, ExpressionCompiler compiler, CompileScope scope)
    {
        var text = compiler.Compile(comparison.Left, MapType.Text).To(MapType.Text, scope, compiler.At(comparison.Left.Offset), "'in'");
        var left = text.AsWords();
        var sources = text.ValueSources;
        if (comparison.Right is NameExpression name && scope.FindAlias(name.Name) is null)
        {
            var table = CallCompiler.FindTable(name.Name, scope, compiler.At(name.Offset));
            return table is null ? Compiled.Faulty
                : table.Count == 0 && !scope.IsTraced && CallCompiler.OnlyReads(comparison.Left)
                ? Compiled.Constant(MapType.Bool, MapValue.Bool(false))
                : Compiled.Condition(context => left(context) is { } key && table.Contains(key)) with { Sources = sources };
        }

        var right = compiler.Compile(comparison.Right, MapType.Text.List);
        if (!right.Type.IsList)
        {
            scope.Report(MapCodes.WrongType, compiler.At(comparison.Right.Offset),
                $"'in' takes a list or the name of a table, not a {right.Type}.", "Write x in ['A', 'B'].");
            return Compiled.Faulty;
        }

        var texts = right.To(MapType.Text.List, scope, compiler.At(comparison.Right.Offset), "'in'");
        if (text.Value is { HasValue: false }) return Compiled.Constant(MapType.Bool, MapValue.Bool(false));
        if (texts.Value is { } written)
        {
            var known = Array.ConvertAll(written.Items, static item => item.AsText());
            return Compiled.Condition(context => left(context) is { } item && known.AsSpan().Contains(item)) with { Sources = sources };
        }

        var list = texts.Evaluate;
        return Compiled.Condition(context => left(context) is { } item && Contains(list(context), item)) with { Sources = sources };
    }

    private static bool Contains(in MapValue list, string text)
    {
        foreach (var item in list.Items)
        {
            if (item.AsText() == text) return true;
        }

        return false;
    }

    private static Compiled CompileMatches(BinaryExpression comparison, ExpressionCompiler compiler, CompileScope scope)
    {
        var text = compiler.Compile(comparison.Left, MapType.Text)
            .To(MapType.Text, scope, compiler.At(comparison.Left.Offset), "'matches'");
        var left = text.AsWords();
        return Pattern(comparison.Right, isWholeValue: true, compiler, scope) is { } pattern
            ? Compiled.Condition(context => left(context) is { } word && pattern.IsMatch(word)) with { Sources = text.ValueSources }
            : Compiled.Faulty;
    }
}
