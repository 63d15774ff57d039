using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Dicom.Network.Dimse;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom.Network;

/// <summary>N-CREATE, N-SET and N-GET (PS3.7 10.1), both sides.</summary>
public sealed class InstanceTests
{
    private const string SopClass = "1.2.840.10008.3.1.2.3.3";
    private const string Instance = "1.2.3.4";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_created_and_changed_comes_back()
    {
        await using var server = await StartAsync(new Instances());
        await using var client = await ConnectAsync(server);

        var created = await client.CreateAsync(SopClass, Instance, Text("Müller^Jörg", "IN PROGRESS"), Token);
        var set = await client.SetAsync(SopClass, Instance, new DataSet().Set(Tags.PerformedProcedureStepStatus, "COMPLETED"), Token);
        var got = await client.GetAsync(SopClass, Instance, [], Token);
        var one = await client.GetAsync(SopClass, Instance, [Tags.PerformedProcedureStepStatus], Token);

        Assert.Equal((DimseStatus.Success, DimseStatus.Success, DimseStatus.Success), (created.Status, set.Status, got.Status));
        Assert.Equal((Instance, Instance, Instance), (created.SopInstanceUid, set.SopInstanceUid, got.SopInstanceUid));
        Assert.Null(created.DataSet);
        Assert.Equal(("Müller^Jörg", "COMPLETED"), (got.DataSet!.GetString(Tags.PatientName), got.DataSet.GetString(Tags.PerformedProcedureStepStatus)));
        Assert.Equal([Tags.PerformedProcedureStepStatus], one.DataSet!.Select(static element => element.Tag));
    }

    [Fact]
    public async Task An_instance_that_the_requestor_does_not_name_is_named_in_the_answer()
    {
        await using var server = await StartAsync(new Instances());
        await using var client = await ConnectAsync(server);

        var created = await client.CreateAsync(SopClass, null, Text("A", "IN PROGRESS"), Token);

        Assert.Equal((DimseStatus.Success, "2.25.1"), (created.Status, created.SopInstanceUid));
    }

    [Fact]
    public async Task A_failure_has_comment_error_id_and_attributes()
    {
        await using var server = await StartAsync(new Instances
        {
            Refusal = new InstanceResult(DimseStatus.MissingAttributeValue) { ErrorComment = "Modality has no value", ErrorId = 0xA710, Attributes = [Tags.Modality] },
        });
        await using var client = await ConnectAsync(server);

        var answer = await client.SetAsync(SopClass, Instance, new DataSet(), Token);

        Assert.Equal((DimseStatus.MissingAttributeValue, "Modality has no value", (ushort?)0xA710), (answer.Status, answer.ErrorComment, answer.ErrorId));
        Assert.Equal([Tags.Modality], answer.Attributes);
    }

    [Fact]
    public async Task A_service_that_throws_fails_its_operation_and_nothing_else()
    {
        var service = new Instances { Throws = true };
        await using var server = await StartAsync(service);
        await using var client = await ConnectAsync(server);

        var failed = await client.CreateAsync(SopClass, Instance, Text("A", "IN PROGRESS"), Token);
        service.Throws = false;
        var created = await client.CreateAsync(SopClass, Instance, Text("A", "IN PROGRESS"), Token);

        Assert.Equal((DimseStatus.ProcessingFailure, DimseStatus.Success), (failed.Status, created.Status));
        Assert.Equal("N-CREATE", Assert.Single(server.Failures).Operation);
    }

    [Theory]
    [InlineData("1.02.3")]
    [InlineData("not a uid")]
    public async Task A_uid_that_is_none_is_refused(string uid)
    {
        await using var server = await StartAsync(new Instances());
        await using var client = await ConnectAsync(server);

        Assert.Equal(DimseStatus.InvalidSopInstance, (await client.CreateAsync(SopClass, uid, new DataSet(), Token)).Status);
        Assert.Equal(DimseStatus.InvalidSopInstance, (await client.SetAsync(SopClass, uid, new DataSet(), Token)).Status);
    }

    [Fact]
    public async Task A_set_that_names_no_instance_is_refused()
    {
        await using var server = await StartAsync(new Instances());
        await using var client = await ConnectAsync(server);

        Assert.Equal(DimseStatus.InvalidSopInstance, (await client.SetAsync(SopClass, "", new DataSet(), Token)).Status);
    }

    [Fact]
    public async Task An_operation_that_the_service_does_not_have_is_unrecognized()
    {
        await using var server = await StartAsync(new CreateOnly());
        await using var client = await ConnectAsync(server);

        var answer = await client.SetAsync(SopClass, Instance, new DataSet(), Token);

        Assert.Equal(DimseStatus.UnrecognizedOperation, answer.Status);
    }

