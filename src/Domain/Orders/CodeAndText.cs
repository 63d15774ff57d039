using CloudPacs.Dicom;

namespace CloudPacs.Domain.Orders;

/// <summary>
/// Code and text of a procedure or a protocol describe one thing (PS3.3 C.4.11), so where a change brings another code or text alone, the
/// half that is stored describes it no longer.
/// </summary>
internal static class CodeAndText
{
    private static readonly (Tag Code, Tag Text)[] Pairs =
    [
        (Tags.RequestedProcedureCodeSequence, Tags.RequestedProcedureDescription),
        (Tags.ScheduledProtocolCodeSequence, Tags.ScheduledProcedureStepDescription),
    ];

    /// <summary>What is said of a procedure or step, with the half that is not said and not true any more emptied.</summary>
    /// <returns>The same data set when nothing is to be emptied.</returns>
    public static DataSet Whole(DataSet stored, DataSet news)
    {
        var whole = news;
        foreach (var (code, text) in Pairs)
        {
            if (IsAlone(news, code, text) && stored.GetString(text) is not null && CodesOf(news, code) != CodesOf(stored, code))
                whole = Own(whole, news).SetEmpty(text);
            if (IsAlone(news, text, code) && stored.GetItems(code).Count > 0 && news.GetString(text) != stored.GetString(text))
                whole = Own(whole, news).SetEmpty(code);
        }

        return whole;
    }

    /// <summary>
    /// What is said without the codes that are stored and said again without their text, which would else take the meaning of them away.
    /// </summary>
    public static DataSet News(DataSet stored, DataSet news)
    {
        var said = news;
        foreach (var (code, text) in Pairs)
        {
            if (IsAlone(news, code, text) && stored.GetItems(code).Count > 0 && CodesOf(news, code) == CodesOf(stored, code))
                Own(ref said, news).Remove(code);
        }

        return said;
    }

    /// <summary>Whether there is a code or a text of the procedure or of its protocol.</summary>
    public static bool IsIn(DataSet attributes) =>
        Array.Exists(Pairs, pair => attributes.GetItems(pair.Code).Count > 0 || attributes.GetString(pair.Text) is not null);

    private static bool IsAlone(DataSet news, Tag half, Tag other) =>
        news.TryGet(half, out var said) && !said.IsEmpty && !news.Contains(other);

    private static DataSet Own(ref DataSet said, DataSet news) => said = Own(said, news);

    private static DataSet Own(DataSet whole, DataSet news) => ReferenceEquals(whole, news) ? news.Copy() : whole;

    private static string CodesOf(DataSet dataSet, Tag sequence) => string.Join('\\', dataSet.GetItems(sequence).Select(CodeOf));

    private static string CodeOf(DataSet item) => item.GetString(Tags.CodeValue) + '^' + item.GetString(Tags.CodingSchemeDesignator);
}
