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

    /// <summary>
    /// What is said of a procedure or step, with the half that is not said and not true any more emptied. A code that is stored and said
    /// again without its text is left out: it would take the meaning of the stored one away.
    /// </summary>
    /// <param name="stored">What is stored.</param>
    /// <param name="news">What is said.</param>
    /// <param name="isHalfReplaced">Whether a half is emptied.</param>
    public static DataSet Whole(DataSet stored, DataSet news, out bool isHalfReplaced)
    {
        isHalfReplaced = false;
        var whole = news.Copy();
        foreach (var (code, text) in Pairs)
        {
            var (codes, words) = (CodesOf(stored, code), stored.GetString(text));
            if (IsAlone(news, code, text) && codes.Length > 0 && CodesOf(news, code) == codes) whole.Remove(code);
            else if (IsAlone(news, code, text) && words is not null) Empty(text, ref isHalfReplaced);
            else if (IsAlone(news, text, code) && codes.Length > 0 && news.GetString(text) != words) Empty(code, ref isHalfReplaced);
        }

        return whole;

        void Empty(Tag half, ref bool isReplaced)
        {
            whole.SetEmpty(half);
            isReplaced = true;
        }
    }

    /// <summary>Whether there is a code or a text of the procedure or of its protocol.</summary>
    public static bool IsIn(DataSet attributes) =>
        Array.Exists(Pairs, pair => attributes.GetItems(pair.Code).Count > 0 || attributes.GetString(pair.Text) is not null);

    private static bool IsAlone(DataSet news, Tag half, Tag other) =>
        news.TryGet(half, out var said) && !said.IsEmpty && !news.Contains(other);

    private static string CodesOf(DataSet dataSet, Tag sequence) => string.Join('\\', dataSet.GetItems(sequence).Select(CodeOf));

    private static string CodeOf(DataSet item) => item.GetString(Tags.CodeValue) + '^' + item.GetString(Tags.CodingSchemeDesignator);
}
