using CloudPacs.Dicom;

namespace CloudPacs.Domain.Performed;

/// <summary>
/// What a report must have and may say (PS3.4 table F.7.2-1). Modalities leave out much that may be empty, and much that an abandoned step
/// has none of; that is refused only where the site wants the letter of the standard.
/// </summary>
public static class PerformedChecks
{
    /// <summary>
    /// The longest data set of a step, of one report and of all together, in bytes: some 60,000 images. Attributes that nobody knows are
    /// kept too, so that without a limit reports could make a step grow for ever.
    /// </summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    /// <summary>Most attributes of a step, those in items not counted: the standard knows some 60.</summary>
    public const int MaxAttributes = 1000;

    /// <summary>Of a step that begins: the first attribute that it lacks.</summary>
    internal static AttributeProblem? AtBegin(PerformedReport report, DomainPolicy policy)
    {
        foreach (var attribute in PerformedAttributes.All)
        {
            if (Lacks(report, report.Attributes, attribute.Tag, attribute.Create, policy) is { } problem) return problem;
        }

        foreach (var item in report.Attributes.GetItems(Tags.ScheduledStepAttributesSequence))
        {
            foreach (var (tag, type) in PerformedAttributes.OfScheduledStep)
            {
                if (Lacks(report, item, tag, type, policy) is { } problem) return problem;
            }
        }

        return null;
    }

    /// <summary>What the beginning of a step lacks that it should have, perhaps without a value (type 2).</summary>
    public static IReadOnlyList<Tag> Omissions(DataSet attributes)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        var items = attributes.GetItems(Tags.ScheduledStepAttributesSequence);
        return
        [
            .. PerformedAttributes.All.Where(one => one.Create == AttributeType.Two && !attributes.Contains(one.Tag))
                .Select(static one => one.Tag),
            .. PerformedAttributes.OfScheduledStep.Where(one => items.Any(item => !item.Contains(one.Tag))).Select(static one => one.Tag),
        ];
    }

    /// <summary>Attributes that may not be changed; they are left out.</summary>
    internal static IEnumerable<AttributeProblem> NotTaken(PerformedReport report) =>
        report.Attributes.Where(static element => !IsSettable(element.Tag))
            .Select(element => AttributeProblem.NotTaken(report, element.Tag));

    /// <summary>Whether a change may say it: what only the beginning says may not, all else may.</summary>
    public static bool IsSettable(Tag tag) =>
        Array.Find(PerformedAttributes.All, attribute => attribute.Tag == tag) is not { IsSettable: false };

    /// <summary>Of a step that ends: the first attribute that it lacks.</summary>
    /// <param name="report">What is said.</param>
    /// <param name="attributes">All attributes, with what is said.</param>
    /// <param name="policy">The rules of the site.</param>
    internal static AttributeProblem? AtEnd(PerformedReport report, DataSet attributes, DomainPolicy policy)
    {
        if (!policy.ChecksPerformedStrictly) return null;
        foreach (var attribute in PerformedAttributes.All)
        {
            if (attribute.IsFinal && Lacks(report, attributes, attribute.Tag, AttributeType.One, policy) is { } problem) return problem;
        }

        foreach (var series in attributes.GetItems(Tags.PerformedSeriesSequence))
        {
            foreach (var (tag, type) in PerformedAttributes.OfSeries)
            {
                if (Lacks(report, series, tag, type, policy) is { } problem) return problem;
            }
        }

        return null;
    }

    private static AttributeProblem? Lacks(PerformedReport report, DataSet level, Tag tag, AttributeType type, DomainPolicy policy)
    {
        if (type == AttributeType.Three || (type == AttributeType.Two && !policy.ChecksPerformedStrictly)) return null;
        if (!level.TryGet(tag, out var element)) return AttributeProblem.Missing(report, tag);
        var isEmpty = element.VR == VR.SQ ? element.Items.Count == 0 : element.IsEmpty;
        return type == AttributeType.One && isEmpty ? AttributeProblem.Empty(report, tag) : null;
    }
}
