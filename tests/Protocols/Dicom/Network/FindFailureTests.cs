using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Dicom.Network.Dimse;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom.Network;

public sealed class FindFailureTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_failure_carries_its_comment_to_the_caller()
    {
        await using var server = await TestServer.StartAsync(new Worklist((_, _, _) =>
            new(new FindResult(DimseStatus.IdentifierDoesNotMatchSopClass, "No such key", [Tags.PatientName]))));
        await using var client = await server.ConnectAsync(Token);

        var failure = await Assert.ThrowsAsync<DicomNetworkException>(() => client.FindAllAsync(Worklist.Query(), Token));

        Assert.Equal((DicomNetworkError.FailureStatus, (ushort?)0xA900, "No such key"), (failure.Error, failure.Status, failure.ErrorComment));
        Assert.Contains("A900H: No such key", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_operation_a_wrong_class_and_a_broken_identifier_get_their_status()
    {
        await using var server = await TestServer.StartAsync(Worklist.Of(0));
        using var peer = await FindPeer.ConnectAsync(server, Token);
        var store = new CommandSet { Field = CommandField.NGet, RequestedSopClassUid = Uids.ModalityWorklistFind, MessageId = 1 };

        await peer.SendAsync(RawPeer.Message(1, store), Token);
        await peer.SendAsync(RawPeer.Message(3, CommandSets.Find(2, Uids.Verification), FindPeer.Query), Token);
        await peer.SendAsync(RawPeer.Message(1, CommandSets.Find(3, Uids.StudyRootFind), FindPeer.Query), Token);
        await peer.SendAsync(RawPeer.Message(1, CommandSets.Find(4, Uids.ModalityWorklistFind), [8, 0, 5, 0, 255, 255, 0, 0]), Token);

        Assert.Equal((DimseStatus.UnrecognizedOperation, (ushort?)1), FindPeer.Status(await peer.ReadMessageAsync(Token)));
        Assert.Equal((DimseStatus.UnrecognizedOperation, (ushort?)2), FindPeer.Status(await peer.ReadMessageAsync(Token)));
        Assert.Equal((DimseStatus.SopClassNotSupported, (ushort?)3), FindPeer.Status(await peer.ReadMessageAsync(Token)));
        Assert.Equal((DimseStatus.UnableToProcess, (ushort?)4), FindPeer.Status(await peer.ReadMessageAsync(Token)));
    }

    [Fact]
    public async Task A_request_without_a_message_id_is_answered_to_0()
    {
        await using var server = await TestServer.StartAsync(Worklist.Of(1));
        using var peer = await FindPeer.ConnectAsync(server, Token);

        await peer.SendAsync(RawPeer.Message(3, CommandSets.Echo(2) with { MessageId = null }), Token);
        await peer.SendAsync(RawPeer.Message(1, CommandSets.Find(2, Uids.ModalityWorklistFind) with { MessageId = null }, FindPeer.Query), Token);

        Assert.Equal((DimseStatus.Success, (ushort?)0), FindPeer.Status(await peer.ReadMessageAsync(Token)));
        Assert.Equal((DimseStatus.Pending, (ushort?)0), FindPeer.Status(await peer.ReadMessageAsync(Token)));
        Assert.Equal((DimseStatus.Success, (ushort?)0), FindPeer.Status(await peer.ReadMessageAsync(Token)));
    }

    [Fact]
    public async Task An_identifier_above_the_limit_is_refused_and_the_association_lives()
    {
        await using var server = await TestServer.StartAsync(Worklist.Of(0), new DicomServerOptions { MaxDataSetBytes = 1000 });
        using var peer = await FindPeer.ConnectAsync(server, Token);

        await peer.SendAsync(RawPeer.Message(1, CommandSets.Find(1, Uids.ModalityWorklistFind), new byte[1001]), Token);
        await peer.SendAsync(RawPeer.Message(3, CommandSets.Echo(2)), Token);

        Assert.Equal((DimseStatus.OutOfResources, (ushort?)1), FindPeer.Status(await peer.ReadMessageAsync(Token)));
        Assert.Equal((DimseStatus.Success, (ushort?)2), FindPeer.Status(await peer.ReadMessageAsync(Token)));
    }

    [Fact]
    public async Task More_operations_than_negotiated_are_refused_one_by_one()
    {
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.StartAsync(new Worklist(async (_, _, _) =>
        {
            await goOn.Task;
            return FindResult.Success;
        }));
        using var peer = await FindPeer.ConnectAsync(server, Token);

        await peer.SendAsync(RawPeer.Message(1, CommandSets.Find(1, Uids.ModalityWorklistFind), FindPeer.Query), Token);
        await peer.SendAsync(RawPeer.Message(1, CommandSets.Find(1, Uids.ModalityWorklistFind), FindPeer.Query), Token);
        await peer.SendAsync(RawPeer.Message(1, CommandSets.Find(2, Uids.ModalityWorklistFind), FindPeer.Query), Token);

        Assert.Equal((DimseStatus.DuplicateInvocation, (ushort?)1), FindPeer.Status(await peer.ReadMessageAsync(Token)));
        Assert.Equal((DimseStatus.ResourceLimitation, (ushort?)2), FindPeer.Status(await peer.ReadMessageAsync(Token)));
        goOn.SetResult();
        Assert.Equal((DimseStatus.Success, (ushort?)1), FindPeer.Status(await peer.ReadMessageAsync(Token)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_service_that_throws_costs_one_failure_status_and_not_the_association(bool isLate)
    {
        await using var server = await TestServer.StartAsync(new Worklist(async (_, _, _) =>
        {
            if (isLate) await Task.Yield();
            throw new InvalidOperationException("Patient Doe is broken");
        }));
        await using var client = await server.ConnectAsync(Token);

        var failure = await Assert.ThrowsAsync<DicomNetworkException>(() => client.FindAllAsync(Worklist.Query(), Token));
        await client.EchoAsync(Token);

        Assert.Equal(DimseStatus.UnableToProcess, failure.Status);
        Assert.DoesNotContain("Doe", failure.Message, StringComparison.Ordinal);
        Assert.Equal("Patient Doe is broken", server.Failures.Single().Exception.Message);
    }

    [Theory]
    [InlineData(5, CommandField.CEcho)]
    [InlineData(3, CommandField.CEcho | CommandField.Response)]
    internal async Task A_context_that_was_not_accepted_or_an_answer_to_nothing_aborts(byte contextId, CommandField field)
    {
        await using var server = await TestServer.StartAsync();
        using var peer = await FindPeer.ConnectAsync(server, Token);

        await peer.SendAsync(RawPeer.Message(contextId, CommandSets.Echo(1) with { Field = field }), Token);

        Assert.Equal([7, 0, 0, 0, 0, 4, 0, 0, 2, 6], await peer.ReadAsync(Token));
    }
}
