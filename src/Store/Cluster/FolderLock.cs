using System.Globalization;

namespace CloudPacs.Store.Cluster;

/// <summary>Holds a data folder for this engine alone; the system lets go of it when the process ends in whatever way.</summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    public static FolderLock Take(string folder)
    {
        var path = Path.Combine(folder, "engine.lock");
        FileStream? file = null;
        try
        {
            Directory.CreateDirectory(folder);
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            // A locked file cannot be read by others, so who holds it stands beside it.
            File.WriteAllText(HolderPath(folder), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new FolderLock(file);
        }
        catch (IOException e) when (file is null && File.Exists(path) && !IsFull(e))
        {
            throw new StoreUnavailableException(
                $"Another engine (process {Holder(folder)}) uses the data folder {folder}.",
                "Stop it, or set CLOUDPACS_DATA to another folder.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw new StoreUnavailableException(
                $"The data folder {folder} cannot be written: {e.Message}",
                "Free space or change its owner, or set CLOUDPACS_DATA to another folder.", e);
        }
    }

    /// <summary>The process that holds the folder; null when none does.</summary>
    public static string? HolderOf(string folder)
    {
        var path = Path.Combine(folder, "engine.lock");
        if (!File.Exists(path)) return null;
        try
        {
            using var free = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Holder(folder);
        }
    }

    public void Dispose() => _file.Dispose();

    private static bool IsFull(IOException e) => (e.HResult & 0xFFFF) == 28; // ENOSPC

    private static string HolderPath(string folder) => Path.Combine(folder, "engine.pid");

    private static string Holder(string folder) => File.Exists(HolderPath(folder)) ? File.ReadAllText(HolderPath(folder)) : "unknown";
}
