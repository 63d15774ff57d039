using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Exchange.Outbound;
using CloudPacs.Settings;
using CloudPacs.Store;
using CloudPacs.Store.Commitments;
using CloudPacs.Store.Deliveries;
using CloudPacs.Store.Studies;
using CloudPacs.Studies.Availability;
using CloudPacs.Studies.Fetching;

namespace CloudPacs.Exchange.Availability;

/// <summary>Tells others that a study has new instances, when nothing new has come for a while: all that it has then.</summary>
internal sealed class AvailabilityGathering(
    DicomSettings settings, StudyNewsQueue queue, StoredInstances instances, DeliverySignal signal, TimeProvider clock, IdSource ids)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var studies = await queue.ListAsync(
            StudyNewsKind.Availability, now - settings.AvailabilityPause, DateTimeOffset.MinValue, cancellationToken);
        foreach (var study in studies)
        {
            await queue.TakeAsync(
                study, StudyNewsKind.Availability, all: true, _ => CreateAsync(study, now, cancellationToken), cancellationToken);
        }

        if (studies.Count > 0) signal.Raise();
    }

    private async Task<IReadOnlyList<DeliveryRow>> CreateAsync(ToldStudy study, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var shown = new List<InstanceInStudy>();
        var whole = new FetchScope(study.StudyInstanceUid);
        await foreach (var one in instances.FindAsync(whole, cancellationToken)) shown.Add(one);
        return
        [
            .. AvailabilityNotices.Of(study.StudyInstanceUid, shown, settings.AeTitle).Select(notice => new DeliveryRow
            {
                Destination = DicomSettings.DeliveriesTo(study.Destination),
                OrderKey = study.StudyInstanceUid,
                Kind = DicomKinds.Availability,
                Event = "available",
                ControlId = DerivedUids.Uid(ids.Next()),
                Payload = Attributes.Encode(notice),
                CreatedAt = now,
            })
        ];
    }
}
