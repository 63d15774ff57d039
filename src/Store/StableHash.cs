namespace CloudPacs.Store;

/// <summary>
/// A 64-bit hash of text or bytes that is the same in every process and on every node (FNV-1a with a final mix); not for security.
/// </summary>
public static class StableHash
{
    private const ulong Start = 14695981039346656037UL, Prime = 1099511628211UL;

    public static ulong Of(string text)
    {
        var hash = Start;
        foreach (var unit in text)
        {
            hash = (hash ^ (byte)unit) * Prime;
            hash = (hash ^ (byte)(unit >> 8)) * Prime;
        }

        return Mix(hash);
    }

    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        var hash = Start;
        foreach (var one in bytes) hash = (hash ^ one) * Prime;
        return Mix(hash);
    }

    private static ulong Mix(ulong hash)
    {
        // FNV leaves the low bits weak; lanes are taken from them.
        hash ^= hash >> 32;
        hash *= 0xD6E8FEB86659FD93UL;
        return hash ^ (hash >> 32);
    }
}
