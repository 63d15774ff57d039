using CloudPacs.Dicom;
using CloudPacs.Mapping.Compilation;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Language;
using CloudPacs.Mapping.Standards;
using CloudPacs.Mapping.Targets;
using CloudPacs.Mapping.Values;
using CloudPacs.Mapping.Yaml;

namespace CloudPacs.Mapping.Rules;

/// <summary>Checks a target against its dictionary and fits the type of the source to it.</summary>
internal sealed class TargetCompiler(RuleSource rule, CompileScope scope, YamlText text, TargetPath target)
{
    private MwlPath? _mwl;
    private FhirPath? _fhir;
    private CommandField? _command;
    private LimitKind? _limit;

    /// <summary>What the source is asked for.</summary>
    public MapType? Wish => target.Kind switch
    {
        TargetKind.Worklist when _mwl!.Entry.VR == VR.SQ => MapType.Item.List,
        TargetKind.Worklist when _mwl!.Entry.VR is VR.DA or VR.TM or VR.DT => null,
        TargetKind.Worklist => _mwl!.IsMultiValued ? MapType.Text.List : MapType.Text,
        TargetKind.Fhir => FhirConversion.WishFor(_fhir!.Last.Type) is { } wish ? _fhir.TakesList ? wish.List : wish : null,
        TargetKind.Command => _command!.TakesNumbers ? null : _command.Type,
        _ => null,
    };

    public bool Check()
    {
        _limit = ReadLimit(out var isFine);
        switch (target.Kind)
        {
            case TargetKind.Worklist:
                _mwl = MwlPath.Compile(target, scope, text.Of);
                if (_mwl is not null) EffectChecks.CheckOwner(target, _mwl, scope, text.At);
                var limitAt = rule.Keys.GetValueOrDefault("limit")?.Value.At ?? text.At;
                return _mwl is not null && isFine && WorklistChecks.CheckLimit(_limit, _mwl, scope, limitAt);
            case TargetKind.Fhir: return (_fhir = FhirPath.Compile(target, scope, text.Of)) is not null && isFine;
            case TargetKind.Command: return CheckCommand() && isFine;
            default: return CheckOutgoing() && isFine;
        }
    }

    /// <summary>The writer, and the source read as what it takes; nulls after a finding.</summary>
    public (TargetWriter?, Evaluator?) Build(Compiled source, Position at)
    {
        if (ReferenceEquals(source, Compiled.Faulty)) return default;
        switch (target.Kind)
        {
            case TargetKind.Worklist: return BuildWorklist(source, at);
            case TargetKind.Fhir: return BuildFhir(source, at);
            case TargetKind.Command:
                if (_command!.TakesNumbers && source.Type is { IsList: false, Kind: MapKind.Text or MapKind.Node })
                    return (new CommandFieldWriter(_command, _limit), source.Evaluate);
                var command = source.To(_command.Type, scope, at, _command.Name);
                return ReferenceEquals(command, Compiled.Faulty) ? default : (new CommandFieldWriter(_command, _limit), command.Evaluate);
            default:
                var writer = new OutWriter(target);
                if (writer.Takes(source.Type)) return (writer, source.Evaluate);
                var words = source.To(MapType.Text, scope, at, target.Text);
                return ReferenceEquals(words, Compiled.Faulty) ? default : (writer, words.Evaluate);
        }
    }

    public (TargetWriter?, Evaluator?) BuildTemplate(YamlValue template)
    {
        switch (target.Kind)
        {
            case TargetKind.Fhir:
                return FhirTemplate.Compile(template, _fhir!.Last, _fhir.TakesList, scope) is { } fhir ? (FhirWriter(null), fhir) : default;
            case TargetKind.Worklist when _mwl!.Entry.VR == VR.SQ:
                return ItemTemplate.Compile(template, scope) is { } items
                    ? (new MwlSequenceWriter(_mwl, target.Steps[^1]), items)
                    : default;
            default:
                scope.Report(MapCodes.WrongShape, template.At, $"{target.Text} takes no object or list.",
                    "Write value: TEXT or from: EXPRESSION.");
                return default;
        }
    }

    public (TargetWriter?, Evaluator?) BuildLiteral(YamlText literal)
    {
        if (target.Kind == TargetKind.Fhir)
        {
            return FhirTemplate.Compile(literal, _fhir!.Last, _fhir.TakesList, scope) is { } fhir ? (FhirWriter(null), fhir) : default;
        }

        if (target.Kind == TargetKind.Worklist && !WorklistChecks.CheckLiteral(literal.Text, _mwl!.Entry, scope, literal.At))
            return default;
        var value = target.Kind == TargetKind.Command && _command!.Type == MapType.Bool && literal.AsBool() is { } flag
            ? Compiled.Constant(MapType.Bool, MapValue.Bool(flag))
            : Compiled.Constant(MapType.Text, MapValue.Text(literal.Text));
        return Build(value, literal.At);
    }

