namespace CloudPacs.Dicom.Network;

/// <summary>
/// Serves C-STORE (PS3.7 9.1.1) for the SOP classes it is registered for. Data sets are streamed unless it says otherwise.
/// </summary>
public interface IStoreService : IDimseService
{
    DataSetDelivery IDimseService.Delivery => DataSetDelivery.Streamed();

    /// <summary>
    /// Reads the data set from <see cref="StoreRequest.DataSet"/> and returns the status. It begins on the association's own loop, before
    /// the data set has come: it must await, never block. While it does not read, nothing is read from the peer. What it has not read when
    /// it returns is dropped; the response leaves when the peer has sent all. The end of the association cancels the token and makes reads
    /// throw <see cref="DicomNetworkException"/>; letting either pass is the right answer. Any other exception is answered with C000H.
    /// </summary>
    ValueTask<StoreResult> StoreAsync(StoreRequest request, CancellationToken cancellationToken);
}
