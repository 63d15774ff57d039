using System.Globalization;
using System.Text;

namespace CloudPacs.Mapping;

/// <summary>
/// Reloads the maps once their files have changed and are quiet: editors and copies write in several steps. It looks at names, sizes and
/// times, because file system events do not come from network shares, nor from a folder that another one is moved in place of.
/// </summary>
public sealed class MapWatcher : IDisposable
{
    private static readonly EnumerationOptions Everything =
        new() { RecurseSubdirectories = true, MaxRecursionDepth = 4, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.None };

    private readonly string _directory;
    private readonly MapCatalog _catalog;
    private readonly Action<bool> _loaded;
    private readonly ITimer _timer;
    private readonly TimeSpan _period;
    private string _seen;
    private string _handled;

    /// <param name="loaded">Called after each load with whether a new set is in use; findings are in the catalogue. For the log.</param>
    /// <param name="period">How often to look, so also how long nothing may change before the load; default half a second.</param>
    public MapWatcher(string directory, MapCatalog catalog, Action<bool> loaded, TimeProvider time, TimeSpan? period = null)
    {
        _directory = directory;
        _catalog = catalog;
        _loaded = loaded;
        _period = period ?? TimeSpan.FromMilliseconds(500);
        _seen = _handled = State();
        // One look after the other: a load may take longer than the period.
        _timer = time.CreateTimer(_ => Look(), null, _period, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var state = State();
        if (state == _seen && state != _handled)
        {
            _handled = state;
            _loaded(_catalog.Reload());
        }

        _seen = state;
        _timer.Change(_period, Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// What the files look like from outside; those that links point to count, and a folder that cannot be read is a state as well.
    /// </summary>
    private string State()
    {
        var state = new StringBuilder();
        try
        {
            foreach (var file in new DirectoryInfo(_directory).EnumerateFiles("*", Everything)
                .OrderBy(static file => file.FullName, StringComparer.Ordinal)) Describe(file, state);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            state.Append(fault.GetType().Name);
        }

        return state.ToString();
    }

    private static void Describe(FileInfo file, StringBuilder state)
    {
        state.Append(file.FullName);
        try
        {
            var target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            state.Append(CultureInfo.InvariantCulture, $"|{target.Length}|{target.LastWriteTimeUtc.Ticks}\n");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            state.Append("|\n");
        }
    }
}
