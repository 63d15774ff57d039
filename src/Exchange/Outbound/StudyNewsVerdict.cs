using CloudPacs.Dicom.Network;
using CloudPacs.Store.Deliveries;

namespace CloudPacs.Exchange.Outbound;

/// <summary>What a DIMSE status means for what is told, or sent, of stored studies (PS3.7 annex C, PS3.4 B.2.3).</summary>
internal static class StudyNewsVerdict
{
    /// <summary>A failure that may pass; one that comes so often does not.</summary>
    private const int MostFailures = 20;

    public static Verdict Of(DeliveryRow delivery, InstanceResult result)
    {
        var status = result.Status;
        var text = Verdict.Plain(
            $"{status:X4}H{(result.ErrorId is { } id ? $" {id:X4}H" : "")} {string.Join(' ', result.Attributes)}".TrimEnd());
        if (status == DimseStatus.Success) return new Verdict(DeliveryState.Sent, null);
        // It is there by an attempt whose answer was lost.
        if (DimseStatus.IsWarning(status) || status == DimseStatus.DuplicateSopInstance) return new Verdict(DeliveryState.Sent, text);
        return new Verdict(MayPass(status) && IsWorthMore(delivery) ? DeliveryState.Waiting : DeliveryState.Parked, text);
    }

    /// <summary>Of what the destination does not take at all: it may learn to.</summary>
    public static Verdict NotTaken(DeliveryRow delivery, string why) =>
        new(IsWorthMore(delivery) ? DeliveryState.Waiting : DeliveryState.Parked, Verdict.Plain(why));

    /// <summary>A failure without a reason, or for want of resources.</summary>
    public static bool MayPass(ushort status) =>
        status is DimseStatus.ProcessingFailure or DimseStatus.ResourceLimitation || status >> 8 == 0xA7;

    public static bool IsWorthMore(DeliveryRow delivery) => delivery.Attempts + 1 < MostFailures;
}
