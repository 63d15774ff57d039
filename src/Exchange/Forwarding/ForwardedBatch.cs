using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Exchange.Outbound;
using CloudPacs.Settings;
using CloudPacs.Store.Commitments;
using CloudPacs.Store.Deliveries;
using CloudPacs.Studies.Commitment;

namespace CloudPacs.Exchange.Forwarding;

/// <summary>Instances of a study that are forwarded together, as a delivery.</summary>
internal static class ForwardedBatch
{
    public const string Stored = "stored";

    /// <summary>The archive did not commit to them when they were sent first.</summary>
    public const string Repeated = "repeated";

    /// <param name="destination">AE title.</param>
    /// <param name="study">Study Instance UID.</param>
    /// <param name="happened"><see cref="Stored"/> or <see cref="Repeated"/>.</param>
    /// <param name="instances">What is sent, in order.</param>
    /// <param name="now">When it is made.</param>
    public static DeliveryRow Create(
        string destination, string study, string happened, IReadOnlyList<InstanceReference> instances, DateTimeOffset now) => new()
        {
            Destination = DicomSettings.DeliveriesTo(destination),
            OrderKey = study,
            Kind = DicomKinds.Forward,
            Event = happened,
            ControlId = study,
            Payload = Attributes.Encode(new DataSet().Set(Tags.StudyInstanceUid, study)
                .SetSequence(Tags.ReferencedSopSequence, [.. instances.Select(References.Item)])),
            CreatedAt = now,
        };

    /// <exception cref="InvalidDataException">It is no such delivery.</exception>
    public static IReadOnlyList<InstanceReference> InstancesOf(DeliveryRow delivery) =>
        References.Read(Attributes.Decode(delivery.Payload).GetItems(Tags.ReferencedSopSequence))
            ?? throw new InvalidDataException("The delivery names no instances.");
}
