using Xunit;

namespace CloudPacs.EndToEnd.Tests.Crash;

/// <summary>Peers that never give up, side by side, each with one thing under way, which it says again until it is answered.</summary>
internal abstract class CrashLoad : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly CancellationTokenSource _giveUp = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly Lock _gate = new();
    private Task[] _peers = [];
    private TaskCompletionSource _reached = new();
    private int _target = int.MaxValue;
    private volatile bool _isFinishing;
    private int _repeated;

    public int Answered { get; private set; }

    /// <summary>What had to be said again.</summary>
    public int Repeated => _repeated;

    /// <summary>A peer begins nothing new.</summary>
    protected bool IsFinishing => _isFinishing;

    protected CancellationToken GiveUp => _giveUp.Token;

    /// <summary>Waits until so much more is answered, with other things on their way.</summary>
    public async Task AdvanceAsync(int more)
    {
        Task far;
        lock (_gate)
        {
            _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _target = Answered + more;
            far = _reached.Task;
        }

        var ended = Task.WhenAny(_peers);
        if (await Task.WhenAny(far, ended, Task.Delay(Patience, GiveUp)) == far) return;
        if (ended.IsCompleted) await await ended;
        Assert.Fail($"{more} answers have not come within {Patience.TotalSeconds} s.");
    }

    public async ValueTask DisposeAsync()
    {
        _isFinishing = true;
        await _giveUp.CancelAsync();
        await Task.WhenAll(_peers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _giveUp.Dispose();
    }

    protected void Start(int peers, Func<int, Task> work) => _peers = [.. Enumerable.Range(0, peers).Select(number => Task.Run(() => work(number)))];

    /// <summary>Ends when each peer has its last answer.</summary>
    protected async Task WaitForAllAsync()
    {
        _isFinishing = true;
        await Task.WhenAll(_peers).WaitAsync(Patience, GiveUp);
    }

    protected void CountRepeated() => Interlocked.Increment(ref _repeated);

    protected void CountAnswered()
    {
        lock (_gate)
        {
            if (++Answered < _target) return;
            _target = int.MaxValue;
            _reached.TrySetResult();
        }
    }
}
