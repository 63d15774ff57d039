using CloudPacs.Dicom.Network.Dimse;

namespace CloudPacs.Dicom.Network.Scp;

/// <summary>
/// One C-STORE being served (PS3.7 9.1.1): the service reads the data set while it comes, and answers when all of it has come.
/// </summary>
internal sealed class StoreOperation(
    ServerAssociation association, PresentationContext context, IStoreService service, CommandSet request, StreamedDataSet dataSet)
    : Operation(association, context, request)
{
    private readonly CommandSet _request = request;

    public override bool IsReceiving => dataSet.IsReceiving;

    protected override string Name => "C-STORE";

    public override void Start() => _ = RunAsync();

    public override void End(DicomNetworkException cause)
    {
        dataSet.Fail(cause);
        base.End(cause);
    }

    /// <summary>C-CANCEL does not apply to C-STORE (PS3.7 9.3.2.3).</summary>
    public override void CancelByPeer()
    {
    }

    private async Task RunAsync()
    {
        var result = await StoreAsync().ConfigureAwait(false);
        dataSet.StopReading();
        // Whatever the service said early: peers that read no response before they have sent all are not to be blocked.
        await dataSet.Received.ConfigureAwait(false);
        if (dataSet.Failure is { Error: DicomNetworkError.DataSetTooLong }) result = new(DimseStatus.OutOfResources, DataSetTooLong);
        Finish(Response(result.Status) with { ErrorComment = result.ErrorComment }, new CommandWriter());
    }

    private async ValueTask<StoreResult> StoreAsync()
    {
        if (_request.AffectedSopInstanceUid is not { Length: > 0 } instance)
            return new StoreResult(DimseStatus.InvalidSopInstance, "The request names no SOP instance");
        if (!_request.HasDataSet) return new StoreResult(DimseStatus.UnableToProcess, "The request has no data set");

        var store = new StoreRequest
        {
            Association = Association.Info,
            SopClassUid = Context.AbstractSyntax,
            SopInstanceUid = instance,
            MessageId = MessageId,
            MoveOriginator = _request.MoveOriginator,
            TransferSyntax = Context.TransferSyntax,
            DataSet = dataSet.Reader,
        };
        try
        {
            return await service.StoreAsync(store, Cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (Cancellation.IsCancellationRequested)
        {
            return new StoreResult(DimseStatus.UnableToProcess);
        }
        catch (DicomNetworkException e) when (ReferenceEquals(e, dataSet.Failure))
        {
            // The peer's doing, not the service's: it is in the log as the end of the association, or in the status.
            return new StoreResult(DimseStatus.UnableToProcess);
        }
        catch (Exception e)
        {
            // The top of the operation: the peer gets a status, the site's log the exception, and the association lives on.
            Association.ReportFailure(Name, e);
            return new StoreResult(DimseStatus.UnableToProcess, InternalError);
        }
    }
}
