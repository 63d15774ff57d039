namespace CloudPacs.Archive.Objects;

/// <summary>What the objects are called; each is written once.</summary>
internal static class ObjectNames
{
    public const string Packs = "packs/";

    /// <summary>Ranges of packs that are not sealed yet, which were answered for.</summary>
    public const string Parts = "parts/";

    public static string Pack(Guid pack) => $"{Packs}{pack:N}";

    public static string Key(Guid pack) => $"keys/{pack:N}";

    public static string PartsOf(Guid pack) => $"{Parts}{pack:N}/";

    /// <summary>In order by name, ranges are in order by offset.</summary>
    public static string Part(Guid pack, long offset) => $"{PartsOf(pack)}{offset:x16}";

    /// <summary>The pack that a name below one of the folders is about.</summary>
    public static Guid? PackOf(string name) =>
        name.Split('/') is [_, { Length: 32 } id, ..] && Guid.TryParseExact(id, "N", out var pack) ? pack : null;

    public static long OffsetOf(string part) =>
        long.Parse(part.AsSpan(part.LastIndexOf('/') + 1), System.Globalization.NumberStyles.HexNumber, null);
}
