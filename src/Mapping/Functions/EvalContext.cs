using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Compilation;

namespace CloudPacs.Mapping.Functions;

/// <summary>What a rule and its functions can see while one message is mapped. Belongs to one run; not for several threads.</summary>
public sealed partial class EvalContext
{
    public MapSettings Settings { get; }

    public Message Message { get; }

    /// <summary>Time of receipt; the only clock that a map has, so that results repeat.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>Adds a warning of the form <c>code text</c>, such as <c>truncated 00401002 71 -> 64</c>.</summary>
    public void Warn(string code, string? text = null) => Sink.Warn(text is null ? code : $"{code} {text}");

    /// <summary>Ends the rule with an error of table 0357; the location is that of <paramref name="culprit"/>, else of the first path of the rule.</summary>
    public MapValue Fail(int code, string? text = null, MapValue culprit = default)
    {
        Failure ??= new RuleFailure(code, text, culprit);
        return MapValue.Absent;
    }

    /// <summary>Next number of a sequence; in preview and explain a placeholder such as <c>&lt;sequence:accession&gt;</c>.</summary>
    public string NextNumber(string sequence) => Sink.NextNumber(sequence);

    /// <summary>Looks a key up and counts the miss, so that the site sees which rows its table lacks; in a trace the hit is noted.</summary>
    public MapTableRow? Look(MapTable table, string key)
    {
        var row = table.Find(key);
        if (row is null) Sink.CountMiss(table.Name, key);
        Trace?.Look(table, key, row);
        return row;
    }

    /// <summary>A cell of the catalogue; null when the code or the column is not there or the cell is empty. In a trace the row is noted.</summary>
    public string? LookUp(string code, string column)
    {
        var row = Settings.Catalogue.Find(code);
        Trace?.LookUp(code, row, column);
        return row?.Cells.GetValueOrDefault(column);
    }

    /// <summary>Reads an HL7 time and settles its zone by mapping.md a.5; null when it is no time. <paramref name="zone"/> overrides the sender's zone.</summary>
    public MapTime? ReadTime(string? text, TimeZoneInfo? zone = null) => MapTimes.Read(this, text, zone);
}
