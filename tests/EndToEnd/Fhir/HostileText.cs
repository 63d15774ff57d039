using System.Text;

namespace CloudPacs.EndToEnd.Tests.Fhir;

/// <summary>Values that break what reads them without care.</summary>
internal sealed class HostileText(Random random)
{
    public static readonly string[] Values =
    [
        "", " ", ",", ",,,", "|", "||", "|||", "$", "$$", "\\", "\\\\", "a\\", "\\,", "\\n", "'", "' OR 1=1 --", "'; DROP TABLE fhir_resource; --", "\"", "`", "%", "_", "%%", "*", "?", "null",
        "NaN", "Infinity", "-Infinity", "1e999", "-1e999", "1e-999", "1e308", "1e400000000", "1e-400000000", "0e0", "-0", "+1", ".5", "5.", "0x10", "1,000", "99999999999999999999", "2147483648", "-9223372036854775809",
        "0.00000000000000000000000000000000000000000001", "79228162514264337593543950336", "0000", "0001", "0001-01-01", "9999", "9999-12-31", "9999-12-31T23:59:59.999+14:00", "0001-01-01T00:00:00-14:00",
        "10000-01-01", "2026-13", "2026-02-30", "2026-02-29T10:00", "2026-01-01T25:00:00Z", "2026-06-30T23:59:60Z", "2026-01-01T10:00:00.123456789123456Z", "2026-01-01T10:00:00+99:99", "2026-W01", "24:00:00",
        "true", "TRUE", "İstanbul", "ß", "ﬃ", "e\u0301\u0301\u0301", "\u202Eabc", "\u200B", "\uFEFF", "\uFFFF", "\uFFFE", "\uFFFD", "\u0001", "\u007F", "\u0085", "\u2028", "🏥👩‍⚕️", "𐀀", "\0", "a\0b",
        "http://", "http://[", "http://a/b|1", "urn:uuid:", "urn:uuid:c757873d-ec9a-4326-a141-556f43239520", "urn:oid:1..2", "Patient/", "/", "//", "..", "../..", "Patient/1/_history/2", "Patient/1/2/3/4", "Patient?name=x",
        "#", "#x", "Nobody/1", "http://loinc.org|", "http://loinc.org|8480-6", "|8480-6", "a|b|c|d", "8480-6$gt100", "8480-6$", "$gt5", "5|http://unitsofmeasure.org|mg", "5||", "5|||", "|5", "5|a\\|b|c", "data:,x",
        "<script>", "<div xmlns=\"http://www.w3.org/1999/xhtml\">", "&amp;", "]]>", "${jndi:ldap://a}", "{{7*7}}", "(((((((((((((((((((a+)+)+)+)+", "active", "revoked", "completed", "entered-in-error", "on-hold", "booked", "cancelled",
    ];

    private static readonly string[] Parts = ["a", "a,", "\\", "\\,", "|", "$", "%", "/", "(", ".", "é", "9", "0", "-", ":", "İ", "x.y.", "Patient/1,", "\u0301", "🏥"];

    public T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];

    public bool Chance(double part) => random.NextDouble() < part;

    public string Next() => random.Next(12) switch
    {
        0 => new StringBuilder().Insert(0, Pick(Parts), random.Next(1, 400)).ToString(),
        1 => Pick(Values) + Pick(Values),
        2 => string.Join(',', Enumerable.Range(0, random.Next(2, 60)).Select(_ => Pick(Values))),
        3 => new string([.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => (char)random.Next(0xD800))]),
        _ => Pick(Values),
    };
}
