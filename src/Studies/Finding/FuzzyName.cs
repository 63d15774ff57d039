using CloudPacs.Dicom;
using CloudPacs.Dicom.Matching;

namespace CloudPacs.Studies.Finding;

/// <summary>
/// A name that is found also when each word of the key begins a word of it, in any order, case and accents folded: what people type into
/// one field of a viewer. Which names are alike is left to the server (PS3.18 8.3.4.2); whatever matches literally stays a match.
/// </summary>
internal sealed class FuzzyName : KeyCondition
{
    private const string Delimiters = "^= ,";
    private readonly KeyCondition _literal;
    private readonly string[] _words;

    private FuzzyName(KeyCondition literal, string[] words) : base(literal.Tag, "fuzzy matching of names, PS3.18 8.3.4.2") =>
        (_literal, _words) = (literal, words);

    /// <param name="literal">The same key as it stands.</param>
    /// <param name="key">Its value.</param>
    public static KeyCondition Of(KeyCondition literal, string key) =>
        literal.Fault is null && WordsOf(key) is { Length: > 0 } words ? new FuzzyName(literal, words) : literal;

    public override bool Matches(DataSet level) => _literal.Matches(level) || level.GetStrings(Tag).Any(IsAlike);

    private bool IsAlike(string name)
    {
        var words = WordsOf(name);
        return _words.All(word => words.Any(one => Wildcard.Matches(word + "*", one)));
    }

    private static string[] WordsOf(string name) => Array.FindAll(
        Array.ConvertAll(name.Split([.. Delimiters], StringSplitOptions.RemoveEmptyEntries), NameKey.Fold), static word => word.Length > 0);
}
