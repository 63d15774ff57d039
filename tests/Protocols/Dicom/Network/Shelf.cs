using System.IO.Pipelines;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Dicom.Network.Dimse;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom.Network;

/// <summary>Answers C-GET and C-MOVE with a function.</summary>
internal sealed class Shelf(Func<RetrieveRequest, CancellationToken, ValueTask<RetrievePlan>> find) : IRetrieveService
{
    public Shelf(params IStoredInstance[] instances)
        : this((_, _) => new(RetrievePlan.Send(instances)))
    {
    }

    public ValueTask<RetrievePlan> FindAsync(RetrieveRequest request, CancellationToken cancellationToken) => find(request, cancellationToken);

    /// <summary>A server of this shelf, whose requestors may be storage SCP of the given classes.</summary>
    public Task<TestServer> StartAsync(params string[] classes)
    {
        var services = classes.ToDictionary(static uid => uid, IDimseService (_) => new Storage());
        services[Uids.StudyRootGet] = services[Uids.StudyRootMove] = this;
        return TestServer.StartAsync(others: services);
    }

    public static byte[] Identifier() => Encoded(new DataSet().Set(Tags.QueryRetrieveLevel, "STUDY").Set(Tags.StudyInstanceUid, "1.2.3"));

    public static DataSet Read(byte[] implicitDataSet) => DataSetReader.Read(implicitDataSet, TransferSyntax.ImplicitVrLittleEndian);

    /// <summary>Context 1 (C-GET, or C-MOVE), and from 3 on the given classes as storage SCP unless it is to be no role.</summary>
    public static async Task<RawPeer> AskAsync(
        TestServer server, CancellationToken token, string? destination = null, bool hasRole = true, params (string Class, string Syntax)[] storage)
    {
        var sopClass = destination is null ? Uids.StudyRootGet : Uids.StudyRootMove;
        var peer = await server.ConnectRawAsync(token);
        var request = RawPeer.Request(
            [RawPeer.Context(1, sopClass), .. storage.Select((one, i) => RawPeer.Context((byte)(3 + (2 * i)), one.Class, one.Syntax))]);
        foreach (var (uid, _) in hasRole ? storage : []) request.Roles[uid] = new RoleSelection(IsScu: false, IsScp: true);
        var answer = await peer.AssociateAsync(request, token);
        if (hasRole) Assert.All(storage, one => Assert.Equal(new RoleSelection(false, true), answer.Roles[one.Class]));
        await peer.SendAsync(RawPeer.Message(1, CommandSets.Retrieve(7, sopClass, destination), Identifier()), token);
        return peer;
    }

    private static byte[] Encoded(DataSet dataSet)
    {
        var bytes = new System.Buffers.ArrayBufferWriter<byte>();
        DataSetWriter.Write(dataSet, TransferSyntax.ImplicitVrLittleEndian, bytes, SpecificCharacterSet.Default);
        return bytes.WrittenSpan.ToArray();
    }

    private sealed class Storage : IStoreService
    {
        public TransferSyntax? ChooseTransferSyntax(IReadOnlyList<string> proposed, string callingAe) => TransferSyntax.FromUid(proposed[0]);

        public RoleSelection ChooseRoles(RoleSelection proposed) => proposed;

        public ValueTask<StoreResult> StoreAsync(StoreRequest request, CancellationToken cancellationToken) => new(StoreResult.Success);
    }
}

/// <summary>An instance whose data set is some bytes; written anew they begin with 1.</summary>
internal sealed class Held(string uid, int length = 100, TransferSyntax? syntax = null, string sopClass = Uids.CtImageStorage) : IStoredInstance
{
    private int _opened;

    public int Opened => _opened;

    /// <summary>Thrown after so many bytes.</summary>
    public (int After, Exception Exception)? Fault { get; init; }

    public string SopClassUid => sopClass;

    public string SopInstanceUid => uid;

    public TransferSyntax TransferSyntax => syntax ?? TransferSyntax.ImplicitVrLittleEndian;

    public bool CanBeWrittenIn(TransferSyntax other) => !TransferSyntax.IsEncapsulated;

    public byte[] BytesIn(TransferSyntax other) => [(byte)(other.Uid == TransferSyntax.Uid ? 0 : 1), .. Enumerable.Range(1, length - 1).Select(i => (byte)(i * 7))];

    public async Task WriteAsync(TransferSyntax other, PipeWriter output, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _opened);
        var bytes = BytesIn(other);
        await output.WriteAsync(bytes.AsMemory(0, Fault?.After ?? length), cancellationToken);
        if (Fault is { } fault) throw fault.Exception;
    }
}
