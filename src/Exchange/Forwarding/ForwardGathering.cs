using CloudPacs.Store.Commitments;
using CloudPacs.Store.Deliveries;
using CloudPacs.Store.Studies;

namespace CloudPacs.Exchange.Forwarding;

/// <summary>Puts stored instances that are to be forwarded together, as deliveries of some hundred instances of one study.</summary>
internal sealed class ForwardGathering(StudyNewsQueue queue, DeliverySignal signal, TimeProvider clock)
{
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Images of a series come closer together than that.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var studies = await queue.ListAsync(StudyNewsKind.Forward, now - Quiet, now - Longest, cancellationToken);
        foreach (var study in studies)
        {
            await queue.TakeAsync(study, StudyNewsKind.Forward, all: false, instances => Task.FromResult<IReadOnlyList<DeliveryRow>>([
                ForwardedBatch.Create(study.Destination, study.StudyInstanceUid, ForwardedBatch.Stored, instances, now),
            ]), cancellationToken);
        }

        if (studies.Count > 0) signal.Raise();
    }
}
