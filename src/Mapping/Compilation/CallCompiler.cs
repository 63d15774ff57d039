using System.Runtime.CompilerServices;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Functions;
using CloudPacs.Mapping.Language;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Compilation;

/// <summary>Checks the arguments of function calls and makes delegates of them.</summary>
internal sealed class CallCompiler(CompileScope scope, ExpressionCompiler compiler)
{
    public static MapTable? FindTable(string name, CompileScope scope, Position at)
    {
        if (scope.Settings.Tables.TryGetValue(name, out var table)) return table;
        scope.Report(MapCodes.UnknownTable, at, $"There is no table {name}.", Hints.DidYouMean(name, scope.Settings.Tables.Keys));
        return null;
    }

    public Compiled Compile(CallExpression call, MapType? want)
    {
        if (!scope.Functions.TryGet(call.Name, out var function))
        {
            scope.Report(MapCodes.UnknownFunction, compiler.At(call.Offset), $"There is no function {call.Name}.",
                Hints.DidYouMean(call.Name, scope.Functions.Names));
            return Compiled.Faulty;
        }

        var least = function.Parameters.Length - function.Optional;
        if (call.Arguments.Count < least || call.Arguments.Count > function.Parameters.Length)
        {
            var count = least == function.Parameters.Length ? $"{least}" : $"{least} to {function.Parameters.Length}";
            scope.Report(MapCodes.ArgumentCount, compiler.At(call.Offset),
                $"{call.Name} takes {count} arguments, with the piped one; {call.Arguments.Count} were given.",
                function.Help.Length > 0 ? $"It is {function.Help}." : "See the list of functions.");
            return Compiled.Faulty;
        }

        return Compile(call, function, want);
    }

    private Compiled Compile(CallExpression call, MapFunction function, MapType? want)
    {
        var arguments = new Compiled[call.Arguments.Count];
        var perItem = false;
        for (var i = 0; i < arguments.Length; i++)
        {
            var parameter = function.Parameters[i];
            if (CompileWord(call, i, parameter) is { } word)
            {
                arguments[i] = word;
                continue;
            }

            // A piped value keeps the wish of the whole, so that warn and first of a list read as their surroundings want.
            var wish = parameter.Kind == MapKind.Any && !parameter.IsList && want is { } wanted && i == 0 && function.ResultOf is not null
                ? wanted
                : parameter;
            var argument = compiler.Compile(call.Arguments[i], wish);
            if (i == 0 && function.PerItem && argument.Type.IsList && !parameter.IsList && parameter.Kind != MapKind.Any)
            {
                perItem = true;
                parameter = parameter.List;
            }

            arguments[i] = argument.To(parameter, scope, compiler.At(call.Arguments[i].Offset), $"Argument {i + 1} of {call.Name}");
        }

        if (arguments.Any(argument => ReferenceEquals(argument, Compiled.Faulty))) return Compiled.Faulty;
        if (function.Check?.Invoke([.. call.Arguments.Select((argument, i) => Literal(argument, function.Parameters[i]))],
            scope.Settings) is var (wrong, text, hint))
        {
            scope.Report(MapCodes.Argument, compiler.At(call.Arguments[wrong].Offset), text, hint);
            return Compiled.Faulty;
        }

        var result = ResultOf(function, call, arguments);
        var evaluators = arguments.Select(argument => argument.Evaluate).ToArray();
        return perItem
            ? new Compiled(result.List, context => InvokeEach(function, evaluators, result.Kind, context))
            : new Compiled(result, Caller(function, evaluators));
    }

    private static MapValue Literal(Expression argument, MapType parameter) => argument switch
    {
        LiteralExpression literal => literal.Value,
        NameExpression name when parameter.Kind == MapKind.Name => MapValue.Text(name.Name),
        _ => MapValue.Absent,
    };

