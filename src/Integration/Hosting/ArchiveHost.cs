using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Integration.Archives;
using CloudPacs.Integration.Changes;
using CloudPacs.Mapping;
using CloudPacs.Settings;
using CloudPacs.Store;
using CloudPacs.Store.Studies;
using CloudPacs.Studies.Archives;
using CloudPacs.Studies.Fetching;
using CloudPacs.Worklist;
using Npgsql;

namespace CloudPacs.Integration.Hosting;

/// <summary>The archives that exist beside this one: asked for what is new, and for the bytes of what somebody wants to see.</summary>
internal sealed class ArchiveHost : IAsyncDisposable
{
    private readonly List<ArchiveHttp> _connections = [];
    private readonly ArchivePolling _polling;

    public ArchiveHost(
        EngineSettings settings, NpgsqlDataSource database, MapCatalog maps, ChangePipeline changes, SiteClock clock, Guid installation,
        EntryVisibility visibility, IdSource ids, ILoggerFactory loggers)
    {
        (Polls, Studies) = (new ArchivePolls(database), new ArchiveStudies(database));
        var found = new FoundStudies(
            Studies, maps, changes, clock, installation, visibility, ids, loggers.CreateLogger<FoundStudies>());
        var archives = new Dictionary<string, IForeignArchive>(StringComparer.Ordinal);
        var pollers = new List<ArchivePoller>();
        foreach (var (name, archive) in settings.Archives)
        {
            var (opened, feed) = Open(name, archive, settings.Dicom.AeTitle, clock.Clock);
            archives.Add(name, opened);
            pollers.Add(new ArchivePoller(
                opened, feed, archive, Polls, Studies, found, clock, loggers.CreateLogger<ArchivePoller>()));
        }

        Fetched = new FetchedInstances(
            archives, (instance, syntax) => Studies.LearnSyntaxAsync(instance, syntax, CancellationToken.None),
            Path.Combine(settings.Data, "fetched"), settings.Archive.FetchedBytes);
        _polling = new ArchivePolling(pollers);
    }

    public ArchivePolls Polls { get; }

    public ArchiveStudies Studies { get; }

    /// <summary>The bytes of their instances.</summary>
    public FetchedInstances Fetched { get; }

    /// <summary>What they were asked to send here.</summary>
    public AwaitedInstances Awaited { get; } = new();

    /// <summary>Null when there are none.</summary>
    public ArchivePolling? Polling => _polling.Pollers.Count > 0 ? _polling : null;

    public ValueTask DisposeAsync()
    {
        _polling.Stop();
        _polling.Dispose();
        foreach (var connection in _connections) connection.Dispose();
        return ValueTask.CompletedTask;
    }

    private (IForeignArchive Archive, OrthancFeed? Feed) Open(
        string name, ForeignArchiveSettings settings, string aeTitle, TimeProvider clock)
    {
        var pace = new RequestPace(settings.RequestsPerSecond, clock);
        if (settings.WebAddress.Length == 0)
        {
            var options = new DicomClientOptions
            {
                Host = settings.Host, Port = settings.Port, CallingAe = aeTitle, CalledAe = settings.AeTitle,
                Contexts = [ProposedContext.LittleEndian(Uids.StudyRootFind), ProposedContext.LittleEndian(Uids.StudyRootMove)],
                Tls = CertificateFiles.LoadDicomClient(settings.Tls, $"Archives:{name}:Tls", clock),
                ConnectTimeout = settings.ConnectTimeout,
                AssociationTimeout = settings.ConnectTimeout, ResponseTimeout = settings.AnswerTimeout,
            };
            return (new AssociationArchive(name, options, pace, Awaited, clock), null);
        }

        (string, string)? credentials = settings.UserName.Length > 0 ? (settings.UserName, settings.Password) : null;
        var http = new ArchiveHttp(name, credentials, settings.ConnectTimeout, settings.AnswerTimeout, clock);
        _connections.Add(http);
        var root = settings.WebAddress.TrimEnd('/');
        var above = root[..root.LastIndexOf('/')];
        return (new DicomWebArchive(name, root, http, pace), new OrthancFeed(name, above, http, pace));
    }
}
