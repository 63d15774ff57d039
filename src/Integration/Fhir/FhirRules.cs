using CloudPacs.Domain;
using CloudPacs.FhirServer.Writing;
using CloudPacs.Mapping;
using CloudPacs.Store;
using CloudPacs.Translation;
using CloudPacs.Worklist;

namespace CloudPacs.Integration.Fhir;

/// <summary>By which rules what clients write becomes commands: those of the default sender.</summary>
/// <param name="Maps">Policies and tables.</param>
/// <param name="Clock">Time and zone of the site.</param>
/// <param name="Installation">Namespace of the installation.</param>
/// <param name="Visibility">Says why no station sees an entry.</param>
/// <param name="Ids">Ids of resources and of audit rows.</param>
internal sealed record FhirRules(MapCatalog Maps, SiteClock Clock, Guid Installation, EntryVisibility Visibility, IdSource Ids)
{
    /// <summary>Who clients are in the audit trail, as long as none of them says who it is.</summary>
    public const string Actor = "FHIR";

    public SenderMap Sender => Maps.Current.Default;

    /// <summary>What the resources and their rows say of the time: whole milliseconds, as meta.lastUpdated does.</summary>
    public DateTimeOffset Now
    {
        get
        {
            var now = Clock.Clock.GetUtcNow();
            return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
        }
    }

    /// <param name="sender">The sender whose rules hold.</param>
    /// <param name="writes">Who writes, and of which facility that is.</param>
    /// <param name="now">Time of the write.</param>
    public ChangeContext ContextOf(SenderMap sender, FhirWrites writes, DateTimeOffset now) => new()
    {
        Actor = writes.Writer ?? Actor,
        Kind = "orders",
        DefaultAuthority = sender.Policy.DefaultAuthority,
        OrderAuthority = sender.Policy.DefaultAuthority,
        AccessionAuthority = sender.Policy.AccessionAuthority,
        OwnAuthority = writes.Facility is { Length: > 0 } own ? own : sender.Policy.Facility ?? Actor,
        ReceivedAt = now,
        SiteZone = Clock.Zone,
        Facility = writes.Facility is { Length: > 0 } facility ? facility : sender.Policy.Facility,
        CallerFacility = writes.Facility,
        Policy = DomainPolicies.Of(sender.Policy),
    };
}
