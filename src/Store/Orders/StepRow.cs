namespace CloudPacs.Store.Orders;

/// <summary>A scheduled procedure step: one worklist entry.</summary>
public sealed class StepRow(Guid id) : Row(id)
{
    public required Guid ProcedureId { get; init; }

    public required string StepId { get; set; }

    public required StepState StepState { get; set; }

    /// <summary>The state that a release (RL) goes back to; set while on hold.</summary>
    public StepState? StateBeforeHold { get; set; }

    /// <summary>Modality (0008,0060).</summary>
    public required string Modality { get; set; }

    /// <summary>Scheduled Station AE Titles (0040,0001); empty = none assigned.</summary>
    public IReadOnlyList<string> StationAeTitles { get; set; } = [];

    /// <summary>Scheduled start, seconds precision.</summary>
    public required DateTimeOffset Start { get; set; }

    /// <summary>unscheduled-time, demographics-changed, duplicate_new, no-station, stale-started …</summary>
    public HashSet<string> Flags { get; } = new(StringComparer.Ordinal);

    /// <summary>Step-level attributes (the content of the Scheduled Procedure Step Sequence item).</summary>
    public StoredAttributes Attributes { get; set; } = StoredAttributes.None;

    private protected override Action CaptureValues()
    {
        var before = (StepRow)MemberwiseClone();
        string[] flags = [.. Flags];
        return () =>
        {
            StepId = before.StepId;
            StepState = before.StepState;
            StateBeforeHold = before.StateBeforeHold;
            Modality = before.Modality;
            StationAeTitles = before.StationAeTitles;
            Start = before.Start;
            Attributes = before.Attributes;
            Flags.Clear();
            Flags.UnionWith(flags);
        };
    }
}
