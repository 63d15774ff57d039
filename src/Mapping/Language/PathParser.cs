using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Language;

/// <summary>Reads paths, in which no blanks stand: segments, parts of named items, relative and DICOM paths.</summary>
internal sealed class PathParser(Scanner scanner, Func<Expression> readFilter)
{
    public Expression ReadSegment(int start, PathScope scope)
    {
        var idStart = scanner.Position;
        var id = scanner.TakeName();
        if (!Scanner.IsSegmentId(id))
            return scanner.Fail(idStart, $"'{id}' is no segment name.",
                "A segment has three capital letters or digits, as OBR; quote texts with '.", Nothing(start));
        var pick = ReadPick();
        var field = scanner.Current == '-' && char.IsAsciiDigit(scanner.Peek()) ? ReadField() : null;
        return scanner.Current == '.' && field is null
            ? scanner.Fail(scanner.Position, $"After {id} comes '-' and the field number.", $"Write {id}-3.1.", Nothing(start))
            : new PathExpression(start, scope, id, pick, field);
    }

    public Expression ReadAlias(int start, string name)
    {
        if (scanner.Current == '-' && char.IsAsciiDigit(scanner.Peek())) return new AliasExpression(start, name, ReadField(), 0, 0);
        if (scanner.Current != '.' || !char.IsAsciiDigit(scanner.Peek())) return new NameExpression(start, name);
        var (component, subComponent) = ReadComponents();
        return new AliasExpression(start, name, null, component, subComponent);
    }

    public Expression ReadRelative()
    {
        var start = scanner.Position;
        if (scanner.TakeHere(".after")) return new AfterExpression(start);
        scanner.Position++;
        var first = scanner.TakeInteger("The part");
        var (second, third) = ReadComponents();
        return new RelativeExpression(start, first, second, third);
    }

    public Expression ReadDicom(int start)
    {
        List<DicomStep> steps = [];
        do
        {
            var offset = scanner.Position;
            var name = scanner.TakeName();
            if (name.Length == 0)
                return scanner.Fail(offset, "A keyword or eight hexadecimal digits must follow.",
                    "Write dcm.AccessionNumber or dcm.00080050.", Nothing(start));
            steps.Add(new DicomStep(offset, name, ReadPick()));
        }
        while (scanner.TakeHere("/"));
        return new DicomExpression(start, steps);
    }

    private FieldPart ReadField()
    {
        var offset = scanner.Position++;
        var field = scanner.TakeInteger("The field");
        var pick = ReadPick();
        var (component, subComponent) = ReadComponents();
        return new FieldPart(offset, field, pick, component, subComponent);
    }

    private (int Component, int SubComponent) ReadComponents()
    {
        if (scanner.Current != '.' || !char.IsAsciiDigit(scanner.Peek())) return default;
        scanner.Position++;
        var component = scanner.TakeInteger("The component");
        if (scanner.Current != '.' || !char.IsAsciiDigit(scanner.Peek())) return (component, 0);
        scanner.Position++;
        return (component, scanner.TakeInteger("The sub-component"));
    }

    private Pick? ReadPick()
    {
        if (scanner.Current != '[') return null;
        var offset = scanner.Position++;
        scanner.SkipBlanks();
        Pick pick;
        if (scanner.TakeHere("*")) pick = new AllPick(offset);
        else if (scanner.TakeWord("last")) pick = new LastPick(offset);
        else if (char.IsAsciiDigit(scanner.Current)) pick = new IndexPick(offset, scanner.TakeInteger("The number"));
        else pick = new FilterPick(offset, readFilter());
        return scanner.Take("]")
            ? pick
            : scanner.Fail(scanner.Position, "']' is missing.", "Write OBX[1], OBX[last], OBX[*] or OBX[.3.1='29463-7'].", pick);
    }

    private static LiteralExpression Nothing(int offset) => new(offset, MapType.Nothing, MapValue.Absent);
}
