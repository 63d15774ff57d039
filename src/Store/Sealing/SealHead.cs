using System.Globalization;

namespace CloudPacs.Store.Sealing;

/// <summary>
/// The last block that this installation has seen, in a file beside its key: that somebody cut off the end of the trail in the database is
/// told by it. It may be behind the database, never before it.
/// </summary>
/// <param name="path">The file.</param>
public sealed class SealHead(string path)
{
    private const string Restored = "restored";

    /// <summary>Number and hash of the block, and whether a backup was restored since; null when nothing was sealed.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public (long Number, byte[] Hash, bool IsRestored)? Read()
    {
        if (!File.Exists(path)) return null;
        try
        {
            var words = File.ReadAllText(path).Split(' ', StringSplitOptions.TrimEntries);
            return (long.Parse(words[0], CultureInfo.InvariantCulture), Convert.FromHexString(words[1]), words is [_, _, Restored]);
        }
        catch (Exception e) when (e is FormatException or IndexOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException(
                $"{path} is damaged, and so it is not known which block of the audit trail was the last: delete the file, then look at the "
                    + "trail with 'audit verify'.", e);
        }
    }

    /// <summary>Keeps the block as the last one.</summary>
    public void Write(long number, byte[] hash) => Write(LineOf(number, hash));

    /// <summary>Says that the database was replaced by a backup: the next block tells that what came after it is gone.</summary>
    public void NoteRestore()
    {
        if (Read() is var (number, hash, _))
            Write($"{LineOf(number, hash)} {Restored}");
    }

    private static string LineOf(long number, byte[] hash) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {Convert.ToHexStringLower(hash)}");

    private void Write(string line)
    {
        File.WriteAllText(path + ".part", line);
        File.Move(path + ".part", path, overwrite: true);
    }
}
