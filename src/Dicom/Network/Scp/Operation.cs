using CloudPacs.Dicom.Network.Dimse;

namespace CloudPacs.Dicom.Network.Scp;

/// <summary>An operation that a peer has invoked on an association that we serve.</summary>
internal abstract class Operation(ServerAssociation association, PresentationContext context, CommandSet request) : IDisposable
{
    public const string DataSetTooLong = "The data set is longer than the limit";
    protected const string InternalError = "Internal error; see the log of the called system";

    private readonly CancellationTokenSource _cancellation = new();
    private readonly long _started = association.Time.GetTimestamp();
    private volatile bool _isCancelRequested;

    public ushort MessageId { get; } = request.MessageIdOrZero;

    /// <summary>Its data set is still on its way, so it is the peer who must go on.</summary>
    public virtual bool IsReceiving => false;

    /// <summary>No other operation may run beside it.</summary>
    public virtual bool IsAlone => false;

    protected ServerAssociation Association { get; } = association;

    protected PresentationContext Context { get; } = context;

    /// <summary>Signalled by C-CANCEL and by the end of the association.</summary>
    protected CancellationToken Cancellation => _cancellation.Token;

    /// <summary>A C-CANCEL has come, so the final status is FE00H.</summary>
    protected bool IsCancelRequested => _isCancelRequested;

    protected abstract string Name { get; }

    /// <summary>Begins on the association's loop; must not throw nor wait.</summary>
    public abstract void Start();

    public virtual void CancelByPeer()
    {
        _isCancelRequested = true;
        Cancel();
    }

    /// <summary>The association is over: nothing more will come and no response will reach the peer.</summary>
    public virtual void End(DicomNetworkException cause) => Cancel();

    public void Dispose() => _cancellation.Dispose();

    // The callbacks are services' code, so they do not run on the loop that reads.
    protected void Cancel() => _ = _cancellation.CancelAsync();

    protected CommandSet Response(ushort status) => CommandSets.Response(request, status);

    /// <summary>Sends the final response and leaves the association's list of operations.</summary>
    protected void Finish(CommandSet response, CommandWriter writer, ReadOnlyMemory<byte> dataSet = default)
    {
        Association.Finish(this, Context.Id, writer.Write(response), response.HasDataSet, dataSet.Span);
        DicomMetrics.OperationDone(Name, response.Status ?? DimseStatus.Success, Association.Time.GetElapsedTime(_started));
        Dispose();
    }
}
