namespace CloudPacs.Dicom.Network;

/// <summary>The way back to who has sent a request, on the same association, as long as there is one.</summary>
public interface IEventChannel
{
    /// <summary>N-EVENT-REPORT (PS3.7 10.1.1) to the requestor of the association, unless something else is under way there.</summary>
    /// <param name="sopClassUid">The SOP class.</param>
    /// <param name="sopInstanceUid">The instance.</param>
    /// <param name="eventTypeId">Event Type ID, as the SOP class numbers them.</param>
    /// <param name="information">Event Information.</param>
    /// <param name="patience">How long the answer may take.</param>
    /// <param name="cancellationToken">Ends the wait for the answer.</param>
    /// <returns>What it answered; null when it was not told, or has not answered.</returns>
    Task<InstanceResult?> ReportEventAsync(
        string sopClassUid, string sopInstanceUid, ushort eventTypeId, DataSet information, TimeSpan patience,
        CancellationToken cancellationToken);
}
