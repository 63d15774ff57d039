using CloudPacs.Store.Orders;

namespace CloudPacs.Domain;

/// <summary>States of a step in words.</summary>
public static class StepStates
{
    /// <summary>
    /// The name of a state to people and in tables: that of DICOM (PS3.3 C.4.10, Scheduled Procedure Step Status), else our own in small
    /// letters.
    /// </summary>
    public static string Name(StepState state) => state switch
    {
        StepState.OnHold => "on-hold",
        StepState.Draft => "draft",
        StepState.Expired => "expired",
        _ => state.ToString().ToUpperInvariant(),
    };

    /// <summary>The images are being or were made, so what they show is fixed.</summary>
    internal static bool IsUnderWay(StepRow step) => step.StepState is StepState.Started or StepState.Departed;

    internal static bool IsOpen(StepRow step) => step.StepState < StepState.Completed;
}