    private (TargetWriter?, Evaluator?) BuildWorklist(Compiled source, Position at)
    {
        var entry = _mwl!.Entry;
        var kind = source.Type.Kind;
        if (entry.VR == VR.SQ)
        {
            var items = source.To(MapType.Item.List, scope, at, entry.Keyword);
            return ReferenceEquals(items, Compiled.Faulty) ? default : (new MwlSequenceWriter(_mwl, target.Steps[^1]), items.Evaluate);
        }

        if (source.Type.IsList && !_mwl.IsMultiValued)
        {
            scope.Report(MapCodes.ListToSingle, at, $"{entry.Keyword} takes one value, not a list.",
                "Take one with | first, or make one text with | join(', ').");
            return default;
        }

        var isTime = entry.VR is VR.DA or VR.TM or VR.DT;
        var fits = kind switch
        {
            MapKind.Nothing or MapKind.Text or MapKind.Node => true,
            MapKind.Time => isTime,
            MapKind.Number or MapKind.Code or MapKind.Identifier => !isTime,
            _ => false,
        };
        if (!fits || VrRules.For(entry.VR).Kind == VrKind.Binary)
        {
            scope.Report(MapCodes.ValueRepresentation, at, $"{entry.Keyword} is {entry.VR} and does not take a {source.Type}.",
                isTime ? "Give it a time, or a text that holds one." : kind == MapKind.Bool ? "Choose a text: condition ? 'YES' : 'NO'."
                    : "Give it a text, a number or a code.");
            return default;
        }

        if (rule.Text("map") is { } table && !WorklistChecks.CheckTable(table, entry, scope)) return default;
        var evaluate = isTime ? source.Evaluate : source.To(source.Type with { Kind = MapKind.Text }, scope, at).Evaluate;
        return (new MwlWriter(_mwl, _limit, _mwl.IsMultiValued), evaluate);
    }

    private (TargetWriter?, Evaluator?) BuildFhir(Compiled source, Position at)
    {
        var element = _fhir!.Last;
        if (source.Type.IsList && !_fhir.TakesList)
        {
            scope.Report(MapCodes.ListToSingle, at, $"{_fhir.Name} takes one value, not a list.",
                "Take one with | first, join them with | join(', '), or write the items with each.");
            return default;
        }

        if (!FhirConversion.Fits(source.Type.Kind, element.Type, out var hint))
        {
            scope.Report(MapCodes.WrongType, at, $"{_fhir.Name} is a {element.Type} and does not take a {source.Type}.", hint);
            return default;
        }

        if (rule.Text("map") is { } table && element.Codes.Count > 0)
        {
            foreach (var row in scope.Settings.Tables[table].Rows.Where(row => row.To.Length > 0 && !element.Codes.Contains(row.To)))
                scope.Report(MapCodes.UnknownCode, new Position(row.File, row.Line, 1), $"'{row.To}' is no code of {_fhir.Name}.",
                    Hints.DidYouMean(row.To, element.Codes));
        }

        return (FhirWriter(FhirConversion.WishFor(element.Type)), source.Type.Kind == MapKind.Node
            ? source.To(MapType.Text with { IsList = source.Type.IsList }, scope, at).Evaluate
            : source.Evaluate);
    }

    private FhirWriter FhirWriter(MapType? wish) => new(_fhir!, ElementIds.GroupOf(rule.Id), wish);

    private bool CheckCommand()
    {
        var name = $"{target.Root}.{string.Join('.', target.Steps.Select(step => step.Name))}";
        _command = CommandFields.Find(name);
        if (_command is null || target.Steps.Any(step => step.Key != TargetKey.None))
        {
            scope.Report(MapCodes.UnknownField, text.At, $"{name} is no target.", Hints.DidYouMean(name, CommandFields.Names));
            return false;
        }

        if (_command.Level == scope.Level) return true;
        scope.Report(MapCodes.RunLevel, text.At, $"{name} cannot be written per {scope.Level.Word()}.",
            $"It belongs in a map that runs per: {_command.Level.Word()}.");
        return false;
    }

    private bool CheckOutgoing()
    {
        var field = target.Steps[1];
        if (target.Root == "MSH" && field.Name is "1" or "2")
        {
            scope.Report(MapCodes.UnknownField, text.Of(field.Offset), "The separators of a message are not written by rules.",
                "Write MSH-3 or a later field.");
            return false;
        }

        if (!Hl7Fields.IsKnown(target.Root))
        {
            scope.Report(MapCodes.UnknownSegment, text.At, $"{target.Root} is no segment of HL7 v2.",
                Hints.DidYouMean(target.Root, Hl7Fields.Segments) + " Local segments start with Z.");
            return false;
        }

        if (Hl7Fields.FieldsOf(target.Root) is not var (max, sentence)
            || int.Parse(field.Name, System.Globalization.CultureInfo.InvariantCulture) <= max) return true;
        scope.Report(MapCodes.FieldRange, text.Of(field.Offset), $"{target.Root}-{field.Name}: {sentence}.", $"Fields go from 1 to {max}.");
        return false;
    }

    private LimitKind? ReadLimit(out bool isFine)
    {
        isFine = true;
        if (rule.Keys.GetValueOrDefault("limit")?.Value is not YamlText limit) return null;
        switch (limit.Text)
        {
            case "cut": return LimitKind.Cut;
            case "reject": return LimitKind.Reject;
            case "surrogate": return LimitKind.Surrogate;
            case "split": return LimitKind.Split;
        }

        scope.Report(MapCodes.WrongShape, limit.At, $"'{limit.Text}' is no limit.",
            Hints.DidYouMean(limit.Text, ["cut", "reject", "surrogate", "split"]));
        isFine = false;
        return null;
    }
}
