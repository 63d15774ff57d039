using System.Net.Sockets;
using CloudPacs.Dicom.Network.Pdu;
using CloudPacs.Dicom.Network.UpperLayer;

namespace CloudPacs.Dicom.Network.Scp;

/// <summary>
/// The accepting side of one connection: decides on the association, receives messages, starts operations and answers the release when they
/// are done.
/// </summary>
internal sealed partial class ServerAssociation : IUpperLayerUser, IDisposable
{
    private readonly AssociationHost _host;
    private readonly AssociationInfo _peer;
    private readonly CancellationTokenSource _gone = new();
    private AssociateParameters? _request;
    private Negotiation? _negotiation;
    private Task _deciding = Task.CompletedTask;
    private int _holdsSlot;
    private string _end = "the connection was closed";

    public ServerAssociation(Socket socket, Stream stream, AssociationInfo peer, AssociationHost host)
    {
        (_host, _peer, Info) = (host, peer, peer);
        Connection = new UpperLayerConnection(socket, stream, isRequestor: false, host.UpperLayer, this, host.Time);
    }

    public UpperLayerConnection Connection { get; }

    public AssociationInfo Info { get; private set; }

    public TimeProvider Time => _host.Time;

    /// <summary>Not accepted yet.</summary>
    public bool IsPending => Connection.State is State.Sta1 or State.Sta2 or State.Sta3;

    public bool HoldsPlace => Volatile.Read(ref _holdsSlot) == 1;

    /// <summary>Nothing is under way: the peer may come back whenever it needs something.</summary>
    public bool IsIdle
    {
        get
        {
            if (IsPending) return _request is null;
            lock (_gate) return Connection.State == State.Sta6 && _operations.Count == 0 && !_isHeldBack;
        }
    }

    /// <summary>Serves until the connection is closed and its operations have ended.</summary>
    public async Task RunAsync()
    {
        try
        {
            await Connection.RunAsync().ConfigureAwait(false);
        }
        finally
        {
            await _gone.CancelAsync().ConfigureAwait(false);
            await _deciding.ConfigureAwait(false);
            EndOperations("the connection was closed");
            await OperationsDoneAsync().ConfigureAwait(false);
            GiveUpSlot();
            if (_negotiation is not null)
            {
                DicomMetrics.AssociationClosed();
                _host.Observer.AssociationEnded(Info, _end);
            }
            else if (_request is null)
            {
                DicomMetrics.ConnectionFailed();
                _host.Observer.ConnectionFailed(_peer.RemoteEndPoint, "It was closed without an association request.");
            }
        }
    }

    public void Dispose()
    {
        Connection.Dispose();
        _gone.Dispose();
    }

    public void AssociateRequested(AssociateParameters request)
    {
        _request = request;
        Info = _peer with
        {
            CallingAe = request.CallingAe,
            CalledAe = request.CalledAe,
            UserIdentity = request.UserIdentity,
            ImplementationClassUid = request.ImplementationClassUid,
            ImplementationVersionName = request.ImplementationVersionName,
            AbstractSyntaxes = [.. request.Contexts.Select(context => context.AbstractSyntax).Distinct()],
        };
        if (FirstRejection(request) is { } rejection) Reject(rejection);
        else _deciding = DecideAsync(request);
    }

    public void AssociateAccepted(AssociateParameters answer) =>
        throw new InvalidOperationException("The accepting side never asks for an association.");

    public void AssociateRejected(AssociationRejection rejection) =>
        throw new InvalidOperationException("The accepting side never asks for an association.");

    public void Released() => _end = "released";

    public void Aborted(UpperLayerAbort abort)
    {
        _end = abort.ToString();
        GiveUpSlot();
        EndOperations(_end);
    }

    // Only an SCU waits for responses.
    public void ResponseOverdue()
    {
    }

    public void ReportFailure(string operation, Exception exception) => _host.Observer.Failed(Info, operation, exception);

    private AssociationRejection? FirstRejection(AssociateParameters request)
    {
        if (request.ApplicationContext != Uids.ApplicationContext) return AssociationRejection.ApplicationContextNotSupported;
        if (_host.Options.RequiresCalledAe && !_host.Options.AeTitles.Contains(request.CalledAe))
            return AssociationRejection.CalledAeTitleNotRecognized;
        if (request.CallingAe.Length == 0 || request.CallingAe.Contains(AssociateReader.ControlCharacter, StringComparison.Ordinal))
            return AssociationRejection.CallingAeTitleNotRecognized;
        if (_host.IsStopping) return AssociationRejection.TemporaryCongestion;
        var admission = _host.Limits.TryEnter(request.CallingAe);
        if (admission == Admission.TitleHasMost) return AssociationRejection.LocalLimitExceeded;
        // When all are taken others give way only to one whom the policy lets in.
        _holdsSlot = admission == Admission.Entered ? 1 : 0;
        return null;
    }

    private async Task DecideAsync(AssociateParameters request)
    {
        AssociationDecision decision;
        try
        {
            decision = await _host.Policy.DecideAsync(Info, _gone.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e)
        {
            // The top of the decision: who cannot be checked is not let in.
            ReportFailure("A-ASSOCIATE", e);
            decision = AssociationDecision.Reject(AssociationRejection.TemporaryCongestion);
        }

        if (decision.Rejection is { } rejection)
        {
            Reject(rejection);
            return;
        }

        if (!HoldsPlace && !TryTakePlace())
        {
            Reject(AssociationRejection.LocalLimitExceeded);
            return;
        }

        // Set before the answer leaves: the first message may come at once.
        var agreed = Negotiation.Answering(request, _host.Services, _host.Options, decision.UserIdentityResponse);
        _negotiation = agreed;
        Volatile.Write(ref _lastWork, Time.GetTimestamp());
        DicomMetrics.AssociationOpened();
        _host.Observer.AssociationAccepted(Info);
        Connection.Accept(agreed.Answer);
    }

    private bool TryTakePlace()
    {
        if (!_host.TryEnterFor(this)) return false;
        Volatile.Write(ref _holdsSlot, 1);
        return true;
    }

    // When the association is over, not when the peer gets round to closing: it may come back at once.
    private void GiveUpSlot()
    {
        if (Interlocked.Exchange(ref _holdsSlot, 0) == 1) _host.Limits.Leave(Info.CallingAe);
    }

    private void Reject(AssociationRejection rejection)
    {
        DicomMetrics.AssociationRejected(rejection);
        _host.Observer.AssociationRejected(Info, rejection);
        GiveUpSlot();
        Connection.Reject(rejection);
    }
}
