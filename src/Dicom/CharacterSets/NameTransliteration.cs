using System.Text;

namespace CloudPacs.Dicom;

/// <summary>
/// Makes a PN fit a character set: the group that people read by (alphabetic) is always there in letters of the set, other groups stay only
/// if the set has them (PS3.5 6.2.1.2). A name of question marks is a danger to the patient, so a phonetic group is used before that, and
/// before readings of Han, which may be those of another language.
/// </summary>
internal static class NameTransliteration
{
    public static string Apply(string name, Func<string, bool> canEncode, Func<Rune, bool> contains, ref TextLoss loss)
    {
        var groups = name.Split('=');
        var isReadable = new bool[groups.Length];
        for (var i = 0; i < groups.Length; i++) isReadable[i] = groups[i].Length == 0 || canEncode(groups[i]);

        var needsAlphabetic = !isReadable[0] || (groups[0].Length == 0 && groups.Length > 1 && !isReadable[1]);
        if (needsAlphabetic) groups[0] = Best(groups, contains, ref loss);
        for (var i = 1; i < groups.Length; i++)
        {
            if (isReadable[i]) continue;
            groups[i] = "";
            loss += new TextLoss(0, 0, 1);
        }

        return string.Join('=', groups).TrimEnd('=');
    }

    /// <summary>
    /// The first group that can be written in letters of the set throughout, without Han if there is one; else the one with the fewest
    /// question marks.
    /// </summary>
    private static string Best(string[] groups, Func<Rune, bool> contains, ref TextLoss loss)
    {
        var best = groups.Where(static group => group.Length > 0).Select(group =>
        {
            TextLoss cost = default;
            return (Text: Transliteration.Apply(group, contains, ref cost), Loss: cost,
                HasHan: group.EnumerateRunes().Any(HanRomanization.IsHan));
        }).MinBy(static group => (group.Loss.Replaced, group.HasHan));
        loss += best.Loss;
        return best.Text;
    }
}
