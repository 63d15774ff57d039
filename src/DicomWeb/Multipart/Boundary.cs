using System.Security.Cryptography;

namespace CloudPacs.DicomWeb.Multipart;

/// <summary>What separates parts (RFC 2046 5.1.1).</summary>
public static class Boundary
{
    /// <summary>The grammar allows 70; real clients send longer ones.</summary>
    public const int MaxCharacters = 200;

    /// <summary>
    /// A new one, of 128 random bits: nobody can have stored an instance that holds it. Letters and digits only, so that it needs no
    /// quotation marks.
    /// </summary>
    public static string Create() => "cloudpacs-" + RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>Printable ASCII, no blank at its end, not too long: more than the grammar allows, as clients send it.</summary>
    public static bool IsUsable(string boundary)
    {
        ArgumentNullException.ThrowIfNull(boundary);
        return boundary.Length is > 0 and <= MaxCharacters && !boundary.EndsWith(' ')
            && !boundary.AsSpan().ContainsAnyExceptInRange(' ', '~');
    }
}
