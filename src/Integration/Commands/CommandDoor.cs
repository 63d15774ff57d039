using CloudPacs.Domain;
using CloudPacs.Integration.Changes;
using CloudPacs.Mapping;
using CloudPacs.Store;
using CloudPacs.Store.Commit;
using CloudPacs.Translation;
using CloudPacs.Worklist;

namespace CloudPacs.Integration.Commands;

/// <summary>Takes commands of an administrator to their answer, which says that they are durable and applied, or why not.</summary>
/// <param name="maps">Policies and tables of the senders.</param>
/// <param name="changes">The way into the database.</param>
/// <param name="clock">Time and zone of the site.</param>
/// <param name="installation">Namespace of the installation.</param>
/// <param name="visibility">Says why no station sees an entry.</param>
/// <param name="ids">Ids of audit rows.</param>
internal sealed class CommandDoor(
    MapCatalog maps, ChangePipeline changes, SiteClock clock, Guid installation, EntryVisibility visibility, IdSource ids)
{
    /// <summary>How long studies have to be kept.</summary>
    public RetentionRules Retention { get; init; } = RetentionRules.None;

    public DateTimeOffset Now => clock.Clock.GetUtcNow();

    /// <summary>Zone of the site.</summary>
    public TimeZoneInfo Zone => clock.Zone;

    /// <summary>Whether DICOM, or a table of the site, has this modality.</summary>
    public bool IsModality(string code) =>
        maps.Current.Default.Settings.Tables.GetValueOrDefault("modality_dicom") is not { } table || table.Find(code) is not null;

    /// <summary>The change that a request asks for, by the rules of its sender; null when there is no such sender.</summary>
    /// <param name="request">What is asked; it has been checked.</param>
    /// <param name="source">Address that the request came from.</param>
    /// <param name="rules">Rules that hold for this kind of request whatever the sender's are; null = none.</param>
    public CommandChange? Read(CommandRequest request, string source, Func<DomainPolicy, DomainPolicy>? rules = null)
    {
        var sender = request.Sender is { } name ? maps.Current.Find(name) : maps.Current.Default;
        if (sender is null) return null;
        var policy = sender.Policy;
        var commands = request.ToCommands(new ChangeContext
        {
            Actor = request.Actor,
            Kind = KindOf(request),
            DefaultAuthority = request.DefaultAuthority ?? policy.DefaultAuthority,
            OrderAuthority = request.DefaultAuthority ?? policy.DefaultAuthority,
            AccessionAuthority = request.AccessionAuthority ?? policy.AccessionAuthority,
            SentAt = request.SentAt,
            ReceivedAt = Now,
            SiteZone = clock.Zone,
            Facility = request.Facility ?? policy.Facility,
            Retention = Retention,
            Policy = rules is null ? DomainPolicies.Of(policy) : rules(DomainPolicies.Of(policy)),
        });
        return new CommandChange(commands, sender.Identifiers, source, installation, visibility, ids);
    }

    /// <summary>Brings the change to its end.</summary>
    /// <param name="change">A change that this door has read.</param>
    /// <param name="cancellationToken">Ends only the wait for a place in the queue.</param>
    /// <returns>What became of it; null when the database is away: to be sent again.</returns>
    /// <exception cref="InvalidOperationException">A fault of the engine; nothing was changed.</exception>
    public async Task<Outcome?> ApplyAsync(CommandChange change, CancellationToken cancellationToken)
    {
        var outcome = await changes.ApplyAsync(change, cancellationToken);
        return outcome.Status switch
        {
            CommitStatus.Committed => change.Outcome,
            CommitStatus.Failed => throw new InvalidOperationException("The commands could not be applied.", outcome.Error),
            _ => null,
        };
    }

    /// <summary>What the merge log calls it.</summary>
    private static string KindOf(CommandRequest request) => request switch
    {
        { Orders: not null } => "orders",
        { Patients: [var first, ..] } => CommandJson.NameOf(first.GetType()),
        { Patients: not null } => "patients",
        { Studies: [var first, ..] } => CommandJson.NameOf(first.GetType()),
        { Studies: not null } => "studies",
        _ => "appointment",
    };
}
