using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Language;
using CloudPacs.Mapping.Standards;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Compilation;

/// <summary>Checks message paths against the standard's segments and makes delegates that read them.</summary>
internal sealed class PathCompiler(CompileScope scope, Func<Expression, Compiled> compileFilter, Func<int, Position> positionOf)
{
    private const int MaxItems = 1_000;

    /// <param name="wantsList">All that a filter, or a path without pick, finds; not only the first.</param>
    public Compiled Compile(PathExpression path, bool wantsList)
    {
        scope.FirstPath ??= path;
        if (!Check(path)) return Compiled.Faulty;
        var selector = new SegmentSelector(path.Segment, path.Scope, scope.Level);
        if (path.Field is null)
        {
            if (path.SegmentPick is null && !wantsList) return new Compiled(MapType.Segment, context => MapValue.Segment(selector.First(context)));
            var pickSegments = CompilePick(path.SegmentPick, wantsList, (MapKind.Segment, path.Segment, 0), out var many);
            return many
                ? Traced(new Compiled(MapType.Segment.List, context => MapValue.List(MapKind.Segment, pickSegments(context, Segments(selector, context)))))
                : new Compiled(MapType.Segment, context => pickSegments(context, Segments(selector, context)).FirstOrDefault());
        }

        return CompileField(path, selector, wantsList);
    }

    /// <summary>A field of the segment that <paramref name="segment"/> gives.</summary>
    public Compiled CompileField(Func<EvalContext, Segment> segment, string id, FieldPart field, bool wantsList)
    {
        if (!CheckField(id, field)) return Compiled.Faulty;
        if (field.Pick is null && !wantsList) return Traced(new Compiled(MapType.Node, context => MapValue.Node(Part(context.FieldOf(segment(context), field.Field), field))));
        var pick = CompilePick(field.Pick, wantsList, (MapKind.Node, id, field.Field), out var many);
        return Traced(many
            ? new Compiled(MapType.Node.List, context =>
            {
                var whole = context.FieldOf(segment(context), field.Field);
                if (whole.Length == 0) return MapValue.Absent;
                // A list leaves items without value out, but "" as the whole field still means: delete.
                return whole.State == ValueState.Null ? MapValue.NullOf(whole) : MapValue.List(MapKind.Node, Parts(pick(context, Repetitions(whole)), field));
            })
            : new Compiled(MapType.Node, context => context.FieldOf(segment(context), field.Field) is { Length: > 0 } whole
                ? Parts(pick(context, Repetitions(whole)), field).FirstOrDefault()
                : MapValue.Absent));
    }

    private Compiled CompileField(PathExpression path, SegmentSelector selector, bool wantsList)
    {
        var field = path.Field!;
        if (path.SegmentPick is null or IndexPick)
        {
            var index = path.SegmentPick is IndexPick at ? at.Index - 1 : -1;
            return CompileField(index < 0 ? selector.First : context => selector.At(context, index), path.Segment, field, wantsList);
        }

        var pickSegments = CompilePick(path.SegmentPick, wantsList, (MapKind.Segment, path.Segment, 0), out var manySegments);
        var pickFields = CompilePick(field.Pick, wantsList: false, (MapKind.Node, path.Segment, field.Field), out var manyFields);
        IEnumerable<MapValue> Read(EvalContext context) => Segments(selector, context) is { Length: > 0 } found ? ReadFrom(found, context) : [];
        IEnumerable<MapValue> ReadFrom(MapValue[] found, EvalContext context)
        {
            var segments = pickSegments(context, found);
            if (!manySegments) segments = segments.Take(1);
            foreach (var segment in segments)
            {
                var element = context.FieldOf(segment.AsSegment(), field.Field);
                if (field.Pick is null) yield return MapValue.Node(Part(element, field));
                else foreach (var part in Parts(pickFields(context, Repetitions(element)), field)) yield return part;
            }
        }

        return Traced(manySegments || manyFields
            ? new Compiled(MapType.Node.List, context => MapValue.List(MapKind.Node, Read(context).Take(MaxItems)))
            : new Compiled(MapType.Node, context => Read(context).FirstOrDefault()));
    }

