using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Language;
using CloudPacs.Mapping.Standards;
using CloudPacs.Mapping.Values;
using CloudPacs.Mapping.Yaml;

namespace CloudPacs.Mapping.Compilation;

/// <summary>Types the expressions of one rule and makes delegates of them.</summary>
internal sealed class ExpressionCompiler
{
    private readonly CompileScope _scope;
    private readonly YamlText _text;
    private readonly int _shift;
    private readonly PathCompiler _paths;
    private readonly CallCompiler _calls;

    /// <param name="shift">Characters before the expression in the text, such as the <c>= </c> of a template leaf.</param>
    public ExpressionCompiler(CompileScope scope, YamlText text, int shift = 0)
    {
        _scope = scope;
        _text = text;
        _shift = shift;
        _paths = new PathCompiler(scope, condition => Compile(condition, MapType.Bool), At);
        _calls = new CallCompiler(scope, this);
    }

    /// <summary>Reads and compiles a whole text.</summary>
    public Compiled Compile(MapType? want, string? what = null)
    {
        var expression = ExpressionParser.Parse(_text.Text[_shift..], out var error);
        if (expression is not null)
            return want is { } type ? Compile(expression, type).To(type, _scope, At(expression.Offset), what) : Compile(expression, null);
        _scope.Report(MapCodes.Syntax, At(error!.Offset), error.Text, error.Hint);
        return Compiled.Faulty;
    }

    /// <summary>Reads and compiles a whole text with a wish that the caller checks.</summary>
    public Compiled CompileWish(MapType wish)
    {
        var expression = ExpressionParser.Parse(_text.Text[_shift..], out var error);
        if (expression is not null) return Compile(expression, wish);
        _scope.Report(MapCodes.Syntax, At(error!.Offset), error.Text, error.Hint);
        return Compiled.Faulty;
    }

    public Position At(int offset) => _text.Of(offset + _shift);

    /// <summary>
    /// Compiles with a wish for a type, which decides how operands that fit together are read; the result may still need
    /// <see cref="Coercion.To"/>.
    /// </summary>
    public Compiled Compile(Expression expression, MapType? want) => expression switch
    {
        LiteralExpression literal => Compiled.Constant(literal.Type, literal.Value),
        ListExpression list => CompileList(list),
        CallExpression call => _calls.Compile(call, want),
        NameExpression name => CompileName(name),
        VariableExpression variable => VariableCompiler.Compile(variable, _scope, At(variable.Offset)),
        PathExpression path => _paths.Compile(path, want is { IsList: true }),
        AliasExpression alias => CompileAlias(alias, want is { IsList: true }),
        RelativeExpression relative => CompileRelative(relative),
        AfterExpression after => CompileAfter(after),
        DicomExpression dicom => DicomPaths.Compile(dicom, want is { IsList: true }, _scope, At),
        NotExpression not => CompileNot(not),
        ChoiceExpression choice => CompileChoice(choice, want),
        BinaryExpression { Operator: Operator.Coalesce } coalesce => CompileCoalesce(coalesce, want),
        BinaryExpression { Operator: Operator.Join } join => CompileJoin(join),
        BinaryExpression { Operator: Operator.And or Operator.Or } logic => CompileLogic(logic),
        BinaryExpression comparison => Comparisons.Compile(comparison, this, _scope),
        _ => throw new InvalidOperationException($"No compiler for {expression.GetType().Name}."),
    };

    private Compiled CompileList(ListExpression list)
    {
        var items = list.Items.Select(item => Compile(item, null)).ToArray();
        var type = items.Length == 0 ? MapType.Nothing : items[0].Type;
        foreach (var (item, index) in items.Select((item, index) => (item, index)))
        {
            if (item.Type.IsList) Report(MapCodes.WrongType, list.Items[index], "Lists do not nest.", "Take one item with | first.");
            else type = Common(type, item.Type) ?? MapType.Text;
        }

        return Lists.Of(
            type.Kind, [.. items.Select((item, index) => item.To(type.Single, _scope, At(list.Items[index].Offset), "The list"))]);
    }

    private Compiled CompileName(NameExpression name)
    {
        if (_scope.FindAlias(name.Name) is var (type, slot, _)) return new Compiled(type, context => context.Locals[slot]);
        var names = _scope.Aliases.Concat(_scope.Functions.Names.Select(function => function + "(…)"));
        Report(MapCodes.UnknownName, name, $"'{name.Name}' names nothing here.",
            $"Quote texts as '{name.Name}'; variables start with $. " + Hints.DidYouMean(name.Name, names, " "));
        return Compiled.Faulty;
    }

