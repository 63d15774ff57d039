namespace CloudPacs.EndToEnd.Tests.Querying;

/// <summary>Where Orthanc answers otherwise, and the section by which that is so.</summary>
internal static class StudyDifferences
{
    private const string Case = "it ignores case; matching of other than PN is sensitive to it (C.2.2.2.1)";
    private const string Described = "it heeds case; here descriptions are searched without it, which finds more than C.2.2.2.1 asks for: the conformance statement says so";
    private const string Groups = "it compares the three groups as one text; component groups are matched each (C.2.2.2.1, PS3.5 6.2.1)";
    private const string Accents = "it does not ignore accents; an SCP may for PN, and should say so (C.2.2.2.1): the conformance statement does";
    private const string Encoding = "it does not decode what a URI must encode: blanks, percent signs, letters beyond ASCII (RFC 3986 2.1)";
    private const string Unknown = "it finds studies without a value; what is unknown matches only a universal key (C.2.2.2.3)";
    private const string Refused = "it finds nothing; that a key can match nothing is told here, by A900 (C.4.1.1.4) or 400 (PS3.18 8.3.4)";
    private const string Sequence = "it does not match it; an SCP need not match an optional key (C.2.2.1.3), whose result is then of little use";
    private const string Combined = "it compares date and time each on its own; over HTTP they are one period (PS3.18 8.3.4.1.1)";
    private const string Fuzzy = "it does not know the parameter, which is optional (PS3.18 8.3.4.2)";