    [Fact]
    public async Task An_event_is_told_with_its_type_and_answered()
    {
        await using var server = await StartAsync(new CreateOnly());
        await using var client = await ConnectAsync(server);
        Assert.True(CommandReader.TryRead(new CommandWriter().Write(CommandSets.EventReport(7, SopClass, Instance, 2, hasInformation: false)), out var command));

        var answer = await client.ReportEventAsync(SopClass, Instance, 2, null, Token);

        Assert.Equal((CommandField.NEventReport, SopClass, Instance, (ushort?)2, false),
            (command.Field, command.AffectedSopClassUid, command.AffectedSopInstanceUid, command.EventTypeId, command.HasDataSet));
        Assert.Equal((DimseStatus.UnrecognizedOperation, Instance), (answer.Status, answer.SopInstanceUid)); // a server of ours takes none
    }

    [Fact]
    public async Task An_attribute_list_that_is_too_long_is_refused_and_the_association_goes_on()
    {
        await using var server = await StartAsync(new Instances());
        await using var client = await ConnectAsync(server);

        var tooLong = await client.CreateAsync(SopClass, Instance, new DataSet().Set(Tags.PatientComments, new string('x', 3_000_000)), Token);
        var created = await client.CreateAsync(SopClass, Instance, Text("A", "IN PROGRESS"), Token);

        Assert.Equal((DimseStatus.OutOfResources, DimseStatus.Success), (tooLong.Status, created.Status));
    }

    [Fact]
    public async Task The_end_of_the_association_cancels_what_runs()
    {
        var service = new Instances { Waits = true };
        await using var server = await StartAsync(service);
        var client = await ConnectAsync(server);

        var waiting = client.CreateAsync(SopClass, Instance, Text("A", "IN PROGRESS"), Token);
        await service.Begun.Task.WaitAsync(Token);
        await client.AbortAsync();

        await Assert.ThrowsAsync<DicomNetworkException>(() => waiting);
        await service.Cancelled.Task.WaitAsync(Token);
    }

    [Fact]
    public void The_answer_to_a_set_names_what_was_requested_as_affected()
    {
        var response = CommandSets.Response(CommandSets.Set(7, SopClass, Instance), DimseStatus.Success);

        Assert.Equal((SopClass, Instance, null, null), (response.AffectedSopClassUid, response.AffectedSopInstanceUid, response.RequestedSopClassUid, response.RequestedSopInstanceUid));
    }

    private static DataSet Text(string name, string status) => new DataSet()
        .Set(Tags.SpecificCharacterSet, "ISO_IR 192").Set(Tags.PatientName, name).Set(Tags.PerformedProcedureStepStatus, status);

    private static Task<TestServer> StartAsync(IDimseService service) => TestServer.StartAsync(others: new() { [SopClass] = service });

    private static Task<DicomClient> ConnectAsync(TestServer server) => DicomClient.ConnectAsync(
        server.ClientOptions() with { Contexts = [ProposedContext.LittleEndian(SopClass)] }, TimeProvider.System, Token);

    private sealed class CreateOnly : ICreateService
    {
        public ValueTask<InstanceResult> CreateAsync(InstanceRequest request, CancellationToken cancellationToken) => new(InstanceResult.Success);
    }

    /// <summary>Keeps instances in memory.</summary>
    private sealed class Instances : ICreateService, ISetService, IGetService
    {
        private readonly Dictionary<string, DataSet> _instances = [];

        public InstanceResult? Refusal { get; init; }

        public bool Throws { get; set; }

        public bool Waits { get; init; }

        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async ValueTask<InstanceResult> CreateAsync(InstanceRequest request, CancellationToken cancellationToken)
        {
            if (Throws) throw new InvalidOperationException("Broken.");
            if (Waits)
            {
                Begun.SetResult();
                using var registration = cancellationToken.Register(Cancelled.SetResult);
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            _instances[request.SopInstanceUid ?? "2.25.1"] = request.DataSet.Copy();
            return Refusal ?? InstanceResult.Success with { SopInstanceUid = "2.25.1" };
        }

        public ValueTask<InstanceResult> SetAsync(InstanceRequest request, CancellationToken cancellationToken)
        {
            if (Refusal is not null) return new(Refusal);
            foreach (var element in request.DataSet) _instances[request.SopInstanceUid!].Add(element);
            return new(InstanceResult.Success);
        }

        public ValueTask<InstanceResult> GetAsync(InstanceRequest request, CancellationToken cancellationToken)
        {
            var wanted = new DataSet();
            foreach (var element in _instances[request.SopInstanceUid!])
                if (request.Attributes.Count == 0 || request.Attributes.Contains(element.Tag)) wanted.Add(element);
            return new(InstanceResult.Success with { DataSet = wanted });
        }
    }
}
