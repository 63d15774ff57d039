using System.Text.Json.Nodes;
using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Domain.Performed;
using CloudPacs.Exchange.Outbound;
using CloudPacs.Integration.Changes;
using CloudPacs.Integration.Performed;
using CloudPacs.Mapping;
using CloudPacs.Mapping.Explaining;
using CloudPacs.Mapping.Loading;
using CloudPacs.Settings;
using CloudPacs.Store;
using CloudPacs.Store.Deliveries;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Workspaces;
using CloudPacs.Worklist;
using Microsoft.Extensions.Logging.Abstractions;

namespace CloudPacs.Integration.Messages;

/// <summary>
/// Messages through the very pipeline of the engine (maps, domain, FHIR resources, worklist, answer) on an empty store in memory, at one
/// moment that does not move: for tests of the maps, preview and comparison. Reports of performed steps may follow them.
/// </summary>
internal sealed class MapRehearsal
{
    private readonly EngineSettings _settings = new() { Worklist = { KeepVisible = TimeSpan.FromDays(36500) } };
    private readonly SiteClock _clock;
    private readonly Workspace _workspace;
    private readonly MessageReader _reader;
    private readonly MessageAnswers _answers;
    private readonly EntryVisibility _visibility;
    private readonly EntryFactory _entries;
    private readonly StatusWriter? _status;
    private readonly List<MapExplanation> _explained = [];
    private readonly IdentifierWriter _identifiers;
    private readonly IdSource _ids;
    private IReadOnlyList<DeliveryRow> _told = [];
    private string? _station;

    /// <param name="directory">Folder of the maps.</param>
    /// <param name="maps">The maps.</param>
    /// <param name="environment">The site.</param>
    /// <param name="now">The one moment.</param>
    /// <param name="destination">Name of the map of a destination that is told of everything; null = nobody is told.</param>
    public MapRehearsal(string directory, MapSet maps, MapEnvironment environment, DateTimeOffset now, string? destination = null)
    {
        _clock = new SiteClock(new FixedClock(now), environment.SiteZone);
        _ids = IdSource.Counting();
        _workspace = new Workspace(_ids);
        var catalog = new MapCatalog(directory, environment, maps);
        _reader = new MessageReader(
            catalog, new SenderDirectory(_settings), _clock, _ids, _workspace.InstallationNamespace, _workspace.NextNumber);
        _answers = new MessageAnswers(_ids);
        _visibility = new EntryVisibility(_settings);
        _entries = new EntryFactory(_settings.Worklist, _clock.Zone);
        _identifiers = maps.Default.Identifiers;
        if (destination is null) return;
        var told = new OutboundSettings { Destinations = { [destination] = new DestinationSettings() } };
        _status = new StatusWriter(told, catalog, _entries, _ids, NullLogger<StatusWriter>.Instance) { Explained = _explained };
    }

    /// <summary>What the destination is told of the last message or report, in order.</summary>
    public IReadOnlyList<DeliveryRow> Told => _told;

    /// <summary>How each of <see cref="Told"/> came about.</summary>
    public IReadOnlyList<MapExplanation> Explained => _explained;

    public (InboundMessage Message, AppliedResult Result) Send(ReadOnlyMemory<byte> message)
    {
        var read = _reader.Read(message, new ListenerProfile("test", _settings.Mllp), new MessageOrigin("test"));
        var change = new MessageChange(read, _answers, _visibility);
        Apply(change);
        return (read, change.Result!);
    }

    /// <summary>What a modality says of the one performed step: at first that it begins, then what becomes of it.</summary>
    public Outcome Report(DataSet report)
    {
        var read = PerformedReader.Read("2.25.1", begins: _station is null, report, _clock.Zone, mendsVrs: true);
        _station ??= report.GetString(Tags.PerformedStationAeTitle) ?? "STATION";
        var context = new ChangeContext { Actor = _station, ReceivedAt = _clock.Clock.GetUtcNow(), SiteZone = _clock.Zone };
        var change = new CommandChange(
            new PerformedCommands(context, read), _identifiers, "test", _workspace.InstallationNamespace, _visibility, _ids);
        Apply(change);
        return change.Outcome!;
    }

    /// <summary>What a query with universal keys returns.</summary>
    public IReadOnlyList<DataSet> Worklist()
    {
        var index = new WorklistIndex();
        if (EntryCollector.Collect(_workspace, _workspace.Changed, _entries, revision: 1) is { } changes)
            index.Apply(changes.Entries, changes.Patients, changes.Visits);
        var query = WorklistQuery.Parse(new DataSet(), new StationProfile("", null, _settings));
        return [.. index.Current.Search(query, _clock.LocalNow, limit: 1000)
            .Select(entry => AnswerData.Of(entry, "").Set(Tags.SpecificCharacterSet, _settings.Dicom.CharacterSet))];
    }

    public IReadOnlyList<JsonObject> Resources() =>
        [.. _workspace.FhirWrites.GroupBy(static row => (row.Type, row.Id))
            .Select(static versions => JsonNode.Parse(versions.Last().Content.Span)!.AsObject())];

    private void Apply(Change change)
    {
        _explained.Clear();
        var rows = new BatchRows();
        change.ApplyTo(_workspace, rows, _status is null ? [] : [_status]);
        _told = rows.Deliveries;
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now.ToUniversalTime();
    }
}
