using System.Buffers;
using CloudPacs.Dicom.Network.Dimse;

namespace CloudPacs.Dicom.Network;

/// <content>C-MOVE (PS3.7 9.1.4).</content>
public sealed partial class DicomClient
{
    /// <summary>Has the peer send instances to another application entity, which it knows by its title; waits until it has.</summary>
    /// <returns>Success, or the warning that not all of them were sent.</returns>
    /// <exception cref="DicomNetworkException">The association broke, or the peer answered with a failure.</exception>
    public async Task<ushort> MoveAsync(
        string sopClassUid, DataSet identifier, string destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(identifier);
        var (contextId, syntax) = Require(sopClassUid);
        var encoded = new ArrayBufferWriter<byte>(512);
        DataSetWriter.Write(identifier, syntax, encoded, SpecificCharacterSet.Default);
        var call = await _association.InvokeAsync(
            contextId, id => CommandSets.Retrieve(id, sopClassUid, destination), encoded.WrittenMemory, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            while (true)
            {
                var response = (await call.NextAsync(cancellationToken).ConfigureAwait(false)).Command;
                if (DimseStatus.IsPending(response.Status!.Value)) continue;
                Check(response, "C-MOVE");
                return response.Status.Value;
            }
        }
        finally
        {
            call.Abandon();
        }
    }
}
