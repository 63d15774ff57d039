using System.IO.Pipelines;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Dicom.Network.Dimse;

namespace CloudPacs.Protocols.Tests.Dicom.Network;

/// <summary>Answers C-STORE with a function.</summary>
internal sealed class Archive(
    Func<StoreRequest, CancellationToken, ValueTask<StoreResult>> store, DataSetDelivery? delivery = null) : IStoreService
{
    public const string SopClass = Uids.SecondaryCaptureImageStorage;

    public DataSetDelivery Delivery => delivery ?? DataSetDelivery.Streamed();

    public ValueTask<StoreResult> StoreAsync(StoreRequest request, CancellationToken cancellationToken) => store(request, cancellationToken);

    /// <summary>A server of this archive, beside a worklist if given.</summary>
    public Task<TestServer> StartAsync(DicomServerOptions? options = null, IDimseService? worklist = null) =>
        TestServer.StartAsync(worklist, options, others: new Dictionary<string, IDimseService> { [SopClass] = this });

    public static DicomClientOptions ClientOptions(TestServer server) => server.ClientOptions() with
    {
        Contexts = [ProposedContext.LittleEndian(SopClass), ProposedContext.LittleEndian(Uids.ModalityWorklistFind)],
    };

    public static Task<DicomClient> ConnectAsync(TestServer server, CancellationToken token) =>
        DicomClient.ConnectAsync(ClientOptions(server), TimeProvider.System, token);

    /// <summary>Contexts 1 (storage) and 3 (verification), both implicit little endian.</summary>
    public static async Task<RawPeer> ConnectRawAsync(TestServer server, CancellationToken token, AsynchronousWindow? window = null)
    {
        var peer = await server.ConnectRawAsync(token);
        var request = RawPeer.Request(RawPeer.Context(1, SopClass), RawPeer.Context(3, Uids.Verification));
        request.Window = window;
        await peer.AssociateAsync(request, token);
        return peer;
    }

    /// <summary>The command of a C-STORE whose data set is yet to be sent.</summary>
    public static byte[] Command(ushort messageId, string sopClass = SopClass) =>
        RawPeer.Message(1, CommandSets.Store(messageId, sopClass, "1.2.3"));

    public static byte[] Part(byte[] bytes, bool isLast = false) => RawPeer.Data(1, isCommand: false, isLast, bytes);

    public static async Task<byte[]> ReadAllAsync(PipeReader reader)
    {
        var all = new MemoryStream();
        await reader.CopyToAsync(all);
        return all.ToArray();
    }

    /// <summary>Reads to the end; the number of bytes, and the most that was there at a time.</summary>
    public static async Task<(long Bytes, long MostUnread)> CountAsync(PipeReader reader)
    {
        var (bytes, most) = (0L, 0L);
        while (true)
        {
            var read = await reader.ReadAsync();
            most = Math.Max(most, read.Buffer.Length);
            bytes += read.Buffer.Length;
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) return (bytes, most);
        }
    }
}
