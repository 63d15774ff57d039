using CloudPacs.Dicom;

namespace CloudPacs.Mapping.Fhir;

/// <summary>What happened to a step and what the domain has decided about it, for the rules that write messages to other systems.</summary>
public sealed record EventState : DomainState
{
    /// <summary>What happened to the step, for outgoing messages: numbered, started, completed …</summary>
    public string? Event { get; init; }

    public DateTimeOffset? EventTime { get; init; }

    /// <summary>Who did it: a station, a sending application, or a person.</summary>
    public string? Actor { get; init; }

    /// <summary>Id of the outgoing message (MSH-10).</summary>
    public string? MessageId { get; init; }

    public DateTimeOffset? PerformedStart { get; init; }

    public DateTimeOffset? PerformedEnd { get; init; }

    /// <summary>Who performed the step, as a DICOM name (PS3.5 6.2.1).</summary>
    public string? Performer { get; init; }

    /// <summary>Why it was discontinued, as an item of a code sequence (PS3.3 8.8).</summary>
    public DataSet? ReasonCode { get; init; }
}
