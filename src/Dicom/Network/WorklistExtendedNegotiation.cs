namespace CloudPacs.Dicom.Network;

/// <summary>
/// SOP class extended negotiation of the modality worklist (PS3.4 K.5.1.1.1): two reserved bytes of 1, fuzzy name matching, and optionally
/// timezone query adjustment.
/// </summary>
public static class WorklistExtendedNegotiation
{
    private const int FuzzyNames = 2;
    private const int Timezone = 3;

    /// <summary>
    /// The answer to what a requestor proposes, as long as the proposal; null when that is shorter than the standard allows.
    /// </summary>
    public static byte[]? Answer(ReadOnlySpan<byte> requested, bool supportsFuzzyNames, bool supportsTimezone)
    {
        if (requested.Length <= FuzzyNames) return null;
        var fuzzy = (byte)(supportsFuzzyNames && requested[FuzzyNames] == 1 ? 1 : 0);
        if (requested.Length <= Timezone) return [1, 1, fuzzy];
        return [1, 1, fuzzy, (byte)(supportsTimezone && requested[Timezone] == 1 ? 1 : 0)];
    }

    /// <summary>Whether fuzzy name matching was agreed on.</summary>
    public static bool HasFuzzyNames(ReadOnlySpan<byte> agreed) => agreed.Length > FuzzyNames && agreed[FuzzyNames] == 1;

    /// <summary>Whether timezone query adjustment was agreed on.</summary>
    public static bool HasTimezone(ReadOnlySpan<byte> agreed) => agreed.Length > Timezone && agreed[Timezone] == 1;
}
