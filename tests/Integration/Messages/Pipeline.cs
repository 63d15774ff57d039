using System.Text;
using System.Text.Json;
using CloudPacs.FhirServer.Writing;
using CloudPacs.Hl7v2;
using CloudPacs.Integration.Changes;
using CloudPacs.Integration.Commands;
using CloudPacs.Integration.Fhir;
using CloudPacs.Integration.Messages;
using CloudPacs.Mapping;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Loading;
using CloudPacs.Mapping.Testing;
using CloudPacs.Mapping.Tests;
using CloudPacs.Resources;
using CloudPacs.Settings;
using CloudPacs.Store;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Workspaces;
using CloudPacs.Worklist;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>Everything that a message goes through between its frame and the database: the shipped maps and an empty store in memory.</summary>
internal sealed class Pipeline
{
    public static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-03-10T08:30:20+05:30", null);
    public static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata");
    private static readonly MapEnvironment Environment = new("default", Zone, "urn:cloudpacs:default", Guid.Empty) { Owned = ResourceTypes.Owned, OwnedAttributes = OwnedAttributes.All };
    private static readonly Lazy<MapSet> Shipped = new(() => Load(Environment, null));
    private readonly MapEnvironment _environment;
    private readonly ListenerProfile _listener;
    private readonly MapSet _maps;
    private readonly MessageAnswers _answers;
    private readonly EntryVisibility _visibility = new(new EngineSettings());

    public Pipeline(MllpListenerSettings? listener = null) : this(listener, Environment, Shipped.Value)
    {
    }

    private Pipeline(MllpListenerSettings? listener, MapEnvironment environment, MapSet maps)
    {
        (_environment, _maps) = (environment, maps);
        _listener = new ListenerProfile("main", listener ?? new MllpListenerSettings());
        _answers = new MessageAnswers(Ids);
        Clock = new SiteClock(new FakeTimeProvider(Now), environment.SiteZone);
        StartOver();
    }

    public SiteClock Clock { get; }

    public IdSource Ids { get; } = IdSource.Counting();

    public MessageReader Reader { get; private set; } = null!;

    public Workspace Workspace { get; private set; } = null!;

    /// <summary>A pipeline with the configuration that a test of the maps lays over the files.</summary>
    public static Pipeline Of(MapTest test)
    {
        var environment = Environment with { SiteZone = test.Config?.SiteZone ?? Environment.SiteZone };
        return new Pipeline(null, environment, Load(environment, test.Config));
    }

    /// <summary>A pipeline of a site in another zone, with rows of before.</summary>
    public static Pipeline In(string zone, Workspace? workspace = null)
    {
        var environment = Environment with { SiteZone = TimeZoneInfo.FindSystemTimeZoneById(zone) };
        var pipeline = new Pipeline(null, environment, Load(environment, null));
        pipeline.Workspace = workspace ?? pipeline.Workspace;
        return pipeline;
    }

    /// <summary>A pipeline whose default sender has rules of its own.</summary>
    public static Pipeline With(string rules) => new(null, Environment, Load(Environment, null, rules));

    /// <summary>An empty store again.</summary>
    public void StartOver()
    {
        Workspace = new Workspace(Ids);
        Reader = new MessageReader(
            Catalog, new SenderDirectory(new EngineSettings()), Clock, Ids, Workspace.InstallationNamespace, Workspace.NextNumber);
    }

    public static MapCatalog ShippedMaps => new(MapFiles.Shipped, Environment, Shipped.Value);

    private MapCatalog Catalog => new(MapFiles.Shipped, _environment, _maps);

    /// <summary>A body of <c>POST /api/commands</c> as a change.</summary>
    public CommandChange ReadCommands(string json)
    {
        var request = JsonSerializer.Deserialize<CommandRequest>(json, CommandJson.Options)!;
        Assert.Empty(CommandChecks.Check(request, Now, static _ => true));
        return new CommandDoor(Catalog, null!, Clock, Workspace.InstallationNamespace, _visibility, Ids).Read(request, "test")!;
    }

    /// <summary>Writes of resources, in one change.</summary>
    public IReadOnlyList<WriteOutcome> Write(params IReadOnlyList<FhirWrite> writes)
    {
        var rules = new FhirRules(Catalog, Clock, Workspace.InstallationNamespace, _visibility, Ids);
        var change = new FhirChange(new FhirWrites(writes, "test"), rules, new FhirIndex(Workspace.InstallationNamespace, null, TimeZoneInfo.Utc));
        _ = change.MoreKeys(Workspace);
        change.ApplyTo(Workspace, new BatchRows());
        return change.Outcomes;
    }

    public InboundMessage Read(ReadOnlyMemory<byte> message) => Reader.Read(message, _listener, new MessageOrigin("test"));

    public AppliedResult Send(ReadOnlyMemory<byte> message) => Apply(Read(message));

    public AppliedResult Apply(InboundMessage message)
    {
        var change = new MessageChange(message, _answers, _visibility);
        change.ApplyTo(Workspace, new BatchRows());
        return change.Result!;
    }

    public AppliedResult Send(string message) => Send(Encoding.UTF8.GetBytes(message));

    /// <summary>A field of the last answer, as text.</summary>
    public static string Answer(AppliedResult result, string path)
    {
        if (!Message.TryParse(result.Answers[^1], ParseOptions.Default, out var answer, out var problem)) throw new FormatException(problem.Text);
        return answer.Get(FieldPath.Parse(path)).ToString();
    }

    private static MapSet Load(MapEnvironment environment, MapOverrides? config, string? rules = null)
    {
        var diagnostics = new Diagnostics();
        var source = MapSource.Read(MapFiles.Shipped, environment.Site, diagnostics);
        if (rules is not null)
        {
            var files = source.Files.ToDictionary();
            files["senders/default.yaml"] = $"sender: default\nextends: [base/order@1, base/appointment@1, base/report@1]\n{rules}";
            source = new MapSource(environment.Site, files);
        }

        return MapSetLoader.Load(source, environment, CloudPacs.Mapping.Functions.FunctionTable.Default, diagnostics, config)
            ?? throw new FormatException(string.Join('\n', diagnostics.All));
    }
}