    private Func<EvalContext, IEnumerable<MapValue>, IEnumerable<MapValue>> CompilePick(Pick? pick, bool wantsList, (MapKind, string, int) subject, out bool many)
    {
        many = pick is AllPick || (wantsList && pick is null or FilterPick);
        switch (pick)
        {
            case AllPick or null when many: return static (_, items) => items;
            case IndexPick index: return (_, items) => items.Skip(index.Index - 1).Take(1);
            case LastPick: return (_, items) => items.TakeLast(1);
            case FilterPick filter:
                var before = scope.Subject;
                scope.Subject = subject;
                var condition = compileFilter(filter.Condition).To(MapType.Bool, scope, positionOf(filter.Condition.Offset), "A pick").Evaluate;
                scope.Subject = before;
                return (context, items) => items.Where(item => Holds(condition, context, item));
            default:
                return static (_, items) => items.Take(1);
        }
    }

    private static bool Holds(Evaluator condition, EvalContext context, in MapValue item)
    {
        var outer = context.Subject;
        context.Subject = item;
        var holds = condition(context).IsTrue;
        context.Subject = outer;
        return holds;
    }

    private Compiled Traced(Compiled compiled)
    {
        if (!scope.IsTraced) return compiled;
        var evaluate = compiled.Evaluate;
        return compiled with
        {
            Evaluate = context =>
            {
                var value = evaluate(context);
                if (context.Trace is not { } trace) return value;
                if (value.IsList) foreach (var item in value.Items) trace.Read(item);
                else trace.Read(value);
                return value;
            },
        };
    }

    private static MapValue[] Segments(SegmentSelector selector, EvalContext context)
    {
        var segments = selector.All(context);
        if (segments.Count == 0) return [];
        var values = new MapValue[segments.Count];
        for (var i = 0; i < values.Length; i++) values[i] = MapValue.Segment(segments[i]);
        return values;
    }

    private static MapValue[] Repetitions(Element field)
    {
        var values = new MapValue[Math.Min(field.RepetitionCount, MaxItems)];
        for (var i = 0; i < values.Length; i++) values[i] = MapValue.Node(field.Repetition(i + 1));
        return values;
    }

    private static IEnumerable<MapValue> Parts(IEnumerable<MapValue> repetitions, FieldPart field) =>
        repetitions.Select(repetition => MapValue.Node(Part(repetition.Origin, field)));

    private static Element Part(Element element, FieldPart field)
    {
        if (field.Component > 0) element = element.Component(field.Component);
        return field.SubComponent > 0 ? element.SubComponent(field.SubComponent) : element;
    }

    private bool Check(PathExpression path)
    {
        if (!Hl7Fields.IsKnown(path.Segment))
        {
            scope.Report(MapCodes.UnknownSegment, positionOf(path.Offset), $"{path.Segment} is no segment of HL7 v2.", Hints.DidYouMean(path.Segment, Hl7Fields.Segments) + " Local segments start with Z.");
            return false;
        }

        if (path.Scope != PathScope.Group || (scope.Level >= RunLevel.Group && SegmentSelector.IsOrderSegment(path.Segment))) return path.Field is null || CheckField(path.Segment, path.Field);
        var (text, hint) = scope.Level < RunLevel.Group
            ? ("No group is open in this map.", "Leave 'group.' out, or let the map run per: group, procedure or step.")
            : ($"{path.Segment} does not belong to a group.", "Leave 'group.' out.");
        scope.Report(MapCodes.RunLevel, positionOf(path.Offset), text, hint);
        return false;
    }

    private bool CheckField(string segment, FieldPart field)
    {
        if (Hl7Fields.FieldsOf(segment) is var (max, sentence) && field.Field > max)
        {
            var known = Enumerable.Range(1, max).Select(n => n.ToString(System.Globalization.CultureInfo.InvariantCulture));
            var near = field.Field > 99 ? $"{segment}-{field.Field / 10}.{Math.Max(1, field.Field % 10)}" : $"{segment}-{field.Field / 10}";
            var hint = field.Field / 10 is var shorter && shorter > 0 && shorter <= max ? $"Did you mean {near}?" : $"Fields go from {known.First()} to {known.Last()}.";
            var component = field.Component > 0 ? $".{field.Component}" : "";
            scope.Report(MapCodes.FieldRange, positionOf(field.Offset), $"{segment}-{field.Field}{component}: {sentence}.", hint);
            return false;
        }

        if (Hl7Fields.ComponentsOf(segment, field.Field) is var (type, components) && field.Component > components)
        {
            scope.Report(MapCodes.FieldRange, positionOf(field.Offset), $"{segment}-{field.Field}.{field.Component}: the type {type} of {segment}-{field.Field} has {components} components.", $"Components go from 1 to {components}.");
            return false;
        }

        return true;
    }
}
