using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Functions;
using CloudPacs.Mapping.Loading;

namespace CloudPacs.Mapping;

/// <summary>
/// The maps in use. A set that has any error never becomes current: the old one goes on serving and <see cref="Diagnostics"/> says why.
/// Messages in flight end on the set that they began with.
/// </summary>
public sealed class MapCatalog
{
    private const int KeptVersions = 20;
    private readonly Lock _lock = new();
    private readonly string _directory;
    private readonly MapEnvironment _environment;
    private readonly Func<MapSet, IReadOnlyList<MapDiagnostic>>? _verify;
    private readonly List<MapSet> _history = [];
    private readonly IReadOnlyList<string> _folders;
    private volatile MapSet _current;
    private volatile IReadOnlyList<MapDiagnostic> _diagnostics;

    /// <param name="verify">Runs the tests of the maps on a new set before it becomes current; what it returns are findings that may refuse
    /// it.</param>
    public MapCatalog(string directory, MapEnvironment environment, MapSet initial,
        Func<MapSet, IReadOnlyList<MapDiagnostic>>? verify = null)
    {
        _directory = directory;
        _environment = environment;
        _verify = verify;
        _current = initial;
        _diagnostics = initial.Warnings;
        _history.Add(initial);
        _folders = [.. MapSource.Folders(environment.Site).Where(folder => Directory.Exists(Path.Combine(directory, folder)))];
    }

    /// <summary>The set in use.</summary>
    public MapSet Current => _current;

    /// <summary>Findings of the last load, whether it was taken or not; for the health page and the log.</summary>
    public IReadOnlyList<MapDiagnostic> Diagnostics => _diagnostics;

    /// <summary>The last load was refused: files and engine differ.</summary>
    public bool IsRefused => _diagnostics.Any(diagnostic => diagnostic.IsError);

    /// <summary>The last twenty sets, newest first, for <see cref="Rollback"/>.</summary>
    public IReadOnlyList<MapSet> History
    {
        get
        {
            lock (_lock) return [.. Enumerable.Reverse(_history)];
        }
    }

    /// <summary>Loads a set from files; null when there is any error.</summary>
    public static (MapSet? Set, IReadOnlyList<MapDiagnostic> Diagnostics) Load(string directory, MapEnvironment environment)
    {
        var diagnostics = new Diagnostics();
        var source = MapSource.Read(directory, environment.Site, diagnostics);
        return (MapSetLoader.Load(source, environment, FunctionTable.Default, diagnostics), diagnostics.All);
    }

    /// <summary>Loads a set from texts that are in memory.</summary>
    public static (MapSet? Set, IReadOnlyList<MapDiagnostic> Diagnostics) Load(MapSource source, MapEnvironment environment)
    {
        var diagnostics = new Diagnostics();
        return (MapSetLoader.Load(source, environment, FunctionTable.Default, diagnostics), diagnostics.All);
    }

    /// <summary>Reads the files again; true when a new set is in use.</summary>
    public bool Reload()
    {
        lock (_lock)
        {
            var (set, found) = LoadNew();
            _diagnostics = found;
            if (set is null || set.Version == _current.Version || found.Any(diagnostic => diagnostic.IsError)) return false;
            Take(set);
            return true;
        }
    }

    /// <summary>Takes one of the kept sets into use again, until the files change next; false when the version is not kept.</summary>
    public bool Rollback(string version)
    {
        lock (_lock)
        {
            if (_history.Find(set => set.Version == version) is not { } old) return false;
            _history.Remove(old);
            Take(old);
            return true;
        }
    }

    private (MapSet? Set, IReadOnlyList<MapDiagnostic> Found) LoadNew()
    {
        // While files are being copied or checked out, a whole folder of them may be away for a moment.
        if (_folders.FirstOrDefault(folder => !Directory.Exists(Path.Combine(_directory, folder))) is { } gone)
            return (null,
                [new MapDiagnostic(MapCodes.FileSystem, true, gone, 1, 1, null, "The folder was there and is gone.",
                "Put it back; start the engine anew when it is not wanted any more.")]);
        try
        {
            var (set, found) = Load(_directory, _environment);
            return set is null || set.Version == _current.Version || _verify is null ? (set, found) : (set, [.. found, .. _verify(set)]);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // Whatever becomes of new maps, those in use go on.
            return (null,
                [new MapDiagnostic(MapCodes.Engine, true, "base", 1, 1, null, $"The maps could not be checked: {fault.GetType().Name}.",
                "Undo the last change, and report it: this is a fault of the engine.")]);
        }
    }

    private void Take(MapSet set)
    {
        _history.Add(set);
        if (_history.Count > KeptVersions) _history.RemoveAt(0);
        _current = set;
    }
}
