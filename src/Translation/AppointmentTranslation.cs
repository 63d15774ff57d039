using CloudPacs.Domain;
using CloudPacs.Domain.Scheduling;
using CloudPacs.Mapping;
using CloudPacs.Store.Orders;

namespace CloudPacs.Translation;

/// <summary>Scheduling messages (SIU) as commands.</summary>
internal static class AppointmentTranslation
{
    private static readonly MappedProblem UnknownStatus = new(new Hl7v2.Problem(
        103, Hl7v2.Severity.Warning, new Hl7v2.ErrorLocation("SCH", 1, 25),
        "The status is not in HL7 table 0278: what the event says of the booking was taken."));

    /// <summary>A booking may do without a patient; what is said of one who is not named goes nowhere.</summary>
    private static IReadOnlyList<MappedProblem> OfNobody(MappedMessage message) =>
        [.. message.Patients.Where(static patient => !patient.IsMisnamed).SelectMany(static patient => patient.Problems)
            .Select(static problem => new MappedProblem(problem with { Severity = Hl7v2.Severity.Warning }))];

    /// <summary>Null for an event that is not applied.</summary>
    public static AppointmentCommands? Commands(MappedMessage message, ChangeContext context, MessageParts parts)
    {
        if (!AppointmentEventTable.Events.TryGetValue(context.Kind, out var @event)) return null;
        var person = message.Patients.Find(static patient => patient.Primary is not null);
        var sent = message.Appointment;
        var (isKnown, status) = (true, default((string? Status, BookingEffect? End)));
        if (sent?.Status is { } word)
        {
            isKnown = AppointmentEventTable.Statuses.TryGetValue(word, out var found);
            status = found;
        }

        var booking = new BookAppointment
        {
            Faults = isKnown ? [] : [UnknownStatus],
            Effect = status.End ?? @event.Effect,
            Status = status.Status ?? @event.Status,
            PlacerAppointmentId = sent?.PlacerAppointmentId?.ToIdentifier(),
            FillerAppointmentId = sent?.FillerAppointmentId?.ToIdentifier(),
            PlacerOrderNumber = sent?.PlacerOrderNumber?.ToIdentifier(),
            FillerOrderNumber = sent?.FillerOrderNumber?.ToIdentifier(),
            AccessionNumber = sent?.AccessionNumber?.ToIdentifier(),
            StepId = sent?.StepId,
            Attributes = sent?.Attributes ?? new(),
            Start = sent?.Start,
            StartInstant = sent?.StartInstant,
            Patient = person is null ? null : parts.Patient(person),
        };
        return new AppointmentCommands(context, parts.Add(booking, new PartSource(sent?.Scope)))
        {
            Faults = [.. MappedProblem.Of(message), .. person is null ? OfNobody(message) : []],
        };
    }
}
