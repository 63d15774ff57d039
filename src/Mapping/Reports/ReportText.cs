using System.Text;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Functions.DataTypes;

namespace CloudPacs.Mapping.Reports;

/// <summary>
/// The text of a report from its OBX segments, in message order: lines of one observation stay together, and where there are several each
/// begins with its name (HL7 v2.5.1 7.1.1, 7.4.2; suffixes such as &amp;IMP: 7.2.4). A formatted text (RTF) has its own headings and would
/// not bear ours: it is a document of its own.
/// </summary>
internal static class ReportText
{
    /// <returns>The formatted texts, then the plain one with the notes; none when nothing was said.</returns>
    public static IEnumerable<string> Of(EvalContext context, IReadOnlyList<Segment> observations, IReadOnlyList<Segment> notes)
    {
        var (formatted, parts) = Parts(context, observations);
        foreach (var document in formatted) yield return document.ToString();
        var text = new StringBuilder();
        var hasHeadings = parts.Count > 1;
        foreach (var (heading, lines) in parts)
        {
            if (text.Length > 0) text.Append("\n\n");
            if (hasHeadings && heading is not null) text.Append(heading).Append('\n');
            text.Append(lines);
        }

        foreach (var note in notes)
        {
            if (Line(note, 3) is not { } line) continue;
            if (text.Length > 0) text.Append('\n');
            text.Append(line);
        }

        if (text.Length > 0) yield return text.ToString();
    }

    private static (List<RichText> Formatted, List<(string? Heading, StringBuilder Text)> Plain) Parts(
        EvalContext context, IReadOnlyList<Segment> observations)
    {
        var formatted = new List<RichText>();
        var parts = new List<(string? Heading, StringBuilder Text)>();
        string? last = null;
        foreach (var obx in observations)
        {
            if (Line(obx, 5) is not { } line) continue;
            var name = obx.Field(3);
            var key = Encoding.Latin1.GetString(name.Raw);
            if (TakeFormatted(formatted, line) is not { } plain) continue;
            if (parts.Count == 0 || key != last) parts.Add((HeadingOf(context, name), new StringBuilder()));
            else parts[^1].Text.Append('\n');
            parts[^1].Text.Append(plain);
            last = key;
        }

        return (formatted, parts);
    }

    /// <summary>What of a line is not of a formatted text that begins in it or is still open; null when all of it is.</summary>
    private static string? TakeFormatted(List<RichText> formatted, string line)
    {
        var rest = line;
        if (formatted is [.., { IsOpen: true } open]) rest = open.Take(line);
        while (rest is not null && RichText.IsBegin(rest))
        {
            formatted.Add(new RichText());
            rest = formatted[^1].Take(rest);
        }

        return rest;
    }

    /// <summary>Repetitions are lines; a coded value is its text.</summary>
    private static string? Line(Segment segment, int field)
    {
        var value = segment.Field(field);
        var isCoded = field == 5 && segment.Field(2).Text is "CE" or "CWE" or "CNE" or "CF";
        var text = isCoded ? ElementText.Component(value, 2) ?? ElementText.Component(value, 5) ?? value.LongText : value.LongText;
        return text?.TrimEnd();
    }

    private static string? HeadingOf(EvalContext context, in Element name)
    {
        var suffix = ElementText.SubComponent(name, 1, 2);
        if (suffix is not null && context.Settings.Tables.TryGetValue("observation_suffix", out var table)
            && table.Find(suffix) is { To.Length: > 0 } row) return row.To;
        return ElementText.Component(name, 2) ?? ElementText.Component(name, 5) ?? ElementText.Component(name, 1);
    }
}
