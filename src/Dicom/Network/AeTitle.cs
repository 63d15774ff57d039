namespace CloudPacs.Dicom.Network;

/// <summary>Application entity titles (PS3.5 6.2, VR AE): compared case-sensitively after trimming spaces.</summary>
public static class AeTitle
{
    public const int MaxCharacters = 16;

    /// <summary>1 to 16 characters of ASCII without backslash and control characters, not only spaces.</summary>
    public static bool IsValid(string title)
    {
        ArgumentNullException.ThrowIfNull(title);
        return title.Length <= MaxCharacters && !string.IsNullOrWhiteSpace(title) && title.All(c => c is >= ' ' and < '\x7F' and not '\\');
    }
}
