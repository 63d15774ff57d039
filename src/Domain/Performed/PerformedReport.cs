using CloudPacs.Dicom;
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
    public IReadOnlyList<ScheduledReference> Scheduled { get; init; } = [];

    /// <summary>Whose images are made; null when the modality knows no id.</summary>
    public Identifier? PatientId { get; init; }

    public DateTimeOffset? Start { get; init; }

    public DateTimeOffset? End { get; init; }

    /// <summary>The modality says that it took the wrong entry of the worklist (DCM 110514).</summary>
    public bool IsWrongEntry { get; init; }

    /// <summary>Why it was discontinued, in words; null = not said.</summary>
    public string? Reason { get; init; }

    /// <summary>All attributes, or those that change.</summary>
    public DataSet Attributes { get; init; } = new();

    /// <summary>Hash of what was sent, by which a repetition is known.</summary>
    public required long Hash { get; init; }
}
