using CloudPacs.Dicom;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Language;
using CloudPacs.Mapping.Standards;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Compilation;

/// <summary>Paths into a DICOM data set: <c>dcm.RequestAttributesSequence[*]/ScheduledProcedureStepID</c>.</summary>
internal static class DicomPaths
{
    public static Compiled Compile(DicomExpression path, bool wantsList, CompileScope scope, Func<int, Position> at)
    {
        var steps = new List<(DictionaryEntry Entry, Pick? Pick)>();
        foreach (var (step, index) in path.Steps.Select((step, index) => (step, index)))
        {
            if (DicomKeywords.Find(step.Name) is not { } entry)
            {
                scope.Report(MapCodes.UnknownAttribute, at(step.Offset), $"{step.Name} is no attribute of DICOM.",
                    DicomKeywords.HintFor(step.Name));
                return Compiled.Faulty;
            }

            if (index < path.Steps.Count - 1 && entry.VR != VR.SQ)
            {
                scope.Report(MapCodes.ValueRepresentation, at(step.Offset), $"{entry.Keyword} is {entry.VR}, not a sequence.",
                    "Only attributes of a sequence's item follow a '/'.");
                return Compiled.Faulty;
            }

            if (step.Pick is FilterPick)
            {
                scope.Report(MapCodes.Syntax, at(step.Offset), "Items of a sequence are picked by number.", "Write [1], [last] or [*].");
                return Compiled.Faulty;
            }

            steps.Add((entry, step.Pick));
        }

        var last = steps[^1];
        var isItem = last.Entry.VR == VR.SQ;
        var many = wantsList || steps.Exists(step => step.Pick is AllPick);
        var kind = isItem ? MapKind.Item : MapKind.Text;
        var type = new MapType(kind, many);
        return new Compiled(type, context =>
        {
            IEnumerable<DataSet> sets = context.Source is { } source ? [source] : [];
            foreach (var (entry, pick) in steps.Take(steps.Count - 1)) sets = sets.SelectMany(set => Picked(set.GetItems(entry.Tag), pick));
            var pickLast = last.Pick ?? (wantsList ? new AllPick(0) : null);
            var values = isItem
                ? sets.SelectMany(set => Picked(set.GetItems(last.Entry.Tag), pickLast)).Select(MapValue.Item)
                : sets.SelectMany(set => Picked(set.GetStrings(last.Entry.Tag), pickLast)).Select(MapValue.Text);
            return many ? MapValue.List(kind, values) : values.FirstOrDefault();
        });
    }

    private static IEnumerable<T> Picked<T>(IReadOnlyList<T> items, Pick? pick) => pick switch
    {
        AllPick => items,
        LastPick => items.TakeLast(1),
        IndexPick index => items.Skip(index.Index - 1).Take(1),
        _ => items.Take(1),
    };
}
