using CloudPacs.Store.Messages;
using CloudPacs.Translation;

namespace CloudPacs.Integration.Messages;

/// <summary>What a message is found by in the journal, taken from its mapped keys and from what it was given.</summary>
internal static class JournalKeys
{
    /// <param name="message">As it came.</param>
    /// <param name="replies">What became of its orders: with the numbers that were assigned.</param>
    public static IReadOnlyCollection<string> Of(InboundMessage message, IReadOnlyList<GroupReply> replies)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        if (message.Message?.ControlId is { Length: > 0 } control) keys.Add(MessageKey.Control(control));
        if (message.Part is { IsLast: false } part) keys.Add(MessageKey.Continuation(part.GoesOn));
        if (message.Mapped is not { } mapped) return keys;
        foreach (var patient in mapped.Patients)
        {
            foreach (var id in patient.Others.Concat(patient.Prior)) keys.Add(MessageKey.Patient(id.Value));
            if (patient.Primary is { } primary) keys.Add(MessageKey.Patient(primary.Value));
            if (patient.Visit is { } visit) keys.Add(MessageKey.Visit(visit.Value));
        }

        foreach (var group in mapped.Groups)
        {
            if (group.PlacerNumber is { } placer) keys.Add(MessageKey.Placer(placer.Value));
            if (group.FillerNumber is { } filler) keys.Add(MessageKey.Filler(filler.Value));
            if (group.AccessionNumber is { } accession) keys.Add(MessageKey.Accession(accession.Value));
            if (group.StudyInstanceUid is { } uid) keys.Add(MessageKey.Study(uid));
        }

        foreach (var reply in replies)
        {
            if (reply.PlacerNumber is { } placer) keys.Add(MessageKey.Placer(placer.Value));
            if (reply.FillerNumber is { } filler) keys.Add(MessageKey.Filler(filler.Value));
            foreach (var step in reply.Steps)
            {
                keys.Add(MessageKey.Accession(step.AccessionNumber.Value));
                keys.Add(MessageKey.Study(step.StudyInstanceUid));
            }
        }

        return keys;
    }
}
