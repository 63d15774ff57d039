using Hl7.Fhir.Specification.Source;

namespace CloudPacs.Profiles;

/// <summary>
/// Lends the definitions, to one at a time: they are loaded when somebody asks, and given up when nobody has asked for a while, as they
/// fill a good part of the memory that the engine has.
/// </summary>
/// <param name="site">Definitions of the site.</param>
/// <param name="clock">Time.</param>
public sealed class DefinitionShelf(ISiteDefinitions site, TimeProvider clock) : IDisposable
{
    /// <summary>Who waits longer is told to try again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _one = new(1);
    private CachedResolver? _standard;
    private LoadedDefinitions? _loaded;
    private ITimer? _idle;

    /// <exception cref="TimeoutException">Too many ask at once.</exception>
    internal async Task<T> UseAsync<T>(Func<LoadedDefinitions, Task<T>> use, CancellationToken cancellationToken)
    {
        var stamp = await site.StampAsync(cancellationToken).ConfigureAwait(false);
        if (!await _one.WaitAsync(Patience, cancellationToken).ConfigureAwait(false))
            throw new TimeoutException("Too many resources are judged at once.");
        try
        {
            _standard ??= new CachedResolver(ZipSource.CreateValidationSource());
            if (_loaded?.Stamp != stamp) _loaded = new LoadedDefinitions(_standard, site, stamp);
            _idle ??= clock.CreateTimer(
                static shelf => ((DefinitionShelf)shelf!).GiveUp(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _idle.Change(Idle, Timeout.InfiniteTimeSpan);
            var loaded = _loaded;
            // The SDK works on the caller's thread, and may take seconds.
            return await Task.Run(() => use(loaded), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose()
    {
        _idle?.Dispose();
        _one.Dispose();
    }

    private void GiveUp()
    {
        if (!_one.Wait(0)) return;
        (_standard, _loaded) = (null, null);
        _one.Release();
    }
}
