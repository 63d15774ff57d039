namespace CloudPacs.Dicom;

/// <summary>One row of the UID registry (PS3.6 annex A).</summary>
/// <param name="Uid">The UID.</param>
/// <param name="Keyword">Its keyword, may be empty.</param>
/// <param name="Type">Such as SOP Class or Transfer Syntax.</param>
/// <param name="Name">Name in words.</param>
/// <param name="IsRetired">No longer in the standard.</param>
public sealed record UidEntry(string Uid, string Keyword, string Type, string Name, bool IsRetired);
