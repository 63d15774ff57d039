using System.Buffers;
using CloudPacs.Dicom.Network.Dimse;
using CloudPacs.Dicom.Network.UpperLayer;

namespace CloudPacs.Dicom.Network.Scp;

/// <content>What we tell the requestor of an association that is still open (PS3.7 10.1.1).</content>
internal sealed partial class ServerAssociation : IEventChannel
{
    public async Task<InstanceResult?> ReportEventAsync(
        string sopClassUid, string sopInstanceUid, ushort eventTypeId, DataSet information, TimeSpan patience,
        CancellationToken cancellationToken)
    {
        if (_negotiation is null || ContextsOf(sopClassUid) is not [var context, ..]) return null;
        var encoded = new ArrayBufferWriter<byte>(512);
        DataSetWriter.Write(
            information, context.TransferSyntax, encoded, SpecificCharacterSet.Parse(information.GetStrings(Tags.SpecificCharacterSet)));
        if (Tell(context.Id, sopClassUid, sopInstanceUid, eventTypeId, encoded.WrittenSpan) is not { } telling) return null;
        try
        {
            var response = await telling.WaitAsync(patience, Time, cancellationToken).ConfigureAwait(false);
            return new InstanceResult(response.Status!.Value) { ErrorComment = response.ErrorComment, ErrorId = response.ErrorId };
        }
        catch (Exception e) when (e is DicomNetworkException or TimeoutException)
        {
            // Of a late answer there is nobody any more who waits for it.
            return null;
        }
    }

    // Null: the peer is about to go, or busy with something else; some devices take nothing between two of their own requests.
    private Task<CommandSet>? Tell(
        byte contextId, string sopClassUid, string sopInstanceUid, ushort eventTypeId, ReadOnlySpan<byte> information)
    {
        lock (_gate)
        {
            if (_isReleaseAsked || _operations.Count > 0 || _stream is { IsReceiving: true } || Connection.State != State.Sta6) return null;
            lock (_sending)
            {
                if (_isSendingDataSet || _asked.Count > 0) return null;
                return Ask(
                    contextId, id => CommandSets.EventReport(id, sopClassUid, sopInstanceUid, eventTypeId, hasInformation: true),
                    information);
            }
        }
    }
}
