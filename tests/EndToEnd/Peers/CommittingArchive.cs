using System.Net;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Store.Commitments;
using CloudPacs.Studies.Commitment;

namespace CloudPacs.EndToEnd.Tests.Peers;

/// <summary>An archive that does as it is told: away and back on the same port, refusing, committing to what it likes, when it likes.</summary>
internal sealed class CommittingArchive(int port, int enginePort) : IActionService, IAsyncDisposable
{
    private const string Title = "ARCHIVE";
    private readonly Lock _gate = new();
    private readonly List<string> _stored = [];
    private readonly List<(string Transaction, IReadOnlyList<InstanceReference> Instances)> _asked = [];
    private DicomServer? _server;

    /// <summary>A status instead of success, by SOP Instance UID.</summary>
    public Func<string, ushort?> Refuse { get; set; } = static _ => null;

    /// <summary>Instances in the order in which they came, repetitions too.</summary>
    public IReadOnlyList<string> Stored
    {
        get
        {
            lock (_gate) return [.. _stored];
        }
    }

    /// <summary>What it was asked to commit to.</summary>
    public IReadOnlyList<(string Transaction, IReadOnlyList<InstanceReference> Instances)> Asked
    {
        get
        {
            lock (_gate) return [.. _asked];
        }
    }

    public async Task ComeAsync()
    {
        _server = new DicomServer(
            new DicomServerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, port), AeTitles = [Title] },
            new Dictionary<string, IDimseService> { [Uids.SecondaryCaptureImageStorage] = new Shelf(this), [Uids.StorageCommitmentPushModel] = this },
            new AcceptAllPolicy(), null, TimeProvider.System);
        await _server.StartAsync(CancellationToken.None);
    }

    public async Task<bool> WaitAsync(Func<CommittingArchive, bool> isEnough)
    {
        for (var left = 1500; left > 0; left--, await Task.Delay(20))
            if (isEnough(this)) return true;
        return false;
    }

    /// <summary>Reports on an association of its own; gives the status of the answer.</summary>
    public async Task<InstanceResult> ReportAsync(string transaction, IReadOnlyList<InstanceReference> committed, IReadOnlyList<InstanceReference> failed)
    {
        await using var client = await DicomClient.ConnectAsync(new DicomClientOptions
        {
            Host = "127.0.0.1", Port = enginePort, CallingAe = Title, CalledAe = "CLOUDPACS", Contexts = [ProposedContext.LittleEndian(Uids.StorageCommitmentPushModel)],
            Roles = new Dictionary<string, RoleSelection> { [Uids.StorageCommitmentPushModel] = new(IsScu: false, IsScp: true) },
        }, TimeProvider.System, CancellationToken.None);
        var finding = new CommitmentFinding(committed, [.. failed.Select(static one => (one, FailureReasons.NoSuchInstance))]);
        return await client.ReportEventAsync(
            Uids.StorageCommitmentPushModel, Uids.StorageCommitmentPushModelInstance, finding.EventType, finding.Report(transaction, Title), CancellationToken.None);
    }

    public ValueTask<InstanceResult> ActAsync(InstanceRequest request, CancellationToken cancellationToken)
    {
        lock (_gate) _asked.Add((request.DataSet.GetString(Tags.TransactionUid)!, References.Read(request.DataSet.GetItems(Tags.ReferencedSopSequence))!));
        return new(InstanceResult.Success);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _server = null;
    }

    private sealed class Shelf(CommittingArchive archive) : IStoreService
    {
        public async ValueTask<StoreResult> StoreAsync(StoreRequest request, CancellationToken cancellationToken)
        {
            while (true)
            {
                var read = await request.DataSet.ReadAsync(cancellationToken);
                request.DataSet.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) break;
            }

            lock (archive._gate)
            {
                if (archive.Refuse(request.SopInstanceUid) is { } status) return new StoreResult(status);
                archive._stored.Add(request.SopInstanceUid);
            }

            return StoreResult.Success;
        }
    }
}
