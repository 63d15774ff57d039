using CloudPacs.Store.Workspaces;

namespace CloudPacs.Store.Patients;

/// <summary>What a merge, a move or a change of identifiers did: enough to take it back. Written once, never changed.</summary>
public sealed class MergeLogRow(Guid id) : Row(id)
{
    /// <summary>Trigger event (A40, A43, A47 …), or <c>unmerge</c>.</summary>
    public required string Kind { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The patient that lost its records.</summary>
    public required Guid PriorPatientId { get; init; }

    public required Guid SurvivingPatientId { get; init; }

    /// <summary>Journal entry of the message that asked for it; null when a person did.</summary>
    public Guid? MessageId { get; init; }

    /// <summary>The rows as they were and as they became, JSON in UTF-8 (<see cref="RowSnapshot"/>).</summary>
    public required ReadOnlyMemory<byte> Before { get; init; }

    public required ReadOnlyMemory<byte> After { get; init; }

    private protected override Action CaptureValues() => static () => { }; // never changes
}
