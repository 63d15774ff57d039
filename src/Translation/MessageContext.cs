using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping;

namespace CloudPacs.Translation;

/// <summary>Who sends a message, when, and by which rules it is applied.</summary>
/// <param name="Sender">The map of the sender.</param>
/// <param name="JournalId">Journal entry of the message.</param>
/// <param name="ReceivedAt">Time of receipt.</param>
/// <param name="SiteZone">Zone of the site.</param>
/// <param name="IsStrict">Whether the listener is.</param>
internal sealed record MessageContext(SenderMap Sender, Guid JournalId, DateTimeOffset ReceivedAt, TimeZoneInfo SiteZone, bool IsStrict)
{
    /// <summary>How many bytes of documents stand in the resource of their report.</summary>
    public required int MaxDocumentsInRow { get; init; }

    public ChangeContext Of(Message message, SenderPolicy policy)
    {
        var facility = NameOf(message.SendingFacility);
        var application = NameOf(message.SendingApplication) ?? facility;
        return new ChangeContext
        {
            Actor = Sender.Name,
            Kind = message.TriggerEvent.ToUpperInvariant(),
            DefaultAuthority = policy.DefaultAuthority ?? facility,
            OrderAuthority = policy.DefaultAuthority ?? application,
            AccessionAuthority = policy.AccessionAuthority ?? facility,
            SentAt = TimeOf(message.Time),
            RecordedAt = TimeOf(message.Segment("EVN").Field(2)),
            ReceivedAt = ReceivedAt,
            SiteZone = SiteZone,
            Facility = policy.Facility,
            JournalId = JournalId,
            IsStrict = IsStrict,
            Policy = DomainPolicies.Of(policy),
            MaxDocumentsInRow = MaxDocumentsInRow,
        };
    }

    private DateTimeOffset? TimeOf(Element field) =>
        field.TryGetTime(out var time) && time.HasTime ? time.ToDateTimeOffset(Sender.Zone, out _) : null;

    /// <summary>
    /// What is wrong with the names in the header that numbers without an authority take as theirs (HL7 v2.5.1 2.15.9.3, 2.15.9.4).
    /// </summary>
    public static IEnumerable<Hl7v2.Problem> FindProblems(Message message, SenderPolicy policy)
    {
        if (policy.DefaultAuthority is not null) yield break;
        if (FindProblem(message.SendingApplication, 3) is { } application) yield return application;
        if (FindProblem(message.SendingFacility, 4) is { } facility) yield return facility;
    }

    private static Hl7v2.Problem? FindProblem(string name, int field) =>
        NameOf(name) is { } sent && IdCharacters.FindProblem(sent) is { } problem
            ? new Hl7v2.Problem(102, Hl7v2.Severity.Error, new ErrorLocation("MSH", 1, field),
                $"The name of the sender {problem}, and its numbers take it as their authority: send it without, or set the policy "
                    + "defaultAuthority.")
            : null;

    private static string? NameOf(string sent) => IdCharacters.Normalize(sent) is { Length: > 0 } name ? name : null;
}
