using System.Collections.Frozen;
using System.Globalization;

namespace CloudPacs.Dicom.Matching;

/// <summary>How each value representation is matched (PS3.4 C.2.2.2): a table from VR to the maker of a condition.</summary>
public static class KeyRules
{
    private delegate KeyCondition? Rule(Tag tag, VR vr, IReadOnlyList<string> values);

    private static readonly FrozenDictionary<VR, Rule> Table = new Dictionary<VR, Rule>
    {
        [VR.AE] = Text, [VR.CS] = Text, [VR.LO] = Text, [VR.LT] = Text, [VR.SH] = Text,
        [VR.ST] = Text, [VR.UC] = Text, [VR.UR] = Text, [VR.UT] = Text,
        [VR.PN] = Name,
        [VR.DA] = Date, [VR.TM] = Time, [VR.DT] = DateTimeText,
        [VR.UI] = UidList,
        [VR.AS] = Exact,
        [VR.DS] = Number, [VR.IS] = Number,
    }.ToFrozenDictionary();

    /// <summary>
    /// The condition of a key, or null when it is universal (PS3.4 C.2.2.2.3), is an optional key that no entry can hold (C.2.2.1.3: it is
    /// not matched), or of a kind that is never matched: OB, OW, AT and the binary numbers. No binary number is a required matching key of
    /// a worklist, and toolkits that cannot write an empty one send 0 (dcmjs-dimse does so for Pregnancy Status in its usual query). An
    /// optional key that is not matched stays a return key (PS3.4 K.4.1.1.4).
    /// </summary>
    public static KeyCondition? For(DataElement key, ISupportedKeys supported, bool listMatching)
    {
        if (!supported.Include(key.Tag)) return null;
        if (key.VR == VR.SQ) return Sequence(key, supported.In(key.Tag), listMatching);
        if (key.IsEmpty || !Table.TryGetValue(key.VR, out var rule)) return null;
        if (rule == Text && supported.IgnoresCase(key.Tag)) rule = Words;
        return key.Values.Count > 1 && key.VR != VR.UI
            ? Several(key.Tag, key.Values, listMatching && rule == Text)
            : rule(key.Tag, key.VR, key.Values);
    }

    private static SequenceCondition? Sequence(DataElement key, ISupportedKeys supported, bool listMatching)
    {
        if (key.Items.Count == 0) return null;
        var keys = new List<KeyCondition>();
        foreach (var element in key.Items[0])
            if (For(element, supported, listMatching) is { } condition) keys.Add(condition);
        return keys.Count == 0 ? null : new SequenceCondition(key.Tag, keys);
    }

    /// <summary>
    /// No meaning in the standard: one value with a backslash can equal nothing, unless the site lets a list of texts mean "any of".
    /// </summary>
    private static ValueCondition Several(Tag tag, IReadOnlyList<string> values, bool meansAny) => meansAny
        ? new(tag, "list of values (extension, Worklist:ListMatching)", stored => values.Contains(stored, StringComparer.Ordinal))
        : new(tag, "single value matching, PS3.4 C.2.2.2.1 (several values in a key have no meaning)", static _ => false)
        {
            Fault = OneValue,
        };

    private static ValueCondition? Text(Tag tag, VR vr, IReadOnlyList<string> values)
    {
        var key = values[0];
        if (key == "*") return null;
        if (Wildcard.IsIn(key) && FindMisfit(key.Replace("*", "", StringComparison.Ordinal), vr) is { } misfit) return Never(tag, misfit);
        return Wildcard.IsIn(key)
            ? new ValueCondition(tag, "wild card matching, PS3.4 C.2.2.2.4", stored => Wildcard.Matches(key, stored))
            : Exact(tag, vr, values);
    }

    private static ValueCondition? Words(Tag tag, VR vr, IReadOnlyList<string> values) =>
        Text(tag, vr, [values[0].ToUpperInvariant()]) is { } inCapitals
            ? new(tag, $"{inCapitals.Rule}, without regard to case", stored => inCapitals.Matches(stored.ToUpperInvariant()))
            {
                Fault = inCapitals.Fault,
            }
            : null;

    private static ValueCondition Exact(Tag tag, VR vr, IReadOnlyList<string> values)
    {
        var key = values[0];
        if (VrRules.FindProblem(key, vr) is not null) return Never(tag, Misfit(key, vr));
        return new(tag, "single value matching, PS3.4 C.2.2.2.1", stored => string.Equals(stored, key, StringComparison.Ordinal));
    }

