namespace CloudPacs.Domain.Studies;

/// <summary>Why what is in quarantine stays there.</summary>
internal static class QuarantineProblems
{
    public static Problem Unknown() => Error("QUA-001", "There is no such instance in quarantine.");

    public static Problem Decided() => Error("QUA-002", "It was released or dropped before: nothing was changed.");

    public static Problem StillRefused(Problem? why) => Error(
        "QUA-003",
        $"It cannot be released as it is: {why?.Text.TrimEnd('.') ?? "it is refused"} ({why?.Code}). Replace what is stored where that is "
            + "possible, put the stored study right first, or drop it.");

    private static Problem Error(string code, string text) => new(code, Severity.Error, null, Field.Whole, text);
}
