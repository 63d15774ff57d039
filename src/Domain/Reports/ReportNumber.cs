using CloudPacs.Domain.Orders;
using CloudPacs.Store;
using CloudPacs.Store.Reports;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Reports;

/// <summary>The number by which a report is known, with its authority, and the rows that have it.</summary>
/// <param name="Kind">Which of the numbers it is.</param>
/// <param name="Value">The number.</param>
internal readonly record struct ReportNumber(ReportNumberKind Kind, Identifier Value)
{
    /// <summary>That of the document, else the filler's for the result, else that of the order; null when the report has none.</summary>
    public static ReportNumber? Of(ReportDetails report, ChangeContext context)
    {
        if (report.DocumentNumber is { } document) return new(ReportNumberKind.Document, Scoped(document, context));
        if (report.FillerNumber is { } filler) return new(ReportNumberKind.Filler, Scoped(filler, context));
        if (report.AccessionNumber is { } accession)
            return new(ReportNumberKind.Accession, Authorities.Scoped(accession, context.AccessionAuthority));
        return report.PlacerNumber is { } placer ? new(ReportNumberKind.Placer, Scoped(placer, context)) : null;
    }

    public static Identifier Scoped(Identifier number, ChangeContext context) => Authorities.Scoped(number, context.OrderAuthority);

    /// <summary>The reports that have the number, in the order in which they came.</summary>
    public IReadOnlyList<ReportRow> Rows(Workspace workspace) => workspace.FindReports(Kind, Value);

    /// <summary>
    /// The report that has the number. Where several share it, as the results of one order do, what was examined tells them apart; the
    /// number of an order alone is not that of a report.
    /// </summary>
    /// <param name="workspace">The rows.</param>
    /// <param name="code">Code of what was examined.</param>
    /// <param name="isShared">Several reports that came together have the number.</param>
    public ReportRow? Find(Workspace workspace, string? code, bool isShared)
    {
        var rows = Rows(workspace);
        var isOwn = Kind is ReportNumberKind.Document || (Kind is ReportNumberKind.Filler && !isShared && rows.Count == 1);
        return rows.FirstOrDefault(row => isOwn || row.Code == code);
    }

    /// <summary>Under which keys the orders of a report are looked for.</summary>
    public static OrderKeys OrderKeysOf(ReportDetails report, ChangeContext context, Guid installation) => OrderKeys.Of(
        new OrderCommand
        {
            Request = null,
            PlacerNumber = report.PlacerNumber,
            FillerNumber = report.FillerNumber,
            AccessionNumber = report.AccessionNumber,
            StudyInstanceUid = report.StudyInstanceUid,
        },
        context,
        installation);
}
