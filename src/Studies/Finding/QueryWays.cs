using CloudPacs.Dicom;

namespace CloudPacs.Studies.Finding;

/// <summary>How a query is meant, beyond its keys. C-FIND without extended negotiation has none of it (PS3.4 C.5.1.1).</summary>
public sealed record QueryWays
{
    public static readonly QueryWays Plain = new();

    /// <summary>Dates and times that are one period when both are keys (PS3.18 8.3.4.1.1).</summary>
    public IReadOnlyList<(Tag Date, Tag Time)> Periods { get; init; } = [];

    /// <summary>Several values of a text mean any of them (PS3.18 8.3.4.1.1).</summary>
    public bool TakesLists { get; init; }

    /// <summary>Names are found by the beginnings of their words too (PS3.18 8.3.4.2).</summary>
    public bool IsFuzzy { get; init; }

    /// <summary>Empty elements for what a match has no value of, in items of sequences too (PS3.18 8.3.4.3).</summary>
    public DataSet WithoutValue { get; init; } = new();

    /// <summary>
    /// Offset from UTC in which dates and times of <see cref="Periods"/> are meant (PS3.18 8.3.4.1.1); null = as images say them.
    /// </summary>
    public TimeSpan? Offset { get; init; }

    /// <summary>The zone of what images say without an offset.</summary>
    public TimeZoneInfo Site { get; init; } = TimeZoneInfo.Local;
}
