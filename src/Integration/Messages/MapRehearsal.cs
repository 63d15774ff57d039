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
    private readonly EngineSettings _settings = new() { Worklist = { KeepVisible = TimeSpan.FromDays(36500) } };
    private readonly SiteClock _clock;
    private readonly Workspace _workspace;
    private readonly MessageReader _reader;
    private readonly MessageAnswers _answers;
    private readonly EntryVisibility _visibility;

    public MapRehearsal(string directory, MapSet maps, MapEnvironment environment, DateTimeOffset now)
    {
        _clock = new SiteClock(new FixedClock(now), environment.SiteZone);
        var ids = IdSource.Counting();
        _workspace = new Workspace(ids);
        _reader = new MessageReader(
            new MapCatalog(directory, environment, maps), new SenderDirectory(_settings), _clock, ids, _workspace.InstallationNamespace,
            _workspace.NextNumber);
        _answers = new MessageAnswers(ids);
        _visibility = new EntryVisibility(_settings);
    }

    public (InboundMessage Message, AppliedResult Result) Send(ReadOnlyMemory<byte> message)
    {
        var read = _reader.Read(message, new ListenerProfile("test", _settings.Mllp), new MessageOrigin("test"));
        var change = new MessageChange(read, _answers, _visibility);
        change.ApplyTo(_workspace, new BatchRows());
        return (read, change.Result!);
    }

    /// <summary>What a query with universal keys returns.</summary>
    public IReadOnlyList<DataSet> Worklist()
    {
        var index = new WorklistIndex();
        var factory = new EntryFactory(_settings.Worklist, _clock.Zone);
        if (EntryCollector.Collect(_workspace, _workspace.Changed, factory, revision: 1) is { } changes)
            index.Apply(changes.Entries, changes.Patients, changes.Visits);
        var query = WorklistQuery.Parse(new DataSet(), new StationProfile("", null, _settings));
        return [.. index.Current.Search(query, _clock.LocalNow, limit: 1000)
            .Select(entry => AnswerData.Of(entry, "").Set(Tags.SpecificCharacterSet, _settings.Dicom.CharacterSet))];
    }

    public IReadOnlyList<JsonObject> Resources() =>
        [.. _workspace.FhirWrites.GroupBy(static row => (row.Type, row.Id))
            .Select(static versions => JsonNode.Parse(versions.Last().Content.Span)!.AsObject())];

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now.ToUniversalTime();
    }
}
