using CloudPacs.Dicom;
using CloudPacs.Dicom.Matching;

namespace CloudPacs.DicomWeb.Search;

/// <summary>
/// Attributes of the levels of a search: what can be a key, and what is returned without being asked for. One table for searches over HTTP
/// and for C-FIND.
/// </summary>
public static partial class SearchAttributes
{
    /// <summary>Keys of several levels together.</summary>
    public static ISupportedKeys Keys(IEnumerable<SearchLevel> levels)
    {
        ArgumentNullException.ThrowIfNull(levels);
        return new KeySet([.. levels.SelectMany(static level => Matched[level])]);
    }

    /// <summary>What results have without being asked for (PS3.18 tables 10.6.3-3 to 10.6.3-5), in order of tags.</summary>
    public static IReadOnlyList<Tag> Returned(SearchLevel level) => Usual[level];

    /// <summary>The level that an attribute describes; null when it is none of the tables, so that only what is stored can tell.</summary>
    public static SearchLevel? LevelOf(Tag attribute)
    {
        foreach (var (level, tags) in Usual)
            if (!OfEveryLevel.Contains(attribute) && (tags.Contains(attribute) || Matched[level].Contains(attribute))) return level;
        return null;
    }

    /// <summary>Dates and times that are one period when both are keys of a search over HTTP (PS3.18 8.3.4.1.1).</summary>
    public static IReadOnlyList<(Tag Date, Tag Time)> Moments { get; } =
    [
        (Tags.StudyDate, Tags.StudyTime), (Tags.SeriesDate, Tags.SeriesTime), (Tags.ContentDate, Tags.ContentTime),
        (Tags.PerformedProcedureStepStartDate, Tags.PerformedProcedureStepStartTime),
    ];

    /// <summary>Results of an answer at most.</summary>
    /// <param name="asked">The <c>limit</c> of the caller; null when there is none.</param>
    public static int LimitOf(SearchLevel level, int? asked) => Math.Min(asked ?? Sizes[level].Usual, Sizes[level].Most);

    private sealed class KeySet(HashSet<Tag> tags) : ISupportedKeys
    {
        public bool Include(Tag tag) => tags.Contains(tag);

        public ISupportedKeys In(Tag sequence) => Items.TryGetValue(sequence, out var inner) ? new KeySet([.. inner]) : new KeySet([]);
    }
}
