using System.Security.Cryptography;
using System.Text;
using CloudPacs.DicomWeb.Negotiation;

namespace CloudPacs.DicomWeb.Retrieving;

/// <summary>Strong entity tags (RFC 9110 8.8.3): another one for each version and each form of a resource.</summary>
public static class EntityTag
{
    /// <param name="version">What changes with the content and with each correction of it: a digest, a version number.</param>
    /// <param name="form">As what it is answered.</param>
    /// <param name="details">What else makes the bytes differ: frame numbers, parameters of rendering; null for nothing.</param>
    public static string Of(string version, Representation form, string? details = null)
    {
        ArgumentNullException.ThrowIfNull(form);
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{version}\n{form}\n{details}"));
        return $"\"{Convert.ToHexStringLower(digest.AsSpan(0, 16))}\"";
    }

    /// <summary>Whether an If-None-Match header names the tag, compared weakly (RFC 9110 13.1.2): a proxy may have made it weak.</summary>
    public static bool IsIn(string? ifNoneMatch, string entityTag)
    {
        ArgumentNullException.ThrowIfNull(entityTag);
        var rest = (ifNoneMatch ?? "").AsSpan().Trim();
        if (rest.SequenceEqual("*")) return true;
        while (!rest.IsEmpty)
        {
            if (rest.StartsWith("W/")) rest = rest[2..];
            var end = rest[0] == '"' ? rest[1..].IndexOf('"') : -1;
            // Some send a tag without its quotation marks.
            var length = end >= 0 ? end + 2 : rest.IndexOf(',') is var comma and >= 0 ? comma : rest.Length;
            var tag = rest[..length].Trim();
            if (tag.SequenceEqual(entityTag) || tag.SequenceEqual(entityTag.AsSpan().Trim('"'))) return true;
            rest = rest[length..].TrimStart(" \t,");
        }

        return false;
    }
}
