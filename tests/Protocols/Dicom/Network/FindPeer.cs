using System.Buffers;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network.Dimse;

namespace CloudPacs.Protocols.Tests.Dicom.Network;

/// <summary>What raw peers need to search: contexts 1 (worklist) and 3 (verification), both implicit little endian.</summary>
internal static class FindPeer
{
    public static readonly byte[] Query = Encode(Worklist.Query(), TransferSyntax.ImplicitVrLittleEndian);

    public static byte[] Encode(DataSet dataSet, TransferSyntax syntax)
    {
        var bytes = new ArrayBufferWriter<byte>();
        DataSetWriter.Write(dataSet, syntax, bytes, SpecificCharacterSet.Default);
        return bytes.WrittenSpan.ToArray();
    }

    public static async Task<RawPeer> ConnectAsync(TestServer server, CancellationToken token, uint maxLength = 16384)
    {
        var peer = await server.ConnectRawAsync(token);
        var request = RawPeer.Request(RawPeer.Context(1, Uids.ModalityWorklistFind), RawPeer.Context(3, Uids.Verification));
        request.MaxLength = maxLength;
        await peer.AssociateAsync(request, token);
        return peer;
    }

    public static (ushort? Status, ushort? MessageId) Status((CommandSet Command, byte[] DataSet, List<int> Lengths) message) =>
        (message.Command.Status, message.Command.MessageIdBeingRespondedTo);
}
