using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;

namespace CloudPacs.Protocols.Tests.Dicom.Network;

/// <summary>A started server on a free port whose worklist is a function.</summary>
internal sealed class TestServer : IAsyncDisposable, IDicomServerObserver
{
    private TestServer(DicomServerOptions options, IReadOnlyDictionary<string, IDimseService> services, IAssociationPolicy policy) =>
        Server = new DicomServer(options with { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) }, services, policy, this, TimeProvider.System);

    public DicomServer Server { get; }

    public IPEndPoint EndPoint => Server.EndPoint;

    public Channel<string> Ended { get; } = Channel.CreateUnbounded<string>();

    public ConcurrentQueue<(string Operation, Exception Exception)> Failures { get; } = [];

    public static async Task<TestServer> StartAsync(
        IDimseService? worklist = null, DicomServerOptions? options = null, IAssociationPolicy? policy = null, Dictionary<string, IDimseService>? others = null)
    {
        var services = others ?? [];
        services[Uids.ModalityWorklistFind] = worklist ?? new Worklist((_, _, _) => new(FindResult.Success));
        var server = new TestServer(options ?? new DicomServerOptions(), services, policy ?? AcceptAllPolicy.Instance);
        await server.Server.StartAsync(CancellationToken.None);
        return server;
    }

    public DicomClientOptions ClientOptions(string calling = "TESTER") => new()
    {
        Host = "127.0.0.1",
        Port = EndPoint.Port,
        CallingAe = calling,
        CalledAe = "CLOUDPACS",
        Contexts = [ProposedContext.LittleEndian(Uids.ModalityWorklistFind), ProposedContext.LittleEndian(Uids.Verification)],
    };

    public Task<DicomClient> ConnectAsync(CancellationToken token, string calling = "TESTER") =>
        DicomClient.ConnectAsync(ClientOptions(calling), TimeProvider.System, token);

    public Task<RawPeer> ConnectRawAsync(CancellationToken token) => RawPeer.ConnectAsync(EndPoint, token);

    public void AssociationEnded(AssociationInfo association, string end) => Ended.Writer.TryWrite(end);

    public void Failed(AssociationInfo association, string operation, Exception exception) => Failures.Enqueue((operation, exception));

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

/// <summary>Answers C-FIND with a function.</summary>
internal sealed class Worklist(Func<FindRequest, IFindResponder, CancellationToken, ValueTask<FindResult>> answer) : IFindService
{
    public ValueTask<FindResult> FindAsync(FindRequest request, IFindResponder responder, CancellationToken cancellationToken) =>
        answer(request, responder, cancellationToken);

    /// <summary>So many matches, one after the other.</summary>
    public static Worklist Of(int count) => new(async (_, responder, _) =>
    {
        for (var i = 0; i < count; i++) await responder.SendAsync(Entry(i));
        return FindResult.Success;
    });

    public static DataSet Entry(int i) => new DataSet().Set(Tags.AccessionNumber, $"A{i}").Set(Tags.PatientName, "Doe^John");

    public static DataSet Query() => new DataSet().SetEmpty(Tags.AccessionNumber).SetEmpty(Tags.PatientName);
}

internal static class FindExtensions
{
    public static async Task<List<FindResponse>> FindAllAsync(this DicomClient client, DataSet query, CancellationToken token)
    {
        var found = new List<FindResponse>();
        await foreach (var response in client.FindAsync(Uids.ModalityWorklistFind, query, token)) found.Add(response);
        return found;
    }
}
