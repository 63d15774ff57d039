using CloudPacs.Store.Orders;

namespace CloudPacs.Domain;

/// <summary>States of a step in words.</summary>
public static class StepStates
{
    /// <summary>
    /// One row a state: its name to people and in tables, that of DICOM in capitals, else our own in small letters; and what it is in
    /// Scheduled Procedure Step Status (0040,0020), whose values are capitals (CS; PS3.3 C.4.10 leaves room for more than its own terms).
    /// </summary>
    private static readonly (StepState State, string Name, string Status)[] Words =
    [
        (StepState.Draft, "draft", "DRAFT"),
        (StepState.Scheduled, "SCHEDULED", "SCHEDULED"),
        (StepState.Arrived, "ARRIVED", "ARRIVED"),
        (StepState.Ready, "READY", "READY"),
        (StepState.Started, "STARTED", "STARTED"),
        (StepState.Departed, "DEPARTED", "DEPARTED"),
        (StepState.OnHold, "on-hold", "ON HOLD"),
        (StepState.Expired, "expired", "EXPIRED"),
        (StepState.Completed, "COMPLETED", "COMPLETED"),
        (StepState.Discontinued, "DISCONTINUED", "DISCONTINUED"),
        (StepState.Canceled, "CANCELED", "CANCELED"),
    ];

    /// <summary>The name of a state to people, in answers, in FHIR and to the maps.</summary>
    public static string Name(StepState state) => Words[(int)state].Name;

    /// <summary>Scheduled Procedure Step Status (0040,0020).</summary>
    public static string Status(StepState state) => Words[(int)state].Status;

    /// <summary>The images are being or were made, so what they show is fixed.</summary>
    internal static bool IsUnderWay(StepRow step) => step.StepState is StepState.Started or StepState.Departed;

    internal static bool IsOpen(StepRow step) => step.StepState < StepState.Completed;
}
