using CloudPacs.Dicom.Network;
using CloudPacs.Store.Deliveries;

namespace CloudPacs.Exchange.Outbound;

/// <summary>What a DIMSE status means for a delivery (PS3.7 annex C, PS3.4 F.7.2).</summary>
internal static class MppsVerdict
{
    /// <summary>A failure without a reason may pass; one that comes so often does not.</summary>
    private const int MostFailures = 20;

    private const ushort NoLongerUpdated = 0xA710;

    public static Verdict Of(DeliveryRow delivery, InstanceResult result)
    {
        var status = result.Status;
        if (status == DimseStatus.Success) return new Verdict(DeliveryState.Sent, null);
        if (DimseStatus.IsWarning(status) || IsThere(delivery, result)) return new Verdict(DeliveryState.Sent, TextOf(result));
        var mayPass = status is DimseStatus.ProcessingFailure or DimseStatus.ResourceLimitation || status >> 8 == 0xA7;
        var state = mayPass && delivery.Failures + 1 < MostFailures ? DeliveryState.Waiting : DeliveryState.Parked;
        return new Verdict(state, TextOf(result));
    }

    /// <summary>The receiver has it: by an attempt whose answer was lost, or from somebody else.</summary>
    private static bool IsThere(DeliveryRow delivery, InstanceResult result) => delivery.Event == PerformedEvents.Started
        ? result.Status == DimseStatus.DuplicateSopInstance
        : result is { Status: DimseStatus.ProcessingFailure, ErrorId: NoLongerUpdated };

    /// <summary>Codes and attributes; texts of other systems may hold data of patients.</summary>
    private static string TextOf(InstanceResult result) => Verdict.Plain(
        $"{result.Status:X4}H{(result.ErrorId is { } id ? $" {id:X4}H" : "")} {string.Join(' ', result.Attributes)}".TrimEnd());
}
