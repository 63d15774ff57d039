namespace CloudPacs.Store.Performed;

/// <summary>A performed procedure step (MPPS): what a modality did, with the scheduled steps that it did it for.</summary>
public sealed class PerformedStepRow(Guid id) : Row(id)
{
    /// <summary>SOP Instance UID, chosen by the modality.</summary>
    public required string SopInstanceUid { get; init; }

    public required PerformedState PerformedState { get; set; }

    /// <summary>Name of the station that reported it: its calling AE title.</summary>
    public required string Sender { get; init; }

    /// <summary>Null when the patient is not known here.</summary>
    public Guid? PatientId { get; set; }

    /// <summary>Orders of <see cref="StepIds"/>; none for a walk-in.</summary>
    public IReadOnlyList<Guid> OrderIds { get; set => SetKey(ref field, value); } = [];

    /// <summary>Rows of the scheduled steps that it performs; several for a group, none for a walk-in.</summary>
    public IReadOnlyList<Guid> StepIds { get; set; } = [];

    /// <summary>
    /// Numbers of the orders that it names and that have not come, or have no such step: it is linked when they come.
    /// </summary>
    public IReadOnlyList<AwaitedNumber> WaitsFor { get; set => SetKey(ref field, value); } = [];

    public required DateTimeOffset Start { get; set; }

    public DateTimeOffset? End { get; set; }

    /// <summary>All attributes as they are now, text in Unicode.</summary>
    public StoredAttributes Attributes { get; set; } = StoredAttributes.None;

    /// <summary>
    /// Hash of what created it, by which a repetition is known; null as long as only changes of it have come, and no creation.
    /// </summary>
    public long? CreateHash { get; set; }

    /// <summary>Hash of the change that made it final, by which a repetition is known; null as long as it is in progress.</summary>
    public long? FinalHash { get; set; }

    private protected override Action CaptureValues()
    {
        var before = (PerformedStepRow)MemberwiseClone();
        return () =>
        {
            PerformedState = before.PerformedState;
            PatientId = before.PatientId;
            OrderIds = before.OrderIds;
            StepIds = before.StepIds;
            WaitsFor = before.WaitsFor;
            Start = before.Start;
            End = before.End;
            Attributes = before.Attributes;
            CreateHash = before.CreateHash;
            FinalHash = before.FinalHash;
        };
    }
}
