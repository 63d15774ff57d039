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
        MapValue[] literals = [.. call.Arguments.Select((argument, i) => Literal(argument, function.Parameters[i]))];
        if (function.Check?.Invoke(literals, scope.Settings) is var (wrong, text, hint))
        {
            scope.Report(MapCodes.Argument, compiler.At(call.Arguments[wrong].Offset), text, hint);
            return Compiled.Faulty;
        }

        var result = ResultOf(function, call, arguments);
        if (!scope.IsTraced && OnlyReads(call.Arguments[0]) && function.IsVain?.Invoke(literals, scope.Settings) == true)
            return Compiled.Constant(result, MapValue.Absent);
        if (!scope.IsTraced && function.Name == "exists" && arguments[0].Value is { HasValue: false })
            return Compiled.Constant(MapType.Bool, MapValue.Bool(false));
        var made = new FunctionCall(function, arguments);
        var sources = SourcesOf(function, arguments);
        if (perItem)
            return new Compiled(result.List, context => made.Each(context, result.Kind)) { Sources = sources };
        return new Compiled(result, made.Single)
        {
            Sources = sources,
            Test = function.Name == "exists" ? arguments[0].Exists : null,
            Reads = function.Name == "exists" && arguments[0].Part is not null,
        };
    }

    /// <summary>
    /// A call without its first argument is no call; with missing ones that it takes, it needs one of them to give anything.
    /// </summary>
    private static Sources? SourcesOf(MapFunction function, Compiled[] arguments)
    {
        if (!function.TakesMissing) return arguments[0].ValueSources;
        if (!function.NeedsSome) return null;
        Sources? sources = Sources.None;
        foreach (var argument in arguments) sources = Sources.OneOf(sources, argument.ValueSources);
        return sources;
    }

    private static MapValue Literal(Expression argument, MapType parameter) => argument switch
    {
        LiteralExpression literal => literal.Value,
        NameExpression name when parameter.Kind == MapKind.Name => MapValue.Text(name.Name),
        _ => MapValue.Absent,
    };

    /// <summary>Whether working the expression out does nothing that could be missed.</summary>
    public static bool OnlyReads(Expression expression) =>
        expression is PathExpression or RelativeExpression or AliasExpression or VariableExpression or LiteralExpression;

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
}
