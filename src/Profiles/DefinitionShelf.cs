using System.ComponentModel;
using CloudPacs.Profiles.Isolation;

namespace CloudPacs.Profiles;

/// <summary>
/// Asks processes that have the definitions, two at most: they are started when somebody asks, each for as long as others are busy, and
/// ended when nobody has asked for a while, as the definitions fill some hundred megabytes. What takes too long is ended with its process:
/// a profile of a site can say what would be judged for hours.
/// </summary>
public sealed class DefinitionShelf : IDisposable
{
    private const int MostWorkers = 2;

    /// <summary>Who waits longer is told to try again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(5);

    private static readonly WorkerLimits Usual = new(TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(1));

    private readonly ISiteDefinitions _site;
    private readonly WorkerLimits _limits;
    private readonly SemaphoreSlim _seats = new(MostWorkers);
    private readonly Stack<WorkerProcess> _free = new();
    private readonly ITimer _idle;
    private bool _isDisposed;

    /// <param name="site">Definitions of the site.</param>
    /// <param name="clock">Time.</param>
    public DefinitionShelf(ISiteDefinitions site, TimeProvider clock)
        : this(site, clock, Usual)
    {
    }

    internal DefinitionShelf(ISiteDefinitions site, TimeProvider clock, WorkerLimits limits)
    {
        (_site, _limits) = (site, limits);
        _idle = clock.CreateTimer(_ => GiveUp(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <returns>An answer, with what belongs to it; one with a problem when there is none.</returns>
    /// <exception cref="TimeoutException">Too many ask at once.</exception>
    internal async Task<(Answer Answer, byte[] Content)> AskAsync(
        Question question, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var stamp = await _site.StampAsync(cancellationToken).ConfigureAwait(false);
        if (!await _seats.WaitAsync(Patience, cancellationToken).ConfigureAwait(false))
            throw new TimeoutException("Too many resources are judged at once.");
        try
        {
            return await AskOneAsync(question with { Stamp = stamp }, content, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _seats.Release();
        }
    }

    private async Task<(Answer Answer, byte[] Content)> AskOneAsync(
        Question question, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        while (true)
        {
            var kept = Take();
            var worker = kept;
            try
            {
                worker ??= await WorkerProcess.StartAsync(_limits, cancellationToken).ConfigureAwait(false);
                var answer = await worker.AskAsync(question, content, _site.FindAsync, _limits, cancellationToken).ConfigureAwait(false);
                Keep(worker);
                return answer;
            }
            catch (IOException) when (kept is not null)
            {
                // One that was kept may have been ended by somebody else: that is not the fault of what is asked.
                kept.Dispose();
            }
            catch (WorkerTimeException)
            {
                worker!.Dispose();
                return Problem("too-costly", $"This took more than {_limits.ProcessorTime.TotalSeconds:0} s of a processor.");
            }
            catch (IOException)
            {
                worker!.Dispose();
                return Problem("too-costly", "This took more memory than there is for it.");
            }
            catch (Exception e) when (worker is null && e is InvalidOperationException or Win32Exception)
            {
                return Problem("not-supported", $"There is no process for it: {e.Message}.");
            }
            catch
            {
                worker?.Dispose();
                throw;
            }
        }
    }

    private static (Answer Answer, byte[] Content) Problem(string code, string text) =>
        (new Answer { ProblemCode = code, Problem = text }, []);

    private WorkerProcess? Take()
    {
        lock (_free) return _free.TryPop(out var worker) ? worker : null;
    }

    private void Keep(WorkerProcess worker)
    {
        lock (_free)
        {
            if (!_isDisposed)
            {
                _free.Push(worker);
                _idle.Change(Idle, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        worker.Dispose();
    }

    private void GiveUp()
    {
        while (Take() is { } worker) worker.Dispose();
    }

    public void Dispose()
    {
        lock (_free) _isDisposed = true;
        _idle.Dispose();
        GiveUp();
        _seats.Dispose();
    }
}
