using System.Runtime.CompilerServices;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Functions;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Compilation;

/// <summary>
/// Works the arguments of a call out and calls; a first argument that is missing ends it, unless the function takes missing ones.
/// </summary>
internal sealed class FunctionCall
{
    private readonly MapFunction _function;
    private readonly FunctionBody _body;
    private readonly bool _takesMissing;
    private readonly Evaluator[] _arguments;
    private readonly ElementReader? _first;
    private readonly bool _isText;
    private readonly MapValue _second;
    private readonly bool _isSecondKnown;

    public FunctionCall(MapFunction function, Compiled[] arguments)
    {
        (_function, _body, _takesMissing) = (function, function.Invoke, function.TakesMissing);
        _arguments = Array.ConvertAll(arguments, static argument => argument.Evaluate);
        (_first, _isText) = (arguments[0].Part, arguments[0].Type.Kind == MapKind.Text);
        if (arguments is [_, { Value: { } second }, ..]) (_second, _isSecondKnown) = (second, true);
        Single = function.Parameters.Length switch { 1 => OfOne, 2 => OfTwo, _ => OfMany };
    }

    /// <summary>The call with single arguments.</summary>
    public Evaluator Single { get; }

    /// <summary>The call for each item of its first argument.</summary>
    public MapValue Each(EvalContext context, MapKind kind)
    {
        var list = _arguments[0](context);
        if (!list.HasValue) return Refused(list);
        var values = default(Many);
        for (var i = 1; i < _arguments.Length; i++) values[i] = _arguments[i](context);
        var results = new MapValue[list.Items.Length];
        for (var i = 0; i < results.Length; i++)
        {
            values[0] = list.Items[i];
            results[i] = Invoke(context, ref values);
        }

        return MapValue.List(kind, results, results.Length);
    }

    private MapValue OfOne(EvalContext context)
    {
        var value = First(context);
        return _takesMissing || value.HasValue ? _body(context, new ReadOnlySpan<MapValue>(in value)).From(value) : Refused(value);
    }

    private MapValue OfTwo(EvalContext context)
    {
        var values = default(Two);
        values[0] = First(context);
        if (!_takesMissing && !values[0].HasValue) return Refused(values[0]);
        if (_isSecondKnown) values[1] = _second;
        else if (_arguments.Length > 1) values[1] = _arguments[1](context);
        return _body(context, values).From(values[0]).From(values[1]);
    }

    private MapValue OfMany(EvalContext context)
    {
        var first = First(context);
        if (!_takesMissing && !first.HasValue) return Refused(first);
        var values = default(Many);
        values[0] = first;
        for (var i = 1; i < _arguments.Length; i++) values[i] = _arguments[i](context);
        return Invoke(context, ref values);
    }

    private MapValue Invoke(EvalContext context, ref Many values)
    {
        var count = _arguments.Length;
        var result = _body(context, ((ReadOnlySpan<MapValue>)values)[..Math.Max(count, _function.Parameters.Length)]);
        for (var i = 0; i < count && !result.HasOrigin; i++) result = result.From(values[i]);
        return result;
    }

    private MapValue First(EvalContext context) => _first is null ? _arguments[0](context) : _first.Value(context, _isText);

    private static MapValue Refused(in MapValue first) => first.State == ValueState.Null ? first : MapValue.Absent;

    [InlineArray(2)]
    private struct Two
    {
        private MapValue _first;
    }

    [InlineArray(MapFunction.MaxParameters)]
    private struct Many
    {
        private MapValue _first;
    }
}
