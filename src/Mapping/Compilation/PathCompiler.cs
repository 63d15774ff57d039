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
    internal const int MaxItems = 1_000;

    /// <param name="wantsList">All that a filter, or a path without pick, finds; not only the first.</param>
    public Compiled Compile(PathExpression path, bool wantsList)
    {
        scope.FirstPath ??= path;
        if (!Check(path)) return Compiled.Faulty;
        var selector = new SegmentSelector(path.Segment, path.Scope, scope.Level);
        if (path.Field is not null) return CompileField(path, selector, wantsList);
        if (path.SegmentPick is null && !wantsList)
            return new Compiled(MapType.Segment, context => MapValue.Segment(selector.First(context)))
            {
                Sources = Sources.Of(selector, 0),
                Exists = context => selector.First(context).Exists,
            };
        var picker = CompilePick(path.SegmentPick, wantsList, (MapKind.Segment, path.Segment, 0));
        var sources = Sources.Of(selector, 0);
        return picker.GivesList
            ? new Compiled(MapType.Segment.List, context =>
            {
                var segments = selector.All(context);
                return MapValue.List(MapKind.Segment, segments, picker.Take(context, segments, isFirstOnly: false));
            })
            { Sources = sources }.Traced(scope)
            : new Compiled(MapType.Segment, context => selector.All(context) is { Length: > 0 } all
                && picker.Take(context, all, isFirstOnly: true) > 0 ? all[0] : default)
            { Sources = sources };
    }

    /// <summary>A field of the one segment that is selected.</summary>
    public Compiled CompileField(SegmentSelector selector, string id, FieldPart field, bool wantsList)
    {
        if (!CheckField(id, field)) return Compiled.Faulty;
        var number = field.Field;
        scope.Reads.Add(id, number, isWhole: wantsList || field.Pick is not (null or IndexPick), scope.Level);
        if (field.Pick is null && !wantsList)
        {
            var reader = new FieldReader(selector, number, field.Component, field.SubComponent);
            return new Compiled(MapType.Node, reader.Node)
            {
                Part = reader,
                Exists = reader.Exists,
                Sources = Sources.Of(selector, number),
            }.Traced(scope);
        }

        var picker = CompilePick(field.Pick, wantsList, (MapKind.Node, id, number));
        if (picker.TakesNothing && !picker.GivesList && !scope.IsTraced) return Compiled.Constant(MapType.Node, MapValue.Absent);
        var sources = Sources.Of(selector, number);
        var compiled = picker.GivesList
            ? new Compiled(MapType.Node.List, context =>
            {
                var whole = selector.Fields(context).Field(number);
                if (whole.Length == 0) return MapValue.Absent;
                // A list leaves items without value out, but "" as the whole field still means: delete.
                if (whole.State == ValueState.Null) return MapValue.NullOf(whole);
                var items = Repetitions(whole);
                return MapValue.List(MapKind.Node, items, TakeParts(picker, items, field, context));
            })
            { Sources = sources }
            : new Compiled(
                MapType.Node, context => MapValue.Node(Part(picker.Repetition(context, selector.Fields(context).Field(number)), field)))
            {
                Sources = sources,
            };
        return compiled.Traced(scope);
    }

    private Compiled CompileField(PathExpression path, SegmentSelector selector, bool wantsList)
    {
        var field = path.Field!;
        if (path.SegmentPick is null or IndexPick)
        {
            var one = path.SegmentPick is IndexPick at ? selector.WithIndex(at.Index - 1) : selector;
            return CompileField(one, path.Segment, field, wantsList);
        }

        var ofSegments = CompilePick(path.SegmentPick, wantsList, (MapKind.Segment, path.Segment, 0));
        var ofFields = field.Pick is null ? null : CompilePick(field.Pick, wantsList: false, (MapKind.Node, path.Segment, field.Field));
        var isList = ofSegments.GivesList || ofFields is { GivesList: true };
        scope.Reads.Add(path.Segment, field.Field, isWhole: field.Pick is not (null or IndexPick), scope.Level);
        MapValue Read(EvalContext context)
        {
            var segments = selector.All(context);
            if (segments.Length == 0) return MapValue.Absent;
            var count = ofSegments.Take(context, segments, isFirstOnly: !ofSegments.GivesList);
            var parts = ofFields is null
                ? PartsOf(segments.AsSpan(0, count), field, context)
                : PartsOf(segments.AsSpan(0, count), ofFields, field, context);
            if (isList) return MapValue.List(MapKind.Node, parts, Math.Min(parts.Length, MaxItems));
            return parts is [var first, ..] ? first : MapValue.Absent;
        }

        return new Compiled(isList ? MapType.Node.List : MapType.Node, Read) { Sources = Sources.Of(selector, 0) }.Traced(scope);
    }

    private static MapValue[] PartsOf(ReadOnlySpan<MapValue> segments, FieldPart field, EvalContext context)
    {
        var parts = new MapValue[segments.Length];
        for (var i = 0; i < parts.Length; i++)
            parts[i] = MapValue.Node(Part(context.FieldsOf(segments[i].AsSegment()).Field(field.Field), field));
        return parts;
    }

    private static MapValue[] PartsOf(ReadOnlySpan<MapValue> segments, Picker ofFields, FieldPart field, EvalContext context)
    {
        List<MapValue> parts = [];
        foreach (var segment in segments)
        {
            var items = Repetitions(context.FieldsOf(segment.AsSegment()).Field(field.Field));
            parts.AddRange(items.AsSpan(0, TakeParts(ofFields, items, field, context)));
        }

        return [.. parts];
    }

    /// <summary>Picks among repetitions and puts the part of each that is taken in its place.</summary>
    private static int TakeParts(Picker picker, MapValue[] repetitions, FieldPart field, EvalContext context)
    {
        var count = picker.Take(context, repetitions, isFirstOnly: false);
        for (var i = 0; i < count; i++) repetitions[i] = MapValue.Node(Part(repetitions[i].AsNode(), field));
        return count;
    }

    private Picker CompilePick(Pick? pick, bool wantsList, (MapKind, string, int) subject)
    {
        if (pick is not FilterPick filter) return new Picker(pick, wantsList, null);
        var before = scope.Subject;
        scope.Subject = subject;
        var condition = compileFilter(filter.Condition).To(MapType.Bool, scope, positionOf(filter.Condition.Offset), "A pick");
        scope.Subject = before;
        return new Picker(filter, wantsList, condition.AsTest()) { TakesNothing = condition.Value is { IsTrue: false } };
    }

    private static MapValue[] Repetitions(Element field)
    {
        if (field.Length == 0) return [];
        var values = new MapValue[Math.Min(field.RepetitionCount, MaxItems)];
        for (var i = 0; i < values.Length; i++) values[i] = MapValue.Node(field.Repetition(i + 1));
        return values;
    }

    private static Element Part(Element element, FieldPart field)
    {
        if (field.Component > 0) element = element.Component(field.Component);
        return field.SubComponent > 0 ? element.SubComponent(field.SubComponent) : element;
    }

    private bool Check(PathExpression path)
    {
        if (!Hl7Fields.IsKnown(path.Segment))
        {
            scope.Report(MapCodes.UnknownSegment, positionOf(path.Offset), $"{path.Segment} is no segment of HL7 v2.",
                Hints.DidYouMean(path.Segment, Hl7Fields.Segments) + " Local segments start with Z.");
            return false;
        }

        if (path.Scope != PathScope.Group || (scope.Level >= RunLevel.Group && SegmentSelector.IsOrderSegment(path.Segment)))
            return path.Field is null || CheckField(path.Segment, path.Field);
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
            var hint = field.Field / 10 is var shorter && shorter > 0 && shorter <= max
                ? $"Did you mean {near}?"
                : $"Fields go from {known.First()} to {known.Last()}.";
            var component = field.Component > 0 ? $".{field.Component}" : "";
            scope.Report(MapCodes.FieldRange, positionOf(field.Offset), $"{segment}-{field.Field}{component}: {sentence}.", hint);
            return false;
        }

        if (Hl7Fields.ComponentsOf(segment, field.Field) is var (type, components) && field.Component > components)
        {
            scope.Report(MapCodes.FieldRange, positionOf(field.Offset),
                $"{segment}-{field.Field}.{field.Component}: the type {type} of {segment}-{field.Field} has {components} components.",
                $"Components go from 1 to {components}.");
            return false;
        }

        return true;
    }
}
