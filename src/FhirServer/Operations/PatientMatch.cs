namespace CloudPacs.FhirServer.Operations;

/// <summary>How well a patient of the server fits one that is described.</summary>
/// <param name="Score">From 0 to 1.</param>
/// <param name="Grade">Code of value set match-grade.</param>
internal sealed record PatientMatch(decimal Score, string Grade)
{
    private const decimal Probable = 0.5m, Possible = 0.25m;

    /// <summary>
    /// Points for what agrees and against what does not. Certain is who has an identifier of the same system, and neither another name nor
    /// another birth date: what is the same by name and birth date alone may be two persons.
    /// </summary>
    public static PatientMatch Of(PatientTraits wanted, PatientTraits known)
    {
        var hasIdentifier = wanted.Identifiers.Any(one => one.System.Length > 0 && known.Identifiers.Contains(one));
        var hasValue = wanted.Identifiers.Any(
            one => one.System.Length == 0 && known.Identifiers.Any(other => other.Value == one.Value));
        var family = Agreement(wanted.Families, known.Families);
        var given = Agreement(wanted.Givens, known.Givens);
        var birth = BirthDates(wanted.BirthDate, known.BirthDate);
        var score = (hasIdentifier ? 0.5m : hasValue ? 0.25m : 0)
            + (family switch { true => 0.15m, false => -0.15m, null => 0 })
            + (given switch { true => 0.15m, false => -0.1m, null => 0 })
            + birth
            + (wanted.Gender is null || known.Gender is null || known.Gender == "unknown" || wanted.Gender == "unknown" ? 0
                : wanted.Gender == known.Gender ? 0.05m : -0.1m)
            + (Agreement(wanted.Contacts, known.Contacts) == true ? 0.1m : 0)
            + (Agreement(wanted.PostalCodes, known.PostalCodes) == true ? 0.05m : 0);
        score = Math.Clamp(score, 0, 1);
        if (hasIdentifier && family != false && birth >= 0) return new PatientMatch(0.9m + (score / 10), "certain");
        score = Math.Min(score, 0.89m);
        return new PatientMatch(score, score >= Probable ? "probable" : score >= Possible ? "possible" : "certainly-not");
    }

    private static bool? Agreement(IReadOnlyList<string> wanted, IReadOnlyList<string> known) =>
        wanted.Count == 0 || known.Count == 0 ? null : wanted.Any(known.Contains);

    private static decimal BirthDates(string? wanted, string? known)
    {
        if (wanted is null || known is null) return 0;
        if (wanted == known) return 0.25m;
        // One that is less exact, or a day and a month that changed places, or one digit of another.
        var length = Math.Min(wanted.Length, known.Length);
        if (length < 10) return wanted.AsSpan(0, length).SequenceEqual(known.AsSpan(0, length)) ? 0.1m : -0.25m;
        var isSwapped = wanted[..4] == known[..4] && wanted[5..7] == known[8..] && wanted[8..] == known[5..7];
        var different = wanted.Zip(known).Count(static pair => pair.First != pair.Second);
        return isSwapped || different == 1 ? 0.1m : -0.25m;
    }
}
