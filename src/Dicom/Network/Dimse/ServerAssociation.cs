using System.Net.Sockets;
using CloudPacs.Dicom.Network.UpperLayer;

namespace CloudPacs.Dicom.Network.Dimse;

/// <summary>The accepting side of one connection: decides on the association, receives messages, starts operations and answers the release when they are done.</summary>
internal sealed partial class ServerAssociation : IUpperLayerUser, IDisposable
{
    private readonly AssociationHost host;
    private readonly AssociationInfo peer;
    private readonly CancellationTokenSource gone = new();
    private AssociateParameters? request;
    private Negotiation? negotiation;
    private Task deciding = Task.CompletedTask;
    private int holdsSlot;
    private string end = "the connection was closed";

    public ServerAssociation(Socket socket, Stream stream, AssociationInfo peer, AssociationHost host)
    {
        (this.host, this.peer, Info) = (host, peer, peer);
        Connection = new UpperLayerConnection(socket, stream, isRequestor: false, host.UpperLayer, this, host.Time);
    }

    public UpperLayerConnection Connection { get; }

    public AssociationInfo Info { get; private set; }

    public TimeProvider Time => host.Time;

    /// <summary>Not accepted yet.</summary>
    public bool IsPending => Connection.State is State.Sta1 or State.Sta2 or State.Sta3;

    /// <summary>Serves until the connection is closed and its operations have ended.</summary>
    public async Task RunAsync()
    {
        try
        {
            await Connection.RunAsync().ConfigureAwait(false);
        }
        finally
        {
            await gone.CancelAsync().ConfigureAwait(false);
            await deciding.ConfigureAwait(false);
            EndOperations("the connection was closed");
            await OperationsDoneAsync().ConfigureAwait(false);
            GiveUpSlot();
            if (negotiation is not null)
            {
                DicomMetrics.AssociationClosed();
                host.Observer.AssociationEnded(Info, end);
            }
            else if (request is null)
            {
                DicomMetrics.ConnectionFailed();
                host.Observer.ConnectionFailed(peer.RemoteEndPoint, "It was closed without an association request.");
            }
        }
    }

    public void Dispose()
    {
        Connection.Dispose();
        gone.Dispose();
    }

    public void AssociateRequested(AssociateParameters request)
    {
        this.request = request;
        Info = peer with
        {
            CallingAe = request.CallingAe,
            CalledAe = request.CalledAe,
            UserIdentity = request.UserIdentity,
            ImplementationClassUid = request.ImplementationClassUid,
            ImplementationVersionName = request.ImplementationVersionName,
            AbstractSyntaxes = [.. request.Contexts.Select(context => context.AbstractSyntax).Distinct()],
        };
        if (FirstRejection(request) is { } rejection) Reject(rejection);
        else deciding = DecideAsync(request);
    }

    public void AssociateAccepted(AssociateParameters answer) => throw new InvalidOperationException("The accepting side never asks for an association.");

    public void AssociateRejected(AssociationRejection rejection) => throw new InvalidOperationException("The accepting side never asks for an association.");

    public void Released() => end = "released";

    public void Aborted(UpperLayerAbort abort)
    {
        end = abort.ToString();
        GiveUpSlot();
        EndOperations(end);
    }

    // Only an SCU waits for responses.
    public void ResponseOverdue()
    {
    }

    public void ReportFailure(string operation, Exception exception) => host.Observer.Failed(Info, operation, exception);

    private AssociationRejection? FirstRejection(AssociateParameters request)
    {
        if (request.ApplicationContext != Uids.ApplicationContext) return AssociationRejection.ApplicationContextNotSupported;
        if (host.Options.RequiresCalledAe && !host.Options.AeTitles.Contains(request.CalledAe)) return AssociationRejection.CalledAeTitleNotRecognized;
        if (request.CallingAe.Length == 0) return AssociationRejection.CallingAeTitleNotRecognized;
        if (host.IsStopping) return AssociationRejection.TemporaryCongestion;
        if (!host.Limits.TryEnter(request.CallingAe)) return AssociationRejection.LocalLimitExceeded;
        holdsSlot = 1;
        return null;
    }

    private async Task DecideAsync(AssociateParameters request)
    {
        AssociationDecision decision;
        try
        {
            decision = await host.Policy.DecideAsync(Info, gone.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
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

        // Set before the answer leaves: the first message may come at once.
        var agreed = Negotiation.Answering(request, host.Services, host.Options, decision.UserIdentityResponse);
        negotiation = agreed;
        DicomMetrics.AssociationOpened();
        host.Observer.AssociationAccepted(Info);
        Connection.Accept(agreed.Answer);
    }

    // When the association is over, not when the peer gets round to closing: it may come back at once.
    private void GiveUpSlot()
    {
        if (Interlocked.Exchange(ref holdsSlot, 0) == 1) host.Limits.Leave(Info.CallingAe);
    }

    private void Reject(AssociationRejection rejection)
    {
        DicomMetrics.AssociationRejected(rejection);
        host.Observer.AssociationRejected(Info, rejection);
        GiveUpSlot();
        Connection.Reject(rejection);
    }
}
