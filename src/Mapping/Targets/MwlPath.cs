using CloudPacs.Dicom;
using CloudPacs.Mapping.Compilation;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Language;
using CloudPacs.Mapping.Standards;

namespace CloudPacs.Mapping.Targets;

/// <summary>A checked attribute path: sequences to walk through, and the attribute at the end.</summary>
internal sealed class MwlPath
{
    private readonly Step[] _steps;

    private MwlPath(Step[] steps, DictionaryEntry entry, RunLevel level)
    {
        _steps = steps;
        Entry = entry;
        _isVisit = level == RunLevel.Patient && VisitAttributes.Contains(steps.Length > 0 ? steps[0].Tag : entry.Tag);
    }

    private readonly bool _isVisit;

    public DictionaryEntry Entry { get; }

    public bool IsMultiValued => Entry.VM != "1" && Entry.VR != VR.SQ;

    public string Name => $"{Entry.Tag.Group:X4},{Entry.Tag.Element:X4} {Entry.Keyword}";

    /// <summary>Checks the steps against the dictionary and the level that the rule runs at; null after a finding.</summary>
    public static MwlPath? Compile(TargetPath target, CompileScope scope, Func<int, Position> at)
    {
        var entries = new List<DictionaryEntry>();
        foreach (var (step, index) in target.Steps.Select((step, index) => (step, index)))
        {
            if (DicomKeywords.Find(step.Name) is not { } entry)
            {
                scope.Report(MapCodes.UnknownAttribute, at(step.Offset), $"{step.Name} is no attribute of DICOM.",
                    DicomKeywords.HintFor(step.Name));
                return null;
            }

            if (index < target.Steps.Count - 1 && entry.VR != VR.SQ)
            {
                scope.Report(MapCodes.ValueRepresentation, at(step.Offset), $"{entry.Keyword} is {entry.VR}, not a sequence.",
                    "Only attributes of a sequence's item follow a '/'.");
                return null;
            }

            if (step.Key is not TargetKey.None && entry.VR != VR.SQ)
            {
                scope.Report(MapCodes.ValueRepresentation, at(step.Offset), $"{entry.Keyword} is {entry.VR} and has no items.",
                    "Take the [ ] out; a list fills a multi-valued attribute.");
                return null;
            }

            entries.Add(entry);
        }

        var inStep = entries.Count > 1 && entries[0].Tag == Tags.ScheduledProcedureStepSequence;
        var skip = scope.Level is RunLevel.Step or RunLevel.Appointment ? 1 : 0;
        if (scope.Level is RunLevel.Message or RunLevel.Group || (skip == 1) != inStep)
        {
            scope.Report(MapCodes.RunLevel, at(target.Steps[0].Offset), $"{target.Text} cannot be written per {scope.Level.Word()}.",
                inStep ? "Attributes in ScheduledProcedureStepSequence belong in maps that run per: step."
                    : "Patient and visit attributes belong in maps per: patient, the others per: procedure; "
                        + "per: step takes only ScheduledProcedureStepSequence/…");
            return null;
        }

        // The step's data set is the item itself, so its sequence is left out.
        var steps = target.Steps.Skip(skip).Take(target.Steps.Count - skip - 1)
            .Select((step, index) => new Step(entries[index + skip].Tag, step.Key, step.KeyName, step.KeyNumber)).ToArray();
        return new MwlPath(steps, entries[^1], scope.Level);
    }

    /// <summary>The attribute of the patient, visit, procedure or step, whatever is written in it.</summary>
    public Tag Attribute => _steps is [var first, ..] ? first.Tag : Entry.Tag;

    /// <summary>The data set that holds the attribute; items on the way are made when they are not there.</summary>
    public DataSet Open(EvalContext context)
    {
        var data = (_isVisit ? context.Output.VisitAttributes : context.Output.Attributes)
            ?? throw new InvalidOperationException("This run has no data set.");
        foreach (var step in _steps) data = step.Open(context, data);
        return data;
    }

    internal static DataSet Item(EvalContext context, DataSet data, Tag tag, TargetKey key, string name, int number)
    {
        switch (key)
        {
            case TargetKey.Name: return context.Output.Slot(data, tag, name);
            case TargetKey.Loop: return context.Output.Slot(data, tag, "#" + context.Numbers[number]);
            case TargetKey.Bound when context.Bound[number] is DataSet bound: return bound;
            case TargetKey.New or TargetKey.Bound:
                var item = new DataSet();
                MapOutput.Append(data, tag, item);
                if (key == TargetKey.Bound) context.Bound[number] = item;
                return item;
            default:
                var index = Math.Max(number, 1);
                while (data.GetItems(tag).Count < index) MapOutput.Append(data, tag, new DataSet());
                return data.GetItems(tag)[index - 1];
        }
    }

    private readonly record struct Step(Tag Tag, TargetKey Key, string Name, int Number)
    {
        public DataSet Open(EvalContext context, DataSet data) => Item(context, data, Tag, Key, Name, Key == TargetKey.None ? 1 : Number);
    }
}
