using System.Threading.Channels;
using CloudPacs.Store.Saving;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CloudPacs.Store.Commit;

/// <summary>What follows the commits of the other nodes.</summary>
public interface IChangeFollower
{
    /// <summary>Reads everything again: called when listening starts and whenever notices may have been missed.</summary>
    Task RefreshAsync(CancellationToken cancellationToken);

    /// <summary>Reads what one commit of another node changed.</summary>
    Task FollowAsync(ChangeNotice notice, CancellationToken cancellationToken);
}

/// <summary>Listens for the commits of other nodes; connects again when the connection is lost and then asks for a full refresh.</summary>
public sealed class ChangeListener : IAsyncDisposable
{
    private const int Capacity = 1024;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly NpgsqlDataSource _database;
    private readonly Guid _node;
    private readonly IChangeFollower _follower;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loop;

    public ChangeListener(NpgsqlDataSource database, Guid node, IChangeFollower follower, TimeProvider clock, ILogger logger)
    {
        _database = database;
        _node = node;
        _follower = follower;
        _clock = clock;
        _logger = logger;
        _loop = Task.Run(ListenAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task ListenAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(_stopping.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Log.ListenerLost(_logger, e);
            }

            await Task.Delay(Pause, _clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One connection: listening starts before the refresh, so nothing falls between the two.</summary>
    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        // Full = a notice is dropped, and with it the right to go on without a refresh.
        var notices = Channel.CreateBounded<string>(
            new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });
        var isComplete = true;
        await using var connection = await _database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        connection.Notification += (_, notice) =>
        {
            if (!notices.Writer.TryWrite(notice.Payload)) Volatile.Write(ref isComplete, false);
        };
        await using (var listen = new NpgsqlCommand($"LISTEN {ChangeNotice.Channel}", connection))
            await listen.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);

        using var following = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var apply = ApplyAsync(notices.Reader, () => Interlocked.Exchange(ref isComplete, true), following.Token);
        // Whichever of the two ends takes the other along.
        _ = apply.ContinueWith(
            _ => following.Cancel(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            while (true)
            {
                // The query once a minute finds a connection that died without a word.
                if (await connection.WaitAsync(TimeSpan.FromMinutes(1), following.Token).ConfigureAwait(false)) continue;
                await using var alive = new NpgsqlCommand("SELECT 1", connection);
                await alive.ExecuteScalarAsync(following.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (following.IsCancellationRequested)
        {
            await apply.ConfigureAwait(false);
        }
        finally
        {
            // It listens for as long as it is open, and nobody in the pool would read what it hears.
            NpgsqlConnection.ClearPool(connection);
            await following.CancelAsync().ConfigureAwait(false);
            await apply.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ApplyAsync(ChannelReader<string> notices, Func<bool> takeComplete, CancellationToken cancellationToken)
    {
        await _follower.RefreshAsync(cancellationToken).ConfigureAwait(false);
        while (await notices.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (notices.TryRead(out var payload))
            {
                if (!takeComplete())
                {
                    await _follower.RefreshAsync(cancellationToken).ConfigureAwait(false);
                }

                var notice = ChangeNotice.Parse(payload);
                if (notice.Node != _node) await _follower.FollowAsync(notice, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
