namespace CloudPacs.Mapping.Language;

/// <summary>Reads targets: attributes, FHIR elements, outgoing fields, and command fields (<c>patient.primary</c>).</summary>
internal static class TargetParser
{
    public static TargetPath? Parse(string text, out SyntaxError? error)
    {
        var scanner = new Scanner(text);
        var target = Read(scanner);
        if (!scanner.AtEnd)
            scanner.Fail(scanner.Position, $"'{text[scanner.Position..]}' is left over after the target.",
                "Targets look like mwl.AccessionNumber, Patient.name[official].family or out.OBR-18.", 0);
        error = scanner.Error;
        return error is null ? target : null;
    }

    /// <summary>Reads the target of a child rule, <c>.family</c>, below that of its parent.</summary>
    public static TargetPath? ParseBelow(TargetPath parent, string text, out SyntaxError? error)
    {
        var scanner = new Scanner(text);
        if (!scanner.TakeHere("."))
            scanner.Fail(0, "The target of a child rule starts with a dot.",
                "Write to: .family; it continues the target of the rule above.", 0);
        var steps = ReadSteps(scanner, parent.Kind == TargetKind.Worklist ? "/" : ".");
        if (!scanner.AtEnd)
            scanner.Fail(scanner.Position, $"'{text[scanner.Position..]}' is left over after the target.",
                "Write to: .name or .name.part.", 0);
        error = scanner.Error;
        return error is null ? parent with { Steps = [.. parent.Steps, .. steps] } : null;
    }

    private static TargetPath Read(Scanner scanner)
    {
        if (scanner.TakeHere("mwl.")) return new(TargetKind.Worklist, "", ReadSteps(scanner, "/"));
        if (scanner.TakeHere("out.")) return ReadOutgoing(scanner);
        var root = scanner.TakeName();
        if (root.Length == 0 || !scanner.TakeHere("."))
        {
            return scanner.Fail(scanner.Position, "The target has no root.",
                "Start it with mwl., a FHIR resource such as Patient., out. or a command such as patient.",
                new TargetPath(TargetKind.Command, root, []));
        }

        return new(char.IsAsciiLetterUpper(root[0]) ? TargetKind.Fhir : TargetKind.Command, root, ReadSteps(scanner, "."));
    }

    private static List<TargetStep> ReadSteps(Scanner scanner, string separator)
    {
        List<TargetStep> steps = [];
        do
        {
            var offset = scanner.Position;
            var name = scanner.TakeName();
            if (name.Length == 0)
                return scanner.Fail(offset, "A name is missing in the target.", $"Names are joined by '{separator}'.", steps);
            steps.Add(ReadKey(scanner, new TargetStep(offset, name)));
        }
        while (scanner.TakeHere(separator));
        return steps;
    }

    private static TargetStep ReadKey(Scanner scanner, TargetStep step)
    {
        if (!scanner.TakeHere("[")) return step;
        if (scanner.TakeHere("]")) return step with { Key = TargetKey.New };
        if (scanner.TakeHere("$n")) step = step with { Key = TargetKey.Loop };
        else if (char.IsAsciiDigit(scanner.Current))
            step = step with { Key = TargetKey.Index, KeyNumber = scanner.TakeInteger("The item") };
        else if (scanner.TakeName() is { Length: > 0 } name) step = step with { Key = TargetKey.Name, KeyName = name };
        else return scanner.Fail(scanner.Position, "The item is not named.", "Write [], [2], [$n] or [name].", step);
        return scanner.TakeHere("]") ? step : scanner.Fail(scanner.Position, "']' is missing.", "Write [], [2], [$n] or [name].", step);
    }

    /// <summary><c>SEG[2]-5[1].4.1</c> as steps: segment occurrence, field with repetition, component, sub-component.</summary>
    private static TargetPath ReadOutgoing(Scanner scanner)
    {
        var start = scanner.Position;
        var segment = scanner.TakeName();
        if (!Scanner.IsSegmentId(segment))
            scanner.Fail(start, $"'{segment}' is no segment name.", "Write out.OBR-18 or out.OBX[2]-5.1.", 0);
        List<TargetStep> steps = [ReadKey(scanner, new TargetStep(start, segment))];
        if (!scanner.TakeHere("-")) scanner.Fail(scanner.Position, "The field number is missing.", "Write out.OBR-18.", 0);
        do
        {
            var offset = scanner.Position;
            var number = scanner.TakeInteger("The part");
            steps.Add(ReadKey(scanner,
                new TargetStep(offset, number.ToString(System.Globalization.CultureInfo.InvariantCulture), KeyNumber: number)));
        }
        while (scanner.TakeHere("."));
        return new(TargetKind.Outgoing, segment, steps);
    }
}
