namespace CloudPacs.Store.Reports;

/// <summary>By which number a report is known; the weaker ones only together with what was examined.</summary>
public enum ReportNumberKind : short
{
    /// <summary>Number that its author gave the result (HL7 OBR-3).</summary>
    Filler = 0,

    /// <summary>Number of a document (HL7 TXA-12).</summary>
    Document = 1,
    Accession = 2,
    Placer = 3,
}
