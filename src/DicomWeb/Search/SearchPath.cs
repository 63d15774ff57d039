namespace CloudPacs.DicomWeb.Search;

/// <summary>
/// Where a search stands: <c>/studies</c>, <c>/studies/{s}/series</c>, <c>/instances</c> and so on (PS3.18 table 10.6.1-2).
/// </summary>
/// <param name="Level">What is found.</param>
/// <param name="Study">Study Instance UID of the path; null when it names none.</param>
/// <param name="Series">Series Instance UID of the path; null when it names none.</param>
public sealed record SearchPath(SearchLevel Level, string? Study = null, string? Series = null)
{
    /// <summary>The highest level whose attributes are free: it is matched, and its attributes are added to each result.</summary>
    public SearchLevel Top => Series is not null ? SearchLevel.Instance
        : Study is not null && Level != SearchLevel.Study ? SearchLevel.Series
        : SearchLevel.Study;

    /// <summary>Levels whose attributes may be keys and are returned, from the top down.</summary>
    public IEnumerable<SearchLevel> Levels => Enum.GetValues<SearchLevel>().Where(level => level >= Top && level <= Level);
}
