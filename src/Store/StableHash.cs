namespace CloudPacs.Store;

/// <summary>
/// A 64-bit hash of text that is the same in every process and on every node (FNV-1a with a final mix); not for security.
/// </summary>
public static class StableHash
{
    public static ulong Of(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var unit in text)
        {
            hash = (hash ^ (byte)unit) * 1099511628211UL;
            hash = (hash ^ (byte)(unit >> 8)) * 1099511628211UL;
        }

        // FNV leaves the low bits weak; lanes are taken from them.
        hash ^= hash >> 32;
        hash *= 0xD6E8FEB86659FD93UL;
        return hash ^ (hash >> 32);
    }
}
