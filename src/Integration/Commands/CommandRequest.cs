using CloudPacs.Domain;
using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Domain.Scheduling;
using CloudPacs.Domain.Studies;

namespace CloudPacs.Integration.Commands;

/// <summary>
/// The body of <c>POST /api/commands</c>: who asks, by whose rules, and one of four things: orders of a patient, commands about patients,
/// an appointment, decisions about studies.
/// </summary>
internal sealed record CommandRequest
{
    /// <summary>Who asks, for the audit trail: a person or a system.</summary>
    public string Actor { get; init; } = "administration";

    /// <summary>The sender of messages whose policy and tables hold; the default one when none is named.</summary>
    public string? Sender { get; init; }

    /// <summary>When the commands were given, for the order of commands about one order; null when that is not known.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>Authority of numbers that come without one; null = that of the sender's policy.</summary>
    public string? DefaultAuthority { get; init; }

    /// <summary>Issuer of accession numbers that come without one; null = that of the sender's policy.</summary>
    public string? AccessionAuthority { get; init; }

    /// <summary>Facility whose stations shall see new orders; null = that of the sender's policy.</summary>
    public string? Facility { get; init; }

    /// <summary>The patient of <see cref="Orders"/>.</summary>
    public PatientDetails? Patient { get; init; }

    public IReadOnlyList<OrderCommand>? Orders { get; init; }

    public IReadOnlyList<PatientCommand>? Patients { get; init; }

    public BookAppointment? Appointment { get; init; }

    public IReadOnlyList<StudyDecision>? Studies { get; init; }

    /// <summary>The commands to the domain. Call it when the request has been checked.</summary>
    public CommandSet ToCommands(ChangeContext context)
    {
        if (Orders is { } orders) return new OrderCommands(context, Patient is { } patient ? [patient] : [], orders);
        if (Patients is { } patients) return new PatientCommands(context, patients);
        if (Studies is { } studies) return new StudyDecisions(context, studies);
        return new AppointmentCommands(context, Appointment!);
    }
}
