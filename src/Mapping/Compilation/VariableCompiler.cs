using CloudPacs.Dicom;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Language;
using CloudPacs.Mapping.Standards;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Compilation;

/// <summary>Variables: those that rules set, and <c>$n $now $message $sender $site $out $state</c>.</summary>
internal static class VariableCompiler
{
    private static readonly string[] BuiltIn = ["n", "now", "message", "sender", "site", "out", "state"];

    public static bool IsBuiltIn(string name) => BuiltIn.Contains(name);

    public static Compiled Compile(VariableExpression variable, CompileScope scope, Position at)
    {
        switch (variable.Name)
        {
            case "n" when variable.Members.Count == 0: return CompileNumber(scope, at);
            case "now" when variable.Members.Count == 0:
                return new Compiled(MapType.Time, context =>
                    MapValue.Time(new MapTime(TimeZoneInfo.ConvertTime(context.Now, context.Settings.SiteZone), TimePrecision.Fraction)));
            case "message" when variable.Members.Count == 1: return CompileMessage(variable.Members[0], scope, at);
            case "sender" or "site" when variable.Members.Count == 1: return SettingVariables.Compile(variable, scope, at);
            case "state" when variable.Members.Count == 1: return StateFields.Compile(variable.Members[0], scope, at);
            case "out": return CompileOut(variable, scope, at);
        }

        if (variable.Members.Count == 0 && scope.Variables.TryGetValue(variable.Name, out var known))
            return CompileKnown(variable, known, scope, at);
        if (scope.AllVariables.Contains(variable.Name) && variable.Members.Count == 0)
            scope.Report(MapCodes.UseBeforeSet, at, $"{variable} is read before a rule sets it.",
                "Move the rule that sets it before this one, or into a map that runs earlier.");
        else
            scope.Report(MapCodes.UnknownVariable, at, $"There is no variable {variable}.",
                Hints.DidYouMean(variable.Name, scope.Variables.Keys.Concat(BuiltIn)));
        return Compiled.Faulty;
    }

    private static Compiled CompileKnown(VariableExpression variable, CompiledVariable known, CompileScope scope, Position at)
    {
        scope.FirstPath ??= known.FirstPath;
        scope.ReadVariables.Add(variable.Name);
        if (IsWider(known.Level, scope.Level))
        {
            var (level, slot) = (known.Level, known.Slot);
            return new Compiled(known.Type, context => context.VariablesOf(level) is { } values && slot < values.Length
                ? values[slot]
                : MapValue.Absent)
            { Sources = Sources.Of(level, slot) }.Traced(scope);
        }

        scope.Report(MapCodes.RunLevel, at, $"{variable} is set per {known.Level.Word()} and cannot be read per {scope.Level.Word()}.",
            "A narrower run can read what a wider one sets, never the other way.");
        return Compiled.Faulty;
    }

    /// <summary>Whether what belongs to one run can be read in the other: the same, or one that is open around it.</summary>
    public static bool IsWider(RunLevel of, RunLevel from) => of == from || (of < from && of switch
    {
        RunLevel.Appointment => false,
        RunLevel.Procedure or RunLevel.Step => from <= RunLevel.Step,
        _ => true,
    });

    private static Compiled CompileNumber(CompileScope scope, Position at)
    {
        if (scope.InnermostSlot is { } slot) return new Compiled(MapType.Number, context => MapValue.Number(context.Numbers[slot]));
        scope.Report(MapCodes.UnknownVariable, at, "$n counts the items of an 'each', and there is none here.",
            "Give the rule each: PATH as name.");
        return Compiled.Faulty;
    }

    private static Compiled CompileMessage(string member, CompileScope scope, Position at)
    {
        switch (member)
        {
            case "type": return new Compiled(MapType.Text, context => MapValue.Text(context.Message.MessageType));
            case "event": return new Compiled(MapType.Text, context => MapValue.Text(context.Message.TriggerEvent));
            case "structure": return new Compiled(MapType.Text, context => MapValue.Text(context.Message.Structure));
            case "version": return new Compiled(MapType.Text, context => MapValue.Text(context.Message.Version));
            default:
                scope.Report(MapCodes.UnknownVariable, at, $"There is no $message.{member}.",
                    Hints.DidYouMean(member, ["type", "event", "structure", "version"]));
                return Compiled.Faulty;
        }
    }

    private static Compiled CompileOut(VariableExpression variable, CompileScope scope, Position at)
    {
        if (variable.Members is not ["mwl", var keyword])
        {
            scope.Report(MapCodes.UnknownVariable, at, $"{variable} cannot be read.", "Write $out.mwl.PatientName.");
            return Compiled.Faulty;
        }

        if (!DicomDictionary.TryGet(keyword, out var entry))
        {
            scope.Report(MapCodes.UnknownAttribute, at, $"{keyword} is no attribute of DICOM.", DicomKeywords.HintFor(keyword));
            return Compiled.Faulty;
        }

        if (!scope.Targets.TryGetValue("mwl." + keyword, out var target)
            && !scope.Targets.TryGetValue("mwl.ScheduledProcedureStepSequence/" + keyword, out target))
        {
            scope.Report(MapCodes.UseBeforeSet, at, $"No rule before this one writes mwl.{keyword}.",
                "Move the rule that writes it before this one.");
            return Compiled.Faulty;
        }

        if (!IsWider(target.Level, scope.Level))
        {
            scope.Report(MapCodes.RunLevel, at,
                $"mwl.{keyword} is written per {target.Level.Word()} and cannot be read per {scope.Level.Word()}.",
                "A narrower run can read what a wider one writes, never the other way.");
            return Compiled.Faulty;
        }

        var (level, tag) = (target.Level, entry.Tag);
        return new Compiled(MapType.Text, context => context.OutputOf(level) is { } output
            ? MapValue.Text(output.Attributes?.GetString(tag) ?? output.VisitAttributes?.GetString(tag))
            : MapValue.Absent);
    }
}
