namespace CloudPacs.Archive.Disk;

/// <summary>The files of a pack have its id as 32 hexadecimal digits and one of these endings.</summary>
internal static class FileNames
{
    /// <summary>A pack that is written.</summary>
    public const string Open = ".open";

    /// <summary>A pack that changes no more.</summary>
    public const string Sealed = ".pack";

    /// <summary>The data key of an encrypted pack, wrapped.</summary>
    public const string Key = ".key";

    /// <summary>Records of a pack that nobody needs: offset and length of each, 8 bytes each, little endian.</summary>
    public const string Dead = ".dead";

    /// <summary>The pack is in the object store, whole: its length there, 8 bytes little endian.</summary>
    public const string Far = ".far";

    /// <summary>A pack that cannot be read; nothing deletes it.</summary>
    public const string Broken = ".broken";

    /// <summary>Ends a name while its file is written.</summary>
    public const string Unfinished = ".part";

    /// <summary>Held by the engine that uses the folder.</summary>
    public const string Lock = "LOCK";

    public static string Of(Guid pack, string ending) => pack.ToString("N") + ending;

    /// <summary>The packs that have a file with an ending.</summary>
    public static IEnumerable<Guid> List(string folder, string ending)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*" + ending))
            if (Guid.TryParseExact(Path.GetFileNameWithoutExtension(path), "N", out var pack)) yield return pack;
    }
}
