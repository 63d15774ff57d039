namespace CloudPacs.Archive;

/// <summary>What an archive found when it was opened after a run that did not end in order.</summary>
/// <param name="Packs">Packs that were not sealed, and are now.</param>
/// <param name="Offered">Whole records that the index was asked about.</param>
/// <param name="Needed">Of them, those that it needs.</param>
/// <param name="CutBytes">Torn rests that were cut.</param>
/// <param name="Broken">Packs that cannot be read and were put aside under the ending <c>.broken</c>.</param>
public sealed record RecoveryReport(int Packs, int Offered, int Needed, long CutBytes, int Broken);
