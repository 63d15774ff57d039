using System.Globalization;
using CloudPacs.Dicom;

namespace CloudPacs.DicomWeb.Storing;

/// <summary>The answer to a store request (PS3.18 10.5.3, annex I.2): a data set that tells of every instance, and the status.</summary>
public static class StoreResponse
{
    private const int MaxCommentCharacters = 64, MostComments = 3;
    private static readonly Tag OtherFailuresSequence = new(0x0008, 0x119A);

    /// <summary>Sequences without an item are left out: some clients read the first item of each.</summary>
    /// <param name="outcomes">In the order of the request.</param>
    /// <param name="addresses">Where what is stored is had from.</param>
    public static DataSet Create(IReadOnlyList<StoreOutcome> outcomes, ResourceAddress addresses)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        List<DataSet> stored = [], failed = [], others = [];
        var studies = new HashSet<string>(StringComparer.Ordinal);
        foreach (var outcome in outcomes)
        {
            if (outcome.Failure is null)
            {
                stored.Add(Stored(outcome, addresses));
                if (outcome.StudyInstanceUid is { } study) studies.Add(study);
            }
            else if (outcome.SopInstanceUid is null) others.Add(Reason(new DataSet(), outcome));
            else failed.Add(Reason(Reference(outcome), outcome));
        }

        var response = new DataSet();
        // One address cannot stand for several studies; each instance has its own.
        if (studies.Count == 1) response.Set(Tags.RetrieveUrl, addresses.Study(studies.First()));
        if (failed.Count > 0) response.SetSequence(Tags.FailedSopSequence, [.. failed]);
        if (stored.Count > 0) response.SetSequence(Tags.ReferencedSopSequence, [.. stored]);
        if (others.Count > 0) response.SetSequence(OtherFailuresSequence, [.. others]);
        return response;
    }

    /// <summary>The same in short for a Warning header (PS3.18 8.3.4); null when all is stored without reservations.</summary>
    public static string? WarningOf(IReadOnlyList<StoreOutcome> outcomes)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        var refused = outcomes.Where(static outcome => outcome.Failure is not null).ToList();
        var told = outcomes.Where(static outcome => outcome is { Failure: null, Warning: not null }).ToList();
        if (refused.Count + told.Count == 0) return null;
        var words = refused.Select(CommentOf)
            .Concat(told.Select(static outcome => StoreReasons.Text(outcome.Warning!.Value))).Distinct().ToList();
        return $"Of {outcomes.Count} parts or instances {refused.Count} are not stored, {told.Count} with reservations: "
            + string.Join(" / ", words.Take(MostComments)) + (words.Count > MostComments ? " / ..." : "");
    }

    /// <summary>The status (PS3.18 table 10.5.3-1).</summary>
    /// <param name="outcomes">Of parts that were read to their end.</param>
    /// <param name="isBroken">The body broke off or could not be cut into parts.</param>
    /// <param name="isTooLarge">The body, or a part of it, is longer than is taken.</param>
    public static int StatusOf(IReadOnlyList<StoreOutcome> outcomes, bool isBroken = false, bool isTooLarge = false)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        var stored = outcomes.Count(static outcome => outcome.Failure is null);
        if (stored > 0)
        {
            var isWhole = stored == outcomes.Count && !isBroken && !isTooLarge;
            return isWhole && outcomes.All(static outcome => outcome.Warning is null) ? 200 : 202;
        }

        if (isTooLarge) return 413;
        if (outcomes.Count == 0) return 400;
        if (outcomes.All(static outcome => outcome.IsUnsupported)) return 415;
        if (outcomes.All(static outcome => StoreReasons.IsForNow(outcome.Failure!.Value))) return 503;
        // Nothing at all could be read as an instance: it is the body that is wrong.
        return isBroken || outcomes.All(static outcome => outcome is { SopInstanceUid: null, Failure: StoreReasons.CannotUnderstand })
            ? 400
            : 409;
    }

    private static DataSet Stored(StoreOutcome outcome, ResourceAddress addresses)
    {
        var item = Reference(outcome);
        if (outcome is { StudyInstanceUid: { } study, SeriesInstanceUid: { } series, SopInstanceUid: { } instance })
            item.Set(Tags.RetrieveUrl, addresses.Instance(study, series, instance));
        if (outcome.Warning is { } warning) item.Set(Tags.WarningReason, warning.ToString(CultureInfo.InvariantCulture));
        if (outcome.Originals is { } originals) item.SetSequence(Tags.OriginalAttributesSequence, originals);
        return item;
    }

    private static DataSet Reference(StoreOutcome outcome) => new DataSet()
        .Set(Tags.ReferencedSopClassUid, outcome.SopClassUid ?? "")
        .Set(Tags.ReferencedSopInstanceUid, outcome.SopInstanceUid ?? "");

    private static DataSet Reason(DataSet item, StoreOutcome outcome) => item
        .Set(Tags.FailureReason, outcome.Failure!.Value.ToString(CultureInfo.InvariantCulture))
        .Set(Tags.ErrorComment, CommentOf(outcome));

    /// <summary>What one value of LO can hold.</summary>
    private static string CommentOf(StoreOutcome outcome)
    {
        var text = outcome.Comment ?? StoreReasons.Text(outcome.Failure!.Value);
        var plain = string.Concat(text.Select(static letter => letter is '\\' || char.IsControl(letter) ? ' ' : letter));
        return plain.Length <= MaxCommentCharacters ? plain : plain[..(MaxCommentCharacters - 3)] + "...";
    }
}
