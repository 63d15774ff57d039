using CloudPacs.Domain;
using CloudPacs.Domain.Patients;
using CloudPacs.Mapping;

namespace CloudPacs.Translation;

/// <summary>Patient messages (ADT) as commands.</summary>
internal static class PatientTranslation
{
    /// <summary>Null for an event that is not applied.</summary>
    public static PatientCommands? Commands(MappedMessage message, SenderPolicy policy, ChangeContext context, MessageParts parts)
    {
        if (!PatientEventTable.Events.TryGetValue(context.Kind, out var command)) return null;
        var patients = message.Patients.ConvertAll(parts.Patient);
        IReadOnlyList<PatientCommand> commands = PatientEventTable.IsOfPair(context.Kind)
            ? patients is [var one, .. var rest] ? [command(one, rest.Count > 0 ? rest[0] : null)] : []
            : patients.ConvertAll(patient => command(patient, null));
        if (policy.ArrivalEvents.Contains(context.Kind, StringComparer.OrdinalIgnoreCase)) commands = [.. commands.Select(WithArrival)];
        return new PatientCommands(context, commands) { Faults = MappedProblem.Of(message.Problems) };
    }

    private static PatientCommand WithArrival(PatientCommand command) => command is UpdatePatient update
        ? new UpdatePatient
        {
            Patient = update.Patient,
            HasVisit = update.HasVisit,
            VisitStatus = update.VisitStatus,
            Effects = update.Effects | EntryEffects.Arrival,
        }
        : command;
}
