using System.Collections.Frozen;
using CloudPacs.Store.Reports;

namespace CloudPacs.Translation;

/// <summary>The events of result and document messages (HL7 v2.5.1 7.3.1 and 9.6).</summary>
internal static class ReportEventTable
{
    /// <summary>
    /// Original, state, addendum, edit, replacement and cancel of a document, each without and with its content; results unasked, which old
    /// senders name by no event.
    /// </summary>
    private static readonly FrozenSet<string> Applied =
        FrozenSet.Create(StringComparer.Ordinal, "", "R01", "T01", "T02", "T03", "T04", "T05", "T06", "T07", "T08", "T09", "T10", "T11");

    /// <summary>Those of documents whose content comes with them (9.6.2, 9.6.4 …): OBX is required.</summary>
    private static readonly FrozenSet<string> WithContent = FrozenSet.Create(StringComparer.Ordinal, "T02", "T04", "T06", "T08", "T10");

    private static readonly FrozenDictionary<string, ReportRelation> Relations = new Dictionary<string, ReportRelation>
    {
        ["addendum"] = ReportRelation.Addendum, ["replacement"] = ReportRelation.Replacement,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static bool IsApplied(string @event) => Applied.Contains(@event);

    public static bool BringsContent(string @event) => WithContent.Contains(@event);

    /// <summary>The relation of the word that maps use.</summary>
    public static ReportRelation RelationOf(string? word) => word is null ? ReportRelation.None : Relations.GetValueOrDefault(word);
}