    private Compiled CompileAlias(AliasExpression alias, bool wantsList)
    {
        if (_scope.FindAlias(alias.Name) is not var (type, slot, what))
        {
            var capitals = alias.Name.ToUpperInvariant();
            var isSegment = alias.Name.Length == 3 && Hl7Fields.IsKnown(capitals);
            Report(MapCodes.UnknownName, alias, $"'{alias.Name}' names no item here.",
                isSegment ? $"Segments are written in capitals: {capitals}."
                    : Hints.DidYouMean(alias.Name, _scope.Aliases, "Give the item a name with each: PATH as name."));
            return Compiled.Faulty;
        }

        if (type.Kind == MapKind.Segment && alias.Field is { } field)
            return _paths.CompileField(SegmentSelector.OfItem(slot), what, field, wantsList);
        if (type.Kind == MapKind.Node && alias.Field is null)
        {
            var reader = new ItemReader(slot, alias.Component, alias.SubComponent);
            return new Compiled(MapType.Node, reader.Node) { Part = reader, Exists = reader.Exists }.Traced(_scope);
        }

        var hint = type.Kind switch
        {
            MapKind.Segment => $"It is a segment: write {alias.Name}-3.1.",
            MapKind.Node => $"It is a field: write {alias.Name}.1.",
            _ => $"Its items are of type {type}.",
        };
        Report(MapCodes.Alias, alias, $"'{alias.Name}' has no such part.", hint);
        return Compiled.Faulty;
    }

    private Compiled CompileRelative(RelativeExpression relative)
    {
        if (_scope.Subject is not var (kind, segment, field))
        {
            Report(MapCodes.Syntax, relative, "A path that starts with '.' stands only inside a pick.",
                "Write OBX[.3.1='29463-7']-5, or name the segment.");
            return Compiled.Faulty;
        }

        if (kind == MapKind.Segment)
        {
            var part = new FieldPart(relative.Offset, relative.First, null, relative.Second, relative.Third);
            return _paths.CompileField(SegmentSelector.OfSubject, segment, part, wantsList: false);
        }

        var components = Hl7Fields.ComponentsOf(segment, field);
        if (relative.Third > 0 || (components is var (type, count) && relative.First > count))
        {
            Report(MapCodes.FieldRange, relative, $"{segment}-{field} has no such part.",
                "Inside the pick of a field stand its component and sub-component.");
            return Compiled.Faulty;
        }

        var reader = new SubjectReader(relative.First, relative.Second);
        return new Compiled(MapType.Node, reader.Node) { Part = reader, Exists = reader.Exists };
    }

    private Compiled CompileAfter(AfterExpression after)
    {
        if (_scope.Subject is (MapKind.Segment, _, _))
        {
            return new Compiled(MapType.Text, static context =>
            {
                var owner = context.Groups.OwnerOf(context.Subject.AsSegment().Index);
                return owner.Exists ? MapValue.Text(Hl7Fields.NameOf(owner.Id)) : MapValue.Absent;
            })
            { TextIs = IsAfter };
        }

        Report(MapCodes.Syntax, after, "'.after' stands only inside the pick of a segment.", "Write NTE[.after='OBR'].");
        return Compiled.Faulty;
    }

