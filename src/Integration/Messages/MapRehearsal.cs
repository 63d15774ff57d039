using System.Text.Json.Nodes;
using CloudPacs.Dicom;
using CloudPacs.Integration.Settings;
using CloudPacs.Integration.Worklist;
using CloudPacs.Mapping;
using CloudPacs.Mapping.Loading;
using CloudPacs.Store;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Integration.Messages;

/// <summary>
/// Messages through the very pipeline of the engine (maps, domain, FHIR resources, worklist, answer) on an empty store in memory, at one
/// moment that does not move: for tests of the maps, preview and comparison.
/// </summary>
internal sealed class MapRehearsal
{
    private readonly EngineSettings settings = new() { Worklist = { KeepVisible = TimeSpan.FromDays(36500) } };
    private readonly SiteClock clock;
    private readonly Workspace workspace;
    private readonly MessageReader reader;
    private readonly MessageAnswers answers;
    private readonly EntryVisibility visibility;

    public MapRehearsal(string directory, MapSet maps, MapEnvironment environment, DateTimeOffset now)
    {
        clock = new SiteClock(new FixedClock(now), environment.SiteZone);
        var ids = IdSource.Counting();
        workspace = new Workspace(ids);
        reader = new MessageReader(
            new MapCatalog(directory, environment, maps), new SenderDirectory(settings), clock, ids, workspace.InstallationNamespace,
            workspace.NextNumber);
        answers = new MessageAnswers(ids);
        visibility = new EntryVisibility(settings);
    }

    public (InboundMessage Message, AppliedResult Result) Send(ReadOnlyMemory<byte> message)
    {
        var read = reader.Read(message, new ListenerProfile("test", settings.Mllp), new MessageOrigin("test"));
        var change = new MessageChange(read, answers, visibility);
        change.ApplyTo(workspace, new BatchRows());
        return (read, change.Result!);
    }

    /// <summary>What a query with universal keys returns.</summary>
    public IReadOnlyList<DataSet> Worklist()
    {
        var index = new WorklistIndex();
        if (EntryCollector.Collect(workspace, workspace.Changed, new EntryFactory(settings.Worklist), revision: 1) is { } changes)
            index.Apply(changes.Entries, changes.Patients, changes.Visits);
        var query = WorklistQuery.Parse(new DataSet(), new StationProfile("", null, settings));
        return [.. index.Current.Search(query, clock.LocalNow, limit: 1000)
            .Select(entry => AnswerData.Of(entry, "", clock).Set(Tags.SpecificCharacterSet, settings.Dicom.CharacterSet))];
    }

    public IReadOnlyList<JsonObject> Resources() =>
        [.. workspace.FhirWrites.GroupBy(static row => (row.Type, row.Id))
            .Select(static versions => JsonNode.Parse(versions.Last().Content.Span)!.AsObject())];

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now.ToUniversalTime();
    }
}
