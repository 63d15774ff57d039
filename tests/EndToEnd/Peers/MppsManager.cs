using System.Net;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;

namespace CloudPacs.EndToEnd.Tests.Peers;

/// <summary>A request that came.</summary>
internal sealed record ReceivedStep(string Operation, string Uid, string CallingAe, DataSet Attributes)
{
    public string? Status => Attributes.GetString(Tags.PerformedProcedureStepStatus);

    public override string ToString() => $"{Operation} {Uid} {Status}";
}

/// <summary>
/// A manager of performed procedure steps with the states of PS3.4 F.7.2; it can be away and come back on the same port, refuse, or lose its
/// answer.
/// </summary>
internal sealed class MppsManager : ICreateService, ISetService, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<ReceivedStep> _requests = [];
    private readonly Dictionary<string, string?> _states = [];
    private DicomServer? _server;
    private int _unanswered;

    public int Port { get; private set; }

    /// <summary>A status instead of what the states say; asked for each request, before it does anything.</summary>
    public Func<ReceivedStep, ushort?> Refuse { get; set; } = static _ => null;

    /// <summary>It is applied, and the answer does not leave.</summary>
    public Func<ReceivedStep, bool> LoseAnswer { get; set; } = static _ => false;

    /// <summary>Requests whose answer is waited for in vain just now.</summary>
    public int Unanswered => _unanswered;

    /// <summary>All that came, in order, repetitions too.</summary>
    public IReadOnlyList<ReceivedStep> Requests
    {
        get
        {
            lock (_gate) return [.. _requests];
        }
    }

    public async Task ComeAsync(DicomServerTls? tls = null, int associations = 16)
    {
        _server = new DicomServer(
            new DicomServerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, Port), AeTitles = ["PPSM"], MaxDataSetBytes = 16 << 20, MaxAssociations = associations, Tls = tls },
            new Dictionary<string, IDimseService> { [Uids.ModalityPerformedProcedureStep] = this }, new AcceptAllPolicy(), null, TimeProvider.System);
        await _server.StartAsync(CancellationToken.None);
        Port = _server.EndPoint.Port;
    }

    public async Task LeaveAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _server = null;
    }

    public void StartOver()
    {
        lock (_gate) _requests.Clear();
        (Refuse, LoseAnswer) = (static _ => null, static _ => false);
    }

    public async Task<IReadOnlyList<ReceivedStep>> WaitForAsync(int count)
    {
        for (var left = 1500; left > 0 && Requests.Count < count; left--) await Task.Delay(20);
        return Requests;
    }

    public ValueTask<InstanceResult> CreateAsync(InstanceRequest request, CancellationToken cancellationToken) => TakeAsync("N-CREATE", request, cancellationToken);

    public ValueTask<InstanceResult> SetAsync(InstanceRequest request, CancellationToken cancellationToken) => TakeAsync("N-SET", request, cancellationToken);

    public async ValueTask DisposeAsync() => await LeaveAsync();

    private async ValueTask<InstanceResult> TakeAsync(string operation, InstanceRequest request, CancellationToken cancellationToken)
    {
        var step = new ReceivedStep(operation, request.SopInstanceUid!, request.Association.CallingAe, request.DataSet);
        InstanceResult result;
        lock (_gate)
        {
            _requests.Add(step);
            result = Refuse(step) is { } status ? new InstanceResult(status) : Apply(step);
        }

        if (!LoseAnswer(step)) return result;
        Interlocked.Increment(ref _unanswered);
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Interlocked.Decrement(ref _unanswered);
        return result;
    }

    private InstanceResult Apply(ReceivedStep step)
    {
        var isKnown = _states.TryGetValue(step.Uid, out var state);
        if (step.Operation == "N-CREATE" ? isKnown : !isKnown)
            return new InstanceResult(isKnown ? DimseStatus.DuplicateSopInstance : DimseStatus.NoSuchSopInstance);
        if (step.Operation == "N-CREATE" && step.Status != "IN PROGRESS") return new InstanceResult(DimseStatus.InvalidAttributeValue);
        if (state is "COMPLETED" or "DISCONTINUED") return new InstanceResult(DimseStatus.ProcessingFailure) { ErrorId = 0xA710 };
        _states[step.Uid] = step.Status ?? state;
        return InstanceResult.Success;
    }
}
