using CloudPacs.Dicom;
using CloudPacs.Mapping.Compilation;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Standards;
using CloudPacs.Mapping.Values;
using CloudPacs.Mapping.Yaml;

namespace CloudPacs.Mapping.Targets;

/// <summary>The <c>value:</c> of a sequence: one item or a list of items by keyword.</summary>
internal static class ItemTemplate
{
    private delegate void Fill(EvalContext context, DataSet item);

    /// <summary>Makes the items for one message; null after a finding.</summary>
    public static Evaluator? Compile(YamlValue template, CompileScope scope)
    {
        if (template is YamlMap map)
        {
            return CompileItem(map, scope) is { } fill ? context => Make(context, fill) : null;
        }

        var fills = new List<Fill>();
        foreach (var item in ((YamlList)template).Items)
        {
            if (item is not YamlMap keys)
            {
                scope.Report(MapCodes.WrongShape, item.At, "The items of a sequence hold keys.",
                    "Write - { CodeValue: …, CodingSchemeDesignator: … }.");
                return null;
            }

            if (CompileItem(keys, scope) is not { } fill) return null;
            fills.Add(fill);
        }

        return context => MapValue.List(MapKind.Item, fills.Select(fill => Make(context, fill)));
    }

    private static MapValue Make(EvalContext context, Fill fill)
    {
        var item = new DataSet();
        fill(context, item);
        return item.Count == 0 ? MapValue.Absent : MapValue.Item(item);
    }

    private static Fill? CompileItem(YamlMap map, CompileScope scope)
    {
        var fills = new List<Fill>();
        var isFine = true;
        foreach (var entry in map.Entries)
        {
            if (DicomKeywords.Find(entry.Key.Text) is not { } attribute)
            {
                scope.Report(MapCodes.UnknownAttribute, entry.Key.At, $"{entry.Key.Text} is no attribute of DICOM.",
                    DicomKeywords.HintFor(entry.Key.Text));
                isFine = false;
            }
            else if (CompileLeaf(attribute, entry.Value, scope) is { } fill)
            {
                fills.Add(fill);
            }
            else
            {
                isFine = false;
            }
        }

        return !isFine ? null : (context, item) => fills.ForEach(fill => fill(context, item));
    }

    private static Fill? CompileLeaf(DictionaryEntry attribute, YamlValue value, CompileScope scope)
    {
        if (attribute.VR == VR.SQ && value is YamlMap or YamlList)
        {
            return Compile(value, scope) is { } items ? (context, item) => SetItems(item, attribute.Tag, items(context)) : null;
        }

        if (value is not YamlText text)
        {
            scope.Report(MapCodes.ValueRepresentation, value.At, $"{attribute.Keyword} is {attribute.VR} and takes a text.",
                "Only sequences hold items.");
            return null;
        }

        if (text.IsNull) return static (_, _) => { };
        var isExpression = text.Text.StartsWith("= ", StringComparison.Ordinal);
        if (attribute.VR == VR.SQ)
        {
            if (isExpression && new ExpressionCompiler(scope, text, 2).CompileWish(MapType.Item.List)
                .To(MapType.Item.List, scope, text.At, attribute.Keyword) is var made && !ReferenceEquals(made, Compiled.Faulty))
                return (context, item) => SetItems(item, attribute.Tag, made.Evaluate(context));
            if (!isExpression)
                scope.Report(MapCodes.ValueRepresentation, text.At, $"{attribute.Keyword} is a sequence, not a text.",
                    "Write { … } or = expression.");
            return null;
        }

        var convert = new MwlText(attribute, null);
        if (!isExpression)
        {
            var literal = MapValue.Text(text.Text);
            return (context, item) => Set(context, item, attribute, convert, literal);
        }

        var isTime = attribute.VR is VR.DA or VR.TM or VR.DT;
        var compiled = new ExpressionCompiler(scope, text, 2).CompileWish(isTime ? MapType.Any : MapType.Text);
        if (ReferenceEquals(compiled, Compiled.Faulty)) return null;
        var evaluator = isTime ? compiled : compiled.To(MapType.Text, scope, text.At, attribute.Keyword);
        if (ReferenceEquals(evaluator, Compiled.Faulty)) return null;
        return (context, item) => Set(context, item, attribute, convert, evaluator.Evaluate(context));
    }

    private static void SetItems(DataSet item, Tag tag, in MapValue items)
    {
        if (items.HasValue) item.SetSequence(tag, [.. items.Items.Select(one => one.AsItem()).OfType<DataSet>()]);
    }

    private static void Set(EvalContext context, DataSet item, DictionaryEntry attribute, MwlText convert, in MapValue value)
    {
        if (value.HasValue && convert.Convert(context, value) is { } text && context.Failure is null)
            item.Set(attribute.Tag, attribute.VR, text);
    }
}