    private static readonly (string Rule, QueryDoor? Door, string Why)[] Known =
    [
        ("C.2.2.2.1 case counts in SH", QueryDoor.Web, Case),
        ("C.2.2.2.1 case counts in a patient id", QueryDoor.Web, Case),
        ("C.2.2.2.1 case is ignored in a description", QueryDoor.StudyRoot, Described),
        ("C.2.2.2.4 wild card with case", QueryDoor.Web, Case),
        ("C.2.2.2.4 wild card in an accession number", QueryDoor.Web, Case),
        ("C.2.2.2.4 case is ignored in a description with a wild card", QueryDoor.StudyRoot, Described),
        ("C.4.1.3.2.1 relational: series by dates and description", QueryDoor.StudyRoot, Described),
        ("C.2.2.2.1 sex in the wrong case", QueryDoor.StudyRoot, Refused),
        ("C.2.2.2.1 sex in the wrong case", QueryDoor.Web, "it ignores case; small letters are no value of CS (PS3.5 6.2), which is told by 400"),
        ("C.3.4 modality in the wrong case", QueryDoor.Web, "it ignores case; small letters are no value of CS (PS3.5 6.2), which is told by 400"),
        ("C.2.2.2.1 a description with letters that patterns of databases use", QueryDoor.Web, Encoding),
        ("C.2.2.2.1 a description with an umlaut", QueryDoor.Web, Encoding),
        ("C.2.2.2.4 % is a letter", QueryDoor.Web, Encoding),
        ("C.2.2.2.4 brackets are letters", QueryDoor.Web, Encoding),
        ("C.2.2.2.1 PN trailing delimiters", null, "it takes the delimiter as a letter; trailing ones have no meaning (PS3.5 6.2.1.1)"),
        ("C.2.2.2.1 PN accents may be ignored", null, Accents),
        ("C.2.2.2.1 PN accents in the key", QueryDoor.Web, Encoding),
        ("C.2.2.2.4 accents are folded in PN wild cards", null, Accents),
        ("C.2.2.2.4 ? counts characters, not bytes", null, "it counts bytes; a wild card stands for a character (C.2.2.2.4)"),
        ("C.2.2.2 name, modality and dates", null, Accents),
        ("C.2.2.2.1 PN ideographic group by a key without =", null, Groups),
        ("C.2.2.2.1 PN phonetic group by a key without =", null, Groups),
        ("C.2.2.2.1 PN groups compared each", null, Groups),
        ("C.2.2.2.1 PN a name in another script", QueryDoor.Web, Encoding),
        ("C.2.2.2.4 * in an ideographic name", null, Groups),
        ("C.2.2.2.1 PN a letter that has no unmarked form", null, "here a name is also found as stations see it whose character set lacks a letter; an SCP may for PN (C.2.2.2.1)"),
        ("C.2.2.2.5 dates to", null, Unknown),
        ("C.2.2.2.5 times to", null, Unknown),
        ("C.2.2.2.5 times turned round do not cross midnight", null, Refused),
        ("C.2.2.2.5 dates turned round", null, Refused),
        ("C.2.2.2.1 no date", null, Refused),
        ("PS3.18 8.3.4.1 no date", null, Refused),
        ("C.2.2.2.1 no time", null, Refused),
        ("C.2.2.2.1 a list has no meaning outside UI", QueryDoor.StudyRoot, "it takes a list as any of them; only UIDs have that meaning unless more was agreed on (C.2.2.2.2)"),
        ("C.2.2.2.1 a list has no meaning outside UI", QueryDoor.Web, "a comma separates UIDs (PS3.18 8.3.4.1.1), and the two together are too long for SH (PS3.5 6.2), which is told by 400"),
        ("PS3.18 8.3.4.1.1 UIDs with a backslash, as a viewer sends them", null, "it takes commas, which is the form of PS3.18 8.3.4.1.1; here both are understood"),
        ("C.2.2.2.6 a code of the procedure", null, Sequence),
        ("C.2.2.2.6 code and scheme of one item", null, Sequence),
        ("C.2.2.2.6 no such code", null, Sequence),
        ("C.2.2.2.6 series by the step that was asked for", QueryDoor.StudyRoot, Sequence),
        ("C.2.2.2.6 series by the procedure that was asked for", QueryDoor.StudyRoot, Sequence),
        ("C.2.2.2.6 series by the step that was asked for", QueryDoor.Web, "it does not match it; PS3.18 table 10.6.1-5 requires this key"),
        ("C.2.2.2.6 series by the procedure that was asked for", QueryDoor.Web, "it does not match it; PS3.18 table 10.6.1-5 requires this key"),
        ("C.2.2.2.5 a range of dates and one of times", QueryDoor.Web, Combined),
        ("PS3.18 8.3.4.1.1 date and time of series are one period", null, Combined),
        ("PS3.18 8.3.4.1.1 date and time are one period", null, Combined),
        ("PS3.18 8.3.4.1.1 a period over midnight", null, Combined),
        ("PS3.18 8.3.4.1.1 date and time of the keys are in another zone", null, "it compares the offset as a key of its own; it is that of the keys (PS3.18 8.3.4.1.1)"),
        ("PS3.18 8.3.4.1.1 the day of the key is in another zone", null, "it compares the offset as a key of its own; it is that of the keys (PS3.18 8.3.4.1.1)"),
        ("C.4.1.1.3.1 the timezone of the query is no key", null, "it compares the offset as a key of its own; it is that of the keys (C.4.1.1.3.1)"),
        ("C.4.1.2.1 images by number with a leading zero: an IS compares by its meaning", null, "it compares the text; IS is a number (PS3.5 6.2)"),
        ("C.2.2.2.1 one day in the old form", null, "it does not read the form of ACR-NEMA, which should be accepted (PS3.5 6.2, DA, note)"),
        ("C.3.2 the level of patients is none of Study Root", null, "it answers; Study Root has the levels study, series and image (C.6.2.1)"),
        ("C.4.1.2.1 series of everything: the unique keys above are missing", null, "it answers; a query without relational negotiation names the unique keys above its level (C.4.1.2.1)"),
        ("C.2.2.1.3 an optional key that no image has a value of is not matched, or matches nothing", null, "it matches the key, here it is not supported, and the answer says so by FF01 (C.2.2.1.3, C.4.1.1.4)"),
        ("PS3.18 8.3.4.2 fuzzy: the beginning of a family name", null, Fuzzy),
        ("PS3.18 8.3.4.2 fuzzy: a given name", null, Fuzzy),
        ("PS3.18 8.3.4.2 fuzzy: names in the order of speech", null, Fuzzy),
        ("PS3.18 8.3.4.3 an attribute without a value", null, "it does not know the parameter, which is optional (PS3.18 8.3.4.3)"),
        ("PS3.18 8.3.4.1 an attribute that does not exist", null, "it ignores what is no attribute and returns everything; a key that cannot be read is told by 400 (PS3.18 8.3.4)"),
    ];

    /// <returns>Null when both are to answer the same.</returns>
    public static string? Of(StudyQueryCase query) =>
        Known.Where(known => known.Rule == query.Rule && (known.Door ?? query.Door) == query.Door).Select(static known => known.Why).FirstOrDefault()
        // Of what a study says some values have blanks, and letters beyond ASCII.
        ?? (query.Door == QueryDoor.Web && query.Rule.StartsWith("C.2.2.2.1 what study ", StringComparison.Ordinal) && query.Keys.Any(static letter => letter is ' ' or > '~') ? Encoding : null);
}
