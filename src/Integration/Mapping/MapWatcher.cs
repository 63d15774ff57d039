namespace CloudPacs.Integration.Mapping;

/// <summary>Reloads the maps shortly after their files have changed: editors write in several steps, so it waits until they are quiet.</summary>
public sealed class MapWatcher : IDisposable
{
    private readonly MapCatalog _catalog;
    private readonly Action<bool> _loaded;
    private readonly TimeSpan _quiet;
    private readonly ITimer _timer;
    private readonly FileSystemWatcher? _files;

    /// <param name="loaded">Called after each load with whether a new set is in use; findings are in the catalogue. For the log.</param>
    /// <param name="quiet">How long nothing may change before the load; default half a second.</param>
    public MapWatcher(string directory, MapCatalog catalog, Action<bool> loaded, TimeProvider time, TimeSpan? quiet = null)
    {
        _catalog = catalog;
        _loaded = loaded;
        _quiet = quiet ?? TimeSpan.FromMilliseconds(500);
        _timer = time.CreateTimer(_ => Load(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (!Directory.Exists(directory)) return;
        _files = new FileSystemWatcher(directory) { IncludeSubdirectories = true, NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.DirectoryName };
        _files.Changed += (_, _) => Touch();
        _files.Created += (_, _) => Touch();
        _files.Deleted += (_, _) => Touch();
        _files.Renamed += (_, _) => Touch();
        _files.Error += (_, _) => Touch();
        _files.EnableRaisingEvents = true;
    }

    /// <summary>Something changed: load once it is quiet.</summary>
    public void Touch() => _timer.Change(_quiet, Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _files?.Dispose();
        _timer.Dispose();
    }

    private void Load() => _loaded(_catalog.Reload());
}
