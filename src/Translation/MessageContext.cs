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
    public ChangeContext Of(Message message, SenderPolicy policy)
    {
        var facility = message.SendingFacility is { Length: > 0 } sent ? sent : null;
        var application = message.SendingApplication is { Length: > 0 } name ? name : facility;
        return new ChangeContext
        {
            Actor = Sender.Name,
            Kind = message.TriggerEvent.ToUpperInvariant(),
            DefaultAuthority = policy.DefaultAuthority ?? facility,
            OrderAuthority = policy.DefaultAuthority ?? application,
            AccessionAuthority = policy.AccessionAuthority ?? facility,
            SentAt = message.Time.TryGetTime(out var time) && time.HasTime ? time.ToDateTimeOffset(Sender.Zone, out _) : null,
            ReceivedAt = ReceivedAt,
            SiteZone = SiteZone,
            Facility = policy.Facility,
            JournalId = JournalId,
            IsStrict = IsStrict,
            Policy = DomainPolicies.Of(policy),
        };
    }
}