    private static ValueCondition? Name(Tag tag, VR vr, IReadOnlyList<string> values)
    {
        var folded = values[0].Split('=').Select(NameKey.Fold).ToArray();
        if (folded.All(static group => group is "" or "*")) return null;
        const string Rule = "person name matching by component group, case and accents folded, PS3.4 C.2.2.2.1 and C.2.2.2.4";
        if (FindMisfit(values[0].Replace("*", "", StringComparison.Ordinal), VR.PN) is { } misfit) return Never(tag, misfit);
        var shown = NameKey.ForShown(folded[0]);
        return folded.Length == 1
            ? new(tag, Rule, stored => NameMatches(folded[0], stored) || IsShown(shown, stored))
            : new(tag, Rule, stored => GroupsMatch(folded, shown, stored));
    }

    private static bool NameMatches(string key, string name)
    {
        foreach (var group in name.Split('='))
            if (group.Length > 0 && Wildcard.Matches(key, NameKey.Fold(group))) return true;
        return false;
    }

    private static bool GroupsMatch(string[] keys, string? shown, string name)
    {
        var groups = name.Split('=');
        for (var i = 0; i < keys.Length; i++)
        {
            if (keys[i] is "" or "*") continue;
            var stored = i < groups.Length ? NameKey.Fold(groups[i]) : "";
            if (stored.Length > 0 && Wildcard.Matches(keys[i], stored)) continue;
            if (i > 0 || !IsShown(shown, name)) return false;
        }

        return true;
    }

    /// <summary>A station asks with the name that it was shown; that form is made anew for each name, which takes time.</summary>
    private static bool IsShown(string? key, string name) =>
        key is not null && NameKey.Shown(name) is { } shown && Wildcard.Matches(key, shown);

    private static ValueCondition Date(Tag tag, VR vr, IReadOnlyList<string> values) =>
        TemporalKey.TryParseDates(values[0], out var range, out var isRange)
            ? InRange(tag, range, isRange, stored => TemporalKey.TryDate(stored, out var date) && range.Contains(date))
            : Never(tag, NoDates);

    private static ValueCondition Time(Tag tag, VR vr, IReadOnlyList<string> values) =>
        TemporalKey.TryParseTimes(values[0], out var range, out var isRange)
            ? InRange(tag, range, isRange, stored => TemporalKey.TryTime(stored, out var time) && range.Contains(time))
            : Never(tag, NoTimes);

    private static ValueCondition DateTimeText(Tag tag, VR vr, IReadOnlyList<string> values) =>
        DateTimeKey.TryParse(values[0], out var range, out var isRange)
            ? InRange(tag, range, isRange, stored => DateTimeKey.TryInstant(stored, out var time) && range.Contains(time))
            : Never(tag, "is no date and time or range of them");

    private static ValueCondition UidList(Tag tag, VR vr, IReadOnlyList<string> values)
    {
        if (!values.Any(VrRules.IsUid) || values.Any(static uid => uid.Length > 0 && !VrRules.IsUid(uid))) return Never(tag, "is no UID");
        var uids = values.ToHashSet(StringComparer.Ordinal);
        return new(tag, "list of UID matching, PS3.4 C.2.2.2.2", uids.Contains);
    }

    private static ValueCondition Number(Tag tag, VR vr, IReadOnlyList<string> values) =>
        decimal.TryParse(values[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var key)
            ? new(tag, "single value matching, PS3.4 C.2.2.2.1",
                stored => decimal.TryParse(stored, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number == key)
            : Never(tag, "is no number");

    private static ValueCondition InRange<T>(Tag tag, TemporalRange<T> range, bool isRange, Func<string, bool> test)
        where T : struct, IComparable<T> =>
        range.IsEmpty ? Never(tag, Reversed) : new(tag, isRange ? RangeRule : ByMeaning, test);

    private static ValueCondition Never(Tag tag, string fault) =>
        new(tag, $"the key {fault}, so nothing matches", static _ => false) { Fault = fault };

    /// <summary>What is wrong with a list where one value is meant.</summary>
    public const string OneValue = "takes one value, not a list";

    /// <summary>What is wrong with what stands between the wild cards; a question mark is any character.</summary>
    private static string? FindMisfit(string letters, VR vr) =>
        letters.Length > 0 && VrRules.FindProblem(letters.Replace('?', 'A'), vr) is not null ? Misfit(letters, vr) : null;

    /// <summary>Why a value that its representation cannot hold (PS3.5 table 6.2-1) equals nothing, in few words.</summary>
    public static string Misfit(string key, VR vr) =>
        VrRules.For(vr).MaxCharacters is > 0 and var most && VrRules.CountCharacters(key) > most
            ? $"is longer than {most} characters"
            : $"is no value of kind {vr}";

    internal const string Reversed = "ends before it begins";
    internal const string NoDates = "is no date or range of dates";
    internal const string NoTimes = "is no time or range of times";
    private const string RangeRule = "range matching, PS3.4 C.2.2.2.5";
    private const string ByMeaning = "single value matching by meaning, PS3.4 C.2.2.2.1";
}
