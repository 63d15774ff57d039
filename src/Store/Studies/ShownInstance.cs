namespace CloudPacs.Store.Studies;

/// <summary>What a list of the instances of a study says of each.</summary>
/// <param name="SeriesInstanceUid">Its series.</param>
/// <param name="SopInstanceUid">Its UID.</param>
/// <param name="SopClassUid">What it is.</param>
/// <param name="Number">Its number; null for none.</param>
/// <param name="Attributes">Attributes of the instance.</param>
public sealed record ShownInstance(
    string SeriesInstanceUid, string SopInstanceUid, string SopClassUid, int? Number, StoredAttributes Attributes);