    /// <summary>Whether what a segment stands after has that name; null for what is no name of three capital letters or digits.</summary>
    private static Func<EvalContext, bool>? IsAfter(string name) =>
        name.Length == 3 && name.All(static c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c))
        ? context => context.Groups.OwnerOf(context.Subject.AsSegment().Index).Is(name)
        : null;

    private Compiled CompileNot(NotExpression not)
    {
        var operand = Condition(not.Operand, "'not'");
        var holds = operand.AsTest();
        return Compiled.Condition(context => !holds(context)).ConstantLike(operand);
    }

    private Compiled CompileChoice(ChoiceExpression choice, MapType? want)
    {
        var condition = Condition(choice.Condition, "The condition of '?'");
        var (then, otherwise) = Pair(choice.Then, choice.Else, want, "Both values of the choice must be of one type");
        var type = then.Type.Kind == MapKind.Nothing ? otherwise.Type : then.Type;
        if (condition.Value is { } known) return (known.IsTrue ? then : otherwise) with { Type = type };
        var (holds, first, second) = (condition.AsTest(), then.Evaluate, otherwise.Evaluate);
        return new Compiled(type, context => holds(context) ? first(context) : second(context))
        {
            Sources = Sources.OneOf(condition.Sources, type.Kind == MapKind.Bool ? otherwise.Sources : otherwise.ValueSources),
        };
    }

    private Compiled CompileCoalesce(BinaryExpression coalesce, MapType? want)
    {
        var (left, right) = Pair(coalesce.Left, coalesce.Right, want, "The operands of ?? must be of one type");
        var type = left.Type.Kind == MapKind.Nothing ? right.Type : left.Type;
        if (left.Value is { State: not ValueState.Null } known) return (known.HasValue ? left : right) with { Type = type };
        if (right.Value is { State: ValueState.Absent } && !_scope.IsTraced) return left with { Type = type };
        Compiled[] alternatives = [.. left.Alternatives ?? [left], right];
        return new Compiled(type, new Chain(alternatives).Evaluate)
        {
            Alternatives = alternatives,
            Sources = Sources.OneOf(left.Sources, right.Sources),
        };
    }

    /// <summary>Two operands as one type: the wanted one, else what both read as.</summary>
    private (Compiled, Compiled) Pair(Expression left, Expression right, MapType? want, string complaint)
    {
        var first = Compile(left, want);
        var second = Compile(right, want);
        var type = want is { } wanted && wanted.Kind != MapKind.Any && Fits(first.Type, wanted) && Fits(second.Type, wanted)
            ? wanted
            : Common(first.Type, second.Type);
        if (type is { } common) return (first.To(common, _scope, At(left.Offset)), second.To(common, _scope, At(right.Offset)));
        Report(MapCodes.WrongType, right, $"{complaint}; these are {first.Type} and {second.Type}.",
            "Convert one of them with a function.");
        return (Compiled.Faulty, Compiled.Faulty);
    }

    private static bool Fits(MapType have, MapType want) => (want.IsList || !have.IsList) && have.Single.ReadsAs(want.Single);

    /// <summary>The type that both can be read as; a list when one is.</summary>
    private static MapType? Common(MapType a, MapType b)
    {
        if (a.Kind == MapKind.Nothing) return b;
        if (b.Kind == MapKind.Nothing) return a;
        var isList = a.IsList || b.IsList;
        if (a.Kind == b.Kind) return a with { IsList = isList };
        return a.Single.ReadsAs(MapType.Text) && b.Single.ReadsAs(MapType.Text) ? MapType.Text with { IsList = isList } : null;
    }

    private Compiled CompileJoin(BinaryExpression join)
    {
        var before = Compile(join.Left, MapType.Text).To(MapType.Text, _scope, At(join.Left.Offset), "'+'");
        var after = Compile(join.Right, MapType.Text).To(MapType.Text, _scope, At(join.Right.Offset), "'+'");
        var (left, right) = (before.Evaluate, after.Evaluate);
        var sources = Sources.OneOf(before.ValueSources, after.ValueSources);
        return new Compiled(MapType.Text, context =>
        {
            var first = left(context);
            var second = right(context);
            return MapValue.Text(first.AsText() + second.AsText()).From(first).From(second);
        })
        { Sources = sources };
    }

    private Compiled CompileLogic(BinaryExpression logic)
    {
        var word = logic.Operator == Operator.And ? "'and'" : "'or'";
        var left = Condition(logic.Left, word);
        var right = Condition(logic.Right, word);
        var isAnd = logic.Operator == Operator.And;
        var (first, second) = (left.AsTest(), right.AsTest());
        if (left.Value is { } known)
            return known.IsTrue != isAnd ? Compiled.Constant(MapType.Bool, MapValue.Bool(!isAnd))
                : (Compiled.Condition(second) with { Sources = right.Sources }).ConstantLike(right);
        // What only reads need not be asked when the other side never holds.
        if (isAnd && right.Value is { IsTrue: false } && left.Reads && !_scope.IsTraced) return right;
        return isAnd
            ? Compiled.Condition(context => first(context) && second(context)) with { Sources = left.Sources }
            : Compiled.Condition(context => first(context) || second(context)) with
            {
                Sources = Sources.OneOf(left.Sources, right.Sources),
            };
    }

    private Compiled Condition(Expression expression, string what)
    {
        var compiled = Compile(expression, MapType.Bool);
        if (compiled.Type is { Kind: MapKind.Bool or MapKind.Nothing, IsList: false }) return compiled;
        Report(MapCodes.Condition, expression, $"{what} takes a condition, not a {compiled.Type}.",
            "Ask with | exists, or compare the value.");
        return Compiled.Faulty;
    }

    private void Report(string code, Expression expression, string text, string hint) =>
        _scope.Report(code, At(expression.Offset), text, hint);
}
