using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Exchange.Outbound;
using CloudPacs.Settings;
using CloudPacs.Store;
using CloudPacs.Store.Commitments;
using CloudPacs.Store.Deliveries;
using CloudPacs.Store.Studies;
using CloudPacs.Studies.Availability;

namespace CloudPacs.Exchange.Availability;

/// <summary>Tells others that a study has changed, when nothing has happened to it for a while: all that it has then, and had.</summary>
internal sealed class AvailabilityGathering(
    DicomSettings settings, StudyNewsQueue queue, StudyAvailability studies, DeliverySignal signal, TimeProvider clock, IdSource ids)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var changed = await queue.ListAsync(
            StudyNewsKind.Availability, now - settings.AvailabilityPause, DateTimeOffset.MinValue, cancellationToken);
        foreach (var study in changed)
        {
            await queue.TakeAsync(
                study, StudyNewsKind.Availability, all: true, instances => CreateAsync(study, instances, now, cancellationToken),
                cancellationToken);
        }

        if (changed.Count > 0) signal.Raise();
    }

    private async Task<IReadOnlyList<DeliveryRow>> CreateAsync(
        ToldStudy study, IReadOnlyList<InstanceReference> instances, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var notices = await studies.NoticesAsync(study.StudyInstanceUid, instances, settings.AeTitle, cancellationToken);
        return
        [
            .. notices.Select(notice => new DeliveryRow
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
