using System.Buffers;
using CloudPacs.Dicom.Network.Dimse;

namespace CloudPacs.Dicom.Network;

/// <content>The normalized operations (PS3.7 10.1).</content>
public sealed partial class DicomClient
{
    /// <summary>N-CREATE: makes an instance; without a UID the peer names it.</summary>
    /// <returns>What the peer answered, failures too.</returns>
    /// <exception cref="DicomNetworkException">The association broke.</exception>
    public Task<InstanceResult> CreateAsync(
        string sopClassUid, string? sopInstanceUid, DataSet attributes, CancellationToken cancellationToken) =>
        InvokeAsync(sopClassUid, id => CommandSets.Create(id, sopClassUid, sopInstanceUid), attributes, cancellationToken);

    /// <summary>N-SET: changes an instance.</summary>
    /// <returns>What the peer answered, failures too.</returns>
    /// <exception cref="DicomNetworkException">The association broke.</exception>
    public Task<InstanceResult> SetAsync(
        string sopClassUid, string sopInstanceUid, DataSet modifications, CancellationToken cancellationToken) =>
        InvokeAsync(sopClassUid, id => CommandSets.Set(id, sopClassUid, sopInstanceUid), modifications, cancellationToken);

    /// <summary>N-GET: attributes of an instance, or all of them when none is named.</summary>
    /// <returns>What the peer answered, failures too.</returns>
    /// <exception cref="DicomNetworkException">The association broke.</exception>
    public Task<InstanceResult> GetAsync(
        string sopClassUid, string sopInstanceUid, IReadOnlyList<Tag> attributes, CancellationToken cancellationToken) =>
        InvokeAsync(sopClassUid, id => CommandSets.Get(id, sopClassUid, sopInstanceUid, attributes), dataSet: null, cancellationToken);

    /// <summary>N-ACTION: asks for something to be done with an instance.</summary>
    /// <param name="sopClassUid">The SOP class.</param>
    /// <param name="sopInstanceUid">The instance.</param>
    /// <param name="actionTypeId">Action Type ID, as the SOP class numbers them.</param>
    /// <param name="information">Action Information.</param>
    /// <param name="cancellationToken">Ends the wait for the answer.</param>
    /// <returns>What the peer answered, failures too.</returns>
    /// <exception cref="DicomNetworkException">The association broke.</exception>
    public Task<InstanceResult> ActAsync(
        string sopClassUid, string sopInstanceUid, ushort actionTypeId, DataSet information, CancellationToken cancellationToken) =>
        InvokeAsync(sopClassUid, id => CommandSets.Action(id, sopClassUid, sopInstanceUid, actionTypeId), information, cancellationToken);

    /// <summary>
    /// N-EVENT-REPORT: tells what happened to an instance. The side that tells is the SCP of the class, which an association that we ask
    /// for must have agreed to (<see cref="DicomClientOptions.Roles"/>).
    /// </summary>
    /// <param name="sopClassUid">The SOP class.</param>
    /// <param name="sopInstanceUid">The instance.</param>
    /// <param name="eventTypeId">Event Type ID, as the SOP class numbers them.</param>
    /// <param name="information">Event Information; null for none.</param>
    /// <param name="cancellationToken">Ends the wait for the answer.</param>
    /// <returns>What the peer answered, failures too.</returns>
    /// <exception cref="DicomNetworkException">The association broke.</exception>
    public Task<InstanceResult> ReportEventAsync(
        string sopClassUid, string sopInstanceUid, ushort eventTypeId, DataSet? information, CancellationToken cancellationToken) =>
        InvokeAsync(
            sopClassUid, id => CommandSets.EventReport(id, sopClassUid, sopInstanceUid, eventTypeId, information is not null), information,
            cancellationToken);

    private async Task<InstanceResult> InvokeAsync(
        string sopClassUid, Func<ushort, CommandSet> request, DataSet? dataSet, CancellationToken cancellationToken)
    {
        var (contextId, syntax) = Require(sopClassUid);
        var encoded = new ArrayBufferWriter<byte>(512);
        if (dataSet is not null)
            DataSetWriter.Write(dataSet, syntax, encoded, SpecificCharacterSet.Parse(dataSet.GetStrings(Tags.SpecificCharacterSet)));
        var call = await _association.InvokeAsync(contextId, request, encoded.WrittenMemory, cancellationToken).ConfigureAwait(false);
        try
        {
            var message = await call.NextAsync(cancellationToken).ConfigureAwait(false);
            var response = message.Command;
            return new InstanceResult(response.Status!.Value)
            {
                ErrorComment = response.ErrorComment,
                ErrorId = response.ErrorId,
                Attributes = response.AttributeIdentifiers,
                SopInstanceUid = response.AffectedSopInstanceUid,
                DataSet = response.HasDataSet ? DataSetReader.Read(message.DataSet, syntax) : null,
            };
        }
        finally
        {
            call.Abandon();
        }
    }
}
