namespace CloudPacs.Dicom.Network.Dimse;

/// <summary>An operation that a peer has invoked on an association that we serve.</summary>
internal abstract class Operation(ServerAssociation association, PresentationContext context, CommandSet request) : IDisposable
{
    private readonly CancellationTokenSource cancellation = new();
    private readonly long started = association.Time.GetTimestamp();
    private volatile bool isCancelRequested;

    public ushort MessageId { get; } = request.MessageId!.Value;

    protected ServerAssociation Association { get; } = association;

    protected PresentationContext Context { get; } = context;

    /// <summary>Signalled by C-CANCEL and by the end of the association.</summary>
    protected CancellationToken Cancellation => cancellation.Token;

    /// <summary>A C-CANCEL has come, so the final status is FE00H.</summary>
    protected bool IsCancelRequested => isCancelRequested;

    protected abstract string Name { get; }

    /// <summary>Begins on the association's loop; must not throw nor wait.</summary>
    public abstract void Start();

    public void CancelByPeer()
    {
        isCancelRequested = true;
        Cancel();
    }

    // The callbacks are services' code, so they do not run on the loop that reads.
    public void Cancel() => _ = cancellation.CancelAsync();

    public void Dispose() => cancellation.Dispose();

    protected CommandSet Response(ushort status) => CommandSets.Response(request, status);

    /// <summary>Sends the final response and leaves the association's list of operations.</summary>
    protected void Finish(CommandSet response, CommandWriter writer)
    {
        Association.Finish(this, Context.Id, writer.Write(response));
        DicomMetrics.OperationDone(Name, response.Status ?? DimseStatus.Success, Association.Time.GetElapsedTime(started));
        Dispose();
    }
}