    /// <summary>Arguments that are no values: names of tables and the like, and patterns.</summary>
    private Compiled? CompileWord(CallExpression call, int index, MapType parameter)
    {
        var argument = call.Arguments[index];
        var at = compiler.At(argument.Offset);
        switch (parameter.Kind)
        {
            case MapKind.Pattern:
                return Comparisons.Pattern(argument, isWholeValue: false, compiler, scope) is { } pattern
                    ? Compiled.Constant(parameter, MapValue.Pattern(pattern))
                    : Compiled.Faulty;
            case MapKind.Table or MapKind.Name:
                var name = argument switch
                {
                    NameExpression word => word.Name,
                    LiteralExpression { Type.Kind: MapKind.Text } text => text.Value.AsText(),
                    _ => null,
                };
                if (name is null)
                {
                    scope.Report(MapCodes.WrongType, at, $"Argument {index + 1} of {call.Name} must be a name.",
                        "Write it without quote marks, as in map(priority).");
                    return Compiled.Faulty;
                }

                if (parameter.Kind == MapKind.Name) return Compiled.Constant(parameter, MapValue.Text(name));
                return FindTable(name, scope, at) is { } table ? Compiled.Constant(parameter, MapValue.Table(table)) : Compiled.Faulty;
            default:
                return null;
        }
    }

    private static MapType ResultOf(MapFunction function, CallExpression call, Compiled[] arguments)
    {
        // The rows decide: a table with systems gives codes.
        if (function.Name == "map" && call.Arguments[1] is NameExpression or LiteralExpression
            && arguments[1].Evaluate(null!).AsTable() is { } table)
            return table.Type;
        return function.ResultOf?.Invoke([.. arguments.Select(argument => argument.Type)]) ?? function.Result;
    }

    /// <summary>
    /// Works the arguments out and calls; a first argument that is missing ends it, unless the function takes missing ones.
    /// </summary>
    private static Evaluator Caller(MapFunction function, Evaluator[] arguments)
    {
        if (function.Parameters.Length > 1)
        {
            var first = arguments[0];
            return context => first(context) is var value && IsRefused(value, function)
                ? Refused(value)
                : InvokeMany(function, value, arguments, context);
        }

        var only = arguments[0];
        return context =>
        {
            var value = only(context);
            return IsRefused(value, function) ? Refused(value) : function.Invoke(context, new ReadOnlySpan<MapValue>(in value)).From(value);
        };
    }

    private static bool IsRefused(in MapValue first, MapFunction function) => !first.HasValue && !function.TakesMissing;

    private static MapValue Refused(in MapValue first) => first.State == ValueState.Null ? first : MapValue.Absent;

    private static MapValue InvokeMany(MapFunction function, in MapValue first, Evaluator[] arguments, EvalContext context)
    {
        var values = default(Arguments);
        values[0] = first;
        for (var i = 1; i < arguments.Length; i++) values[i] = arguments[i](context);
        return Invoke(function, ref values, arguments.Length, context);
    }

    private static MapValue InvokeEach(MapFunction function, Evaluator[] evaluators, MapKind kind, EvalContext context)
    {
        var list = evaluators[0](context);
        if (!list.HasValue) return Refused(list);
        var values = default(Arguments);
        for (var i = 1; i < evaluators.Length; i++) values[i] = evaluators[i](context);
        var results = new MapValue[list.Items.Length];
        for (var i = 0; i < results.Length; i++)
        {
            values[0] = list.Items[i];
            results[i] = Invoke(function, ref values, evaluators.Length, context);
        }

        return MapValue.List(kind, results, results.Length);
    }

    private static MapValue Invoke(MapFunction function, ref Arguments values, int count, EvalContext context)
    {
        var result = function.Invoke(context, ((ReadOnlySpan<MapValue>)values)[..Math.Max(count, function.Parameters.Length)]);
        for (var i = 0; i < count && !result.HasOrigin; i++) result = result.From(values[i]);
        return result;
    }

    [InlineArray(MapFunction.MaxParameters)]
    private struct Arguments
    {
        private MapValue _first;
    }
}
