using System.Collections.Concurrent;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Domain;
using CloudPacs.Exchange.Outbound;
using CloudPacs.Settings;
using CloudPacs.Store.Commitments;
using CloudPacs.Store.Deliveries;
using CloudPacs.Studies.Commitment;
using Microsoft.Extensions.Logging;

namespace CloudPacs.Exchange.Commitment;

/// <summary>
/// Decides what was asked to be committed to, and reports it: where the requester keeps its association open and all is there, on that;
/// else on one of our own, as a delivery.
/// </summary>
/// <param name="settings">Where requesters are.</param>
/// <param name="desk">What was asked.</param>
/// <param name="check">Finds out what there is.</param>
/// <param name="held">Reports that are told on the association of the requester.</param>
/// <param name="clock">Time.</param>
/// <param name="logger">Where it is told how requests end.</param>
internal sealed class CommitmentReports(
    DicomSettings settings, CommitmentDesk desk, CommitmentCheck check, HeldDeliveries held, TimeProvider clock,
    ILogger<CommitmentReports> logger) : IAsyncDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Devices that wait for their report keep the association longer than this; others have released it by then.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    /// <summary>A later report comes on an association of our own.</summary>
    private static readonly TimeSpan SameAssociation = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(30);
    private const int AtATime = 100;

    /// <summary>So many requests at a time may have bytes read again.</summary>
    private const int MostChecks = 4;

    private readonly ConcurrentDictionary<Guid, TaskCompletionSource> _underWay = [];
    private readonly SemaphoreSlim _checks = new(MostChecks);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Goes on with a request that was just taken.</summary>
    /// <param name="request">It is durable.</param>
    /// <param name="channel">The association that it came on.</param>
    public void Begin(CommitmentRequest request, IEventChannel? channel)
    {
        _underWay[request.Id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        // Not on the loop of the association, which has the answer to send.
        _ = Task.Run(async () =>
        {
            try
            {
                await SettleAsync(request, channel, _stopping.Token);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                // It is decided after the next start.
            }
            catch (Exception e)
            {
                Log.CommitmentNotDecided(logger, e, request.Requester);
            }
            finally
            {
                if (_underWay.TryRemove(request.Id, out var done)) done.SetResult();
            }
        });
    }

    /// <summary>Goes on with what waits for instances, or was left by an engine that has ended.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var request in await desk.ListOpenAsync(AtATime, cancellationToken))
        {
            if (!_underWay.ContainsKey(request.Id)) await SettleAsync(request, channel: null, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_underWay.Values.Select(static one => one.Task));
        _stopping.Dispose();
        _checks.Dispose();
    }

    private async Task SettleAsync(CommitmentRequest request, IEventChannel? channel, CancellationToken cancellationToken)
    {
        var waits = clock.GetUtcNow() < request.ReceivedAt + settings.CommitmentGrace;
        if (await CheckAsync(request.Id, waits, cancellationToken) is not { } finding) return;
        var now = clock.GetUtcNow();
        var destination = settings.Destinations.GetValueOrDefault(request.Requester);
        var isSame = channel is not null && now - request.ReceivedAt < SameAssociation && destination is not { ReportSeparately: true };
        var report = finding.Report(request.TransactionUid, settings.AeTitle);
        var id = await desk.CloseAsync(request.Id, new DeliveryRow
        {
            Destination = DicomSettings.DeliveriesTo(request.Requester),
            OrderKey = request.TransactionUid,
            Kind = DicomKinds.CommitmentReport,
            Event = finding.EventType == 1 ? DicomKinds.Committed : DicomKinds.CommittedInPart,
            ControlId = request.TransactionUid,
            Payload = Attributes.Encode(report),
            CreatedAt = now,
        }, isSame ? now + Hold : null, cancellationToken);
        if (id is not { } delivery) return;
        Log.CommitmentDecided(logger, request.Requester, finding.Committed.Count, finding.Failed.Count);
        if (isSame && await TellAsync(channel!, finding.EventType, report, cancellationToken))
        {
            await held.SentAsync(delivery, CancellationToken.None);
            return;
        }

        if (destination is null) Log.CommitmentHasNoAddress(logger, request.Requester);
        await held.LetGoAsync(delivery, CancellationToken.None);
    }

    private async Task<CommitmentFinding?> CheckAsync(Guid id, bool waits, CancellationToken cancellationToken)
    {
        await _checks.WaitAsync(cancellationToken);
        try
        {
            return await check.RunAsync(id, waits, cancellationToken);
        }
        finally
        {
            _checks.Release();
        }
    }

    private async Task<bool> TellAsync(IEventChannel channel, ushort type, DataSet report, CancellationToken cancellationToken)
    {
        await Task.Delay(Pause, clock, cancellationToken);
        var result = await channel.ReportEventAsync(
            Uids.StorageCommitmentPushModel, Uids.StorageCommitmentPushModelInstance, type, report, AnswerTimeout, cancellationToken);
        return result is { Status: DimseStatus.Success } || (result is not null && DimseStatus.IsWarning(result.Status));
    }
}
