using CloudPacs.Dicom;
using CloudPacs.Domain.Orders;
using CloudPacs.Store;
using CloudPacs.Store.Performed;

namespace CloudPacs.Domain.Performed;

/// <summary>What a modality says of a procedure step that it performs: that it began, or what became of it.</summary>
public sealed class PerformedReport : Details
{
    public required string SopInstanceUid { get; init; }

    /// <summary>It begins (N-CREATE); else something is said of one that has begun (N-SET).</summary>
    public required bool Begins { get; init; }

    /// <summary>Performed Procedure Step Status; null = not said.</summary>
    public PerformedState? State { get; init; }

    /// <summary>The scheduled steps that it performs; said when it begins.</summary>
    public IReadOnlyList<ScheduledReference> Scheduled => field ??= ScheduledReference.AllOf(Attributes);

    /// <summary>Whose images are made; null when the modality knows no id.</summary>
    public Identifier? PatientId => ScheduledReference.PatientOf(Attributes);

    public DateTimeOffset? Start { get; init; }

    public DateTimeOffset? End { get; init; }

    /// <summary>Whether it ends the step.</summary>
    public bool IsFinal => State is PerformedState.Completed or PerformedState.Discontinued;

    /// <summary>All attributes, or those that change.</summary>
    public DataSet Attributes { get; init; } = new();

    /// <summary>Hash of what was sent, by which a repetition is known.</summary>
    public required long Hash { get; init; }
}
