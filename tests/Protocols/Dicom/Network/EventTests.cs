using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom.Network;

/// <summary>N-ACTION and N-EVENT-REPORT (PS3.7 10.1.4, 10.1.1), both sides, on the association of either.</summary>
public sealed class EventTests
{
    private const string SopClass = Uids.StorageCommitmentPushModel;
    private const string Instance = Uids.StorageCommitmentPushModelInstance;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_action_brings_its_type_and_its_event_comes_back_on_the_same_association()
    {
        var service = new Desk();
        await using var server = await StartAsync(service);
        var told = new Desk();
        await using var client = await ConnectAsync(server, told);

        var answer = await client.ActAsync(SopClass, Instance, 1, Transaction("1.2.3"), Token);
        var asked = Assert.Single(service.Requests);
        var result = await asked.Events!.ReportEventAsync(SopClass, Instance, 2, Transaction("1.2.3"), Patience, Token);
        await client.ReleaseAsync(Token);

        Assert.Equal((DimseStatus.Success, Instance), (answer.Status, answer.SopInstanceUid));
        Assert.Equal(((ushort?)1, "1.2.3", Instance), (asked.TypeId, asked.DataSet.GetString(Tags.TransactionUid), asked.SopInstanceUid));
        Assert.Equal(DimseStatus.Success, result!.Status);
        var heard = Assert.Single(told.Requests);
        Assert.Equal(((ushort?)2, "1.2.3"), (heard.TypeId, heard.DataSet.GetString(Tags.TransactionUid)));
    }

    [Fact]
    public async Task An_event_is_not_told_when_the_requestor_has_gone_or_is_busy_or_does_not_take_it()
    {
        var service = new Desk();
        await using var server = await StartAsync(service);
        var client = await ConnectAsync(server, new Desk());
        await client.ActAsync(SopClass, Instance, 1, Transaction("1.2.3"), Token);
        var channel = service.Requests[0].Events!;
        service.Waits = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var busy = client.ActAsync(SopClass, Instance, 1, Transaction("1.2.4"), Token);
        await service.Waiting.Task.WaitAsync(Token);
        Assert.Null(await channel.ReportEventAsync(SopClass, Instance, 1, Transaction("1.2.3"), Patience, Token));
        service.Waits.SetResult();
        await busy;
        await client.ReleaseAsync(Token);
        Assert.Null(await channel.ReportEventAsync(SopClass, Instance, 1, Transaction("1.2.3"), Patience, Token));

        await using var deaf = await ConnectAsync(server, events: null);
        await deaf.ActAsync(SopClass, Instance, 1, Transaction("1.2.5"), Token);
        Assert.Null(await service.Requests[^1].Events!.ReportEventAsync(SopClass, Instance, 1, Transaction("1.2.5"), Patience, Token));
    }

    [Fact]
    public async Task A_late_answer_to_an_event_harms_nothing()
    {
        var service = new Desk();
        await using var server = await StartAsync(service);
        var told = new Desk { Waits = new(TaskCreationOptions.RunContinuationsAsynchronously) };
        await using var client = await ConnectAsync(server, told);
        await client.ActAsync(SopClass, Instance, 1, Transaction("1.2.3"), Token);

        var channel = service.Requests[0].Events!;
        Assert.Null(await channel.ReportEventAsync(SopClass, Instance, 1, Transaction("1.2.3"), TimeSpan.FromMilliseconds(50), Token));
        Assert.Null(await channel.ReportEventAsync(SopClass, Instance, 1, Transaction("1.2.3"), Patience, Token));
        told.Waits.SetResult();

        Assert.Equal(DimseStatus.Success, (await client.ActAsync(SopClass, Instance, 1, Transaction("1.2.4"), Token)).Status);
    }

    [Fact]
    public async Task Who_provides_the_service_asks_for_an_association_in_that_role_and_reports()
    {
        var service = new Desk();
        await using var server = await StartAsync(service);
        await using var provider = await DicomClient.ConnectAsync(
            server.ClientOptions() with
            {
                Contexts = [ProposedContext.LittleEndian(SopClass)],
                Roles = new Dictionary<string, RoleSelection> { [SopClass] = new(IsScu: false, IsScp: true) },
            },
            TimeProvider.System, Token);

        var answer = await provider.ReportEventAsync(SopClass, Instance, 1, Transaction("1.2.3"), Token);

        Assert.Equal(new RoleSelection(IsScu: false, IsScp: true), provider.Roles[SopClass]);
        Assert.Equal(DimseStatus.Success, answer.Status);
        Assert.Equal((ushort?)1, Assert.Single(service.Requests).TypeId);
    }

    private static DataSet Transaction(string uid) => new DataSet().Set(Tags.TransactionUid, uid);

    private static Task<TestServer> StartAsync(IDimseService service) => TestServer.StartAsync(others: new() { [SopClass] = service });

    private static Task<DicomClient> ConnectAsync(TestServer server, IEventService? events) => DicomClient.ConnectAsync(
        server.ClientOptions() with { Contexts = [ProposedContext.LittleEndian(SopClass)], Events = events }, TimeProvider.System, Token);

    private sealed class Desk : IActionService, IEventService
    {
        public List<InstanceRequest> Requests { get; } = [];

        public TaskCompletionSource? Waits { get; set; }

        public TaskCompletionSource Waiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public RoleSelection ChooseRoles(RoleSelection proposed) => proposed;

        public ValueTask<InstanceResult> ActAsync(InstanceRequest request, CancellationToken cancellationToken) => TakeAsync(request);

        public ValueTask<InstanceResult> TakeEventAsync(InstanceRequest request, CancellationToken cancellationToken) => TakeAsync(request);

        private async ValueTask<InstanceResult> TakeAsync(InstanceRequest request)
        {
            Requests.Add(request);
            if (Waits is { Task.IsCompleted: false })
            {
                Waiting.TrySetResult();
                await Waits.Task;
            }

            return InstanceResult.Success;
        }
    }
}
