using CloudPacs.Dicom;

namespace CloudPacs.Domain.Orders;

/// <summary>
/// Body site and side of a step, which stand below the code of its protocol (PS3.4 table K.6-1, Protocol Context Sequence): a site
/// that is said alone leaves the code, and a code that is said again leaves the site.
/// </summary>
internal static class ProtocolSites
{
    private static readonly Tag Codes = Tags.ScheduledProtocolCodeSequence;

    /// <summary>What is said without codes that say only where: those are put in by <see cref="Put"/>.</summary>
    public static DataSet WithoutBare(DataSet news)
    {
        var items = news.GetItems(Codes);
        if (items.All(HasCode)) return news;
        var rest = news.Copy();
        if (items.Any(HasCode)) rest.SetSequence(Codes, [.. items.Where(HasCode)]);
        else rest.Remove(Codes);
        return rest;
    }

    /// <summary>Puts the sites that are said, and those that are stored for codes that stay, below the codes of a step.</summary>
    /// <param name="stored">What is stored.</param>
    /// <param name="news">What is said.</param>
    /// <param name="whole">What the step is to be.</param>
    public static void Put(DataSet stored, DataSet news, DataSet whole)
    {
        var said = news.GetItems(Codes);
        if (said.Count == 0) return;
        var former = stored.GetItems(Codes);
        List<DataSet> items = [.. (whole.Contains(Codes) ? whole.GetItems(Codes) : former).Select(static item => item.Copy())];
        foreach (var item in items)
        {
            if (SourceOf(said, item) is { } site) CopyTo(item, site);
            else if (former.FirstOrDefault(known => IsSame(known, item)) is { } known) CopyTo(item, known);
        }

        if (items.Count > 0) whole.SetSequence(Codes, [.. items]);
    }

    private static DataSet? SourceOf(IReadOnlyList<DataSet> said, DataSet item) => said.FirstOrDefault(other =>
        other.Contains(Tags.ProtocolContextSequence) && (!HasCode(other) || IsSame(other, item)));

    private static void CopyTo(DataSet item, DataSet site)
    {
        if (!site.TryGet(Tags.ProtocolContextSequence, out var context)) return;
        if (context.IsEmpty) item.Remove(Tags.ProtocolContextSequence);
        else item.Add(context);
    }

    private static bool HasCode(DataSet item) => CodeOf(item) is not null;

    private static string? CodeOf(DataSet item) =>
        item.GetString(Tags.CodeValue) ?? item.GetString(Tags.LongCodeValue) ?? item.GetString(Tags.UrnCodeValue);

    private static bool IsSame(DataSet one, DataSet other) => CodeOf(one) == CodeOf(other)
        && one.GetString(Tags.CodingSchemeDesignator) == other.GetString(Tags.CodingSchemeDesignator);
}
