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
    /// The report that is meant. The number of a document is that of one report; results may share theirs, as those of one order do, and
    /// what was examined tells them apart. Where that is not said, the filler's number alone is enough as long as one result has it; that
    /// of an order never is.
    /// </summary>
    /// <param name="rows">Those that have the number.</param>
    /// <param name="code">Code of what was examined.</param>
    /// <param name="isShared">Several reports that came together have the number.</param>
    public ReportRow? Find(IReadOnlyList<ReportRow> rows, string? code, bool isShared)
    {
        if (Kind == ReportNumberKind.Document) return rows is [var first, ..] ? first : null;
        var same = rows.FirstOrDefault(row => row.Code == code);
        if (same is not null || Kind != ReportNumberKind.Filler || isShared || rows is not [var only]) return same;
        return code is null || only.Code is null ? only : null;
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
