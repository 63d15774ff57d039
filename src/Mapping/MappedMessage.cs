using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;

namespace CloudPacs.Mapping;

/// <summary>
/// What the maps made of one HL7v2 message: the values of the domain commands and the worklist attributes, not yet applied to anything.
/// A DICOM attribute that is missing means "no news", a zero-length one "delete" (HL7 null).
/// </summary>
public sealed class MappedMessage
{
    /// <summary>One a PID of the message (several in A40, two in A24/A37); with its MRG and PV1.</summary>
    public List<MappedPatient> Patients { get; } = [];

    /// <summary>Order groups by requested procedure, in message order.</summary>
    public List<MappedProcedure> Procedures { get; } = [];

    /// <summary>
    /// Order groups that carry no procedure: control messages and parents, in message order, and all groups of <see cref="Procedures"/>.
    /// </summary>
    public List<MappedGroup> Groups { get; } = [];

    public MappedAppointment? Appointment { get; set; }

    /// <summary>Of result and document messages, in message order.</summary>
    public List<MappedReport> Reports => field ??= [];

    /// <summary>Errors of the message level (they end the message) and warnings of all levels (they go out as ERR severity W).</summary>
    public List<Problem> Problems { get; } = [];

    /// <summary>Warnings in words, such as <c>truncated 00401002</c>; kept in the journal.</summary>
    public List<string> Warnings => field ??= [];

    /// <summary>Codes that tables lack, of both phases: rows for the site to add.</summary>
    public List<(string Table, string Key)> Misses => field ??= [];

    /// <summary>Outgoing fields that rules of a sender gave: for preview and tests, as messages are made by destinations.</summary>
    public List<OutField> Out => field ??= [];

    /// <summary>
    /// Warnings for the fields that ask to delete (<c>""</c>) and for which no rule of either phase has deleted anything: to be asked when
    /// the second phase has run.
    /// </summary>
    public IEnumerable<Problem> NotDeleted => Deletions?.Undone() ?? [];

    internal Deletions? Deletions { get; init; }

    /// <summary>Hash of the flat map that made this.</summary>
    public required string MapVersion { get; init; }
}
