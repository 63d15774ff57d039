using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Dicom.Network.Pdu;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom.Network;

public sealed class NegotiationTests
{
    private const string Implicit = "1.2.840.10008.1.2";
    private const string Explicit = "1.2.840.10008.1.2.1";
    private const string BigEndian = "1.2.840.10008.1.2.2";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<AssociateParameters> AnswerAsync(TestServer server, AssociateParameters request)
    {
        using var peer = await server.ConnectRawAsync(Token);
        return await peer.AssociateAsync(request, Token);
    }

    [Fact]
    public async Task Every_context_is_answered_with_one_syntax_and_the_right_result()
    {
        await using var server = await TestServer.StartAsync();

        var answer = await AnswerAsync(server, RawPeer.Request(
            RawPeer.Context(1, Uids.ModalityWorklistFind, BigEndian, Implicit, Explicit),
            RawPeer.Context(3, Uids.ModalityWorklistFind, Implicit),
            RawPeer.Context(5, Uids.ModalityWorklistFind, BigEndian),
            RawPeer.Context(7, "1.2.3.4", Implicit),
            RawPeer.Context(255, Uids.Verification, "1.2.840.10008.1.2.4.50")));

        Assert.Equal(
            [(1, ContextResult.Acceptance), (3, ContextResult.Acceptance), (5, ContextResult.TransferSyntaxesNotSupported),
             (7, ContextResult.AbstractSyntaxNotSupported), (255, ContextResult.TransferSyntaxesNotSupported)],
            answer.Contexts.Select(context => ((int)context.Id, context.Result)));
        Assert.All(answer.Contexts, context => Assert.Single(context.TransferSyntaxes));
        Assert.Equal([Explicit, Implicit], answer.Contexts.Take(2).Select(context => context.TransferSyntaxes[0]));
    }

    [Fact]
    public async Task All_of_128_contexts_are_answered()
    {
        await using var server = await TestServer.StartAsync();

        var answer = await AnswerAsync(server, RawPeer.Request(
            [.. Enumerable.Range(0, 128).Select(i => RawPeer.Context((byte)((2 * i) + 1), i % 3 == 0 ? Uids.ModalityWorklistFind : $"1.2.3.{i}", Implicit))]));

        Assert.Equal(Enumerable.Range(0, 128).Select(static i => (2 * i) + 1), answer.Contexts.Select(static context => (int)context.Id));
        Assert.All(answer.Contexts, static context => Assert.Equal(
            (context.Id - 1) / 2 % 3 == 0 ? ContextResult.Acceptance : ContextResult.AbstractSyntaxNotSupported, context.Result));
    }

    [Fact]
    public async Task An_association_without_any_accepted_context_is_still_accepted()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await DicomClient.ConnectAsync(
            server.ClientOptions() with { Contexts = [ProposedContext.LittleEndian("1.2.3.4")] }, TimeProvider.System, Token);

        Assert.Null(client.AcceptedSyntax("1.2.3.4"));
        var failure = await Assert.ThrowsAsync<DicomNetworkException>(() => client.EchoAsync(Token));
        Assert.Equal(DicomNetworkError.ContextNotAccepted, failure.Error);
        await client.ReleaseAsync(Token);
    }

    [Fact]
    public async Task The_answer_names_our_limits_and_this_implementation()
    {
        await using var server = await TestServer.StartAsync(options: new DicomServerOptions { MaxPduBytes = 5000 });

        var answer = await AnswerAsync(server, RawPeer.Request());

        Assert.Equal(5000u, answer.MaxLength);
        Assert.StartsWith("2.25.", answer.ImplementationClassUid, StringComparison.Ordinal);
        Assert.StartsWith("CLOUDPACS_", answer.ImplementationVersionName, StringComparison.Ordinal);
        Assert.Equal(Uids.ApplicationContext, answer.ApplicationContext);
        Assert.Null(answer.Window);
        Assert.Null(answer.UserIdentityResponse);
    }

    [Theory]
    [InlineData(1, 5, 5, 1)]
    [InlineData(4, 0, 0, 4)]
    [InlineData(4, 2, 9, 2)]
    public async Task The_asynchronous_window_is_no_larger_than_asked_for_and_configured(int configured, ushort invoked, ushort performed, ushort answered)
    {
        await using var server = await TestServer.StartAsync(options: new DicomServerOptions { MaxOperations = (ushort)configured });
        var request = RawPeer.Request();
        request.Window = new AsynchronousWindow(invoked, performed);

        Assert.Equal(new AsynchronousWindow(answered, 1), (await AnswerAsync(server, request)).Window);
    }

    [Fact]
    public async Task Only_proposed_roles_that_the_service_can_take_are_granted()
    {
        await using var server = await TestServer.StartAsync(others: new() { ["1.2.9"] = new ReverseRoles() });
        var request = RawPeer.Request(RawPeer.Context(1, Uids.ModalityWorklistFind), RawPeer.Context(3, "1.2.9"));
        request.Roles[Uids.ModalityWorklistFind] = new RoleSelection(IsScu: true, IsScp: true);
        request.Roles["1.2.9"] = new RoleSelection(IsScu: false, IsScp: true);
        request.Roles["1.2.10"] = new RoleSelection(IsScu: true, IsScp: true);

        var answer = await AnswerAsync(server, request);

        Assert.Equal(new Dictionary<string, RoleSelection>
        {
            [Uids.ModalityWorklistFind] = new(IsScu: true, IsScp: false),
            ["1.2.9"] = new(IsScu: false, IsScp: true),
        }, answer.Roles);
    }

    [Theory]
    [InlineData(new byte[] { 1, 1, 1 }, new byte[] { 1, 1, 0 })]
    [InlineData(new byte[] { 1, 1, 1, 1 }, new byte[] { 1, 1, 0, 0 })]
    public async Task Fuzzy_names_and_timezones_are_turned_down_unless_the_service_says_otherwise(byte[] asked, byte[] answered)
    {
        ReadOnlyMemory<byte> seen = default;
        await using var server = await TestServer.StartAsync(new Worklist((request, _, _) =>
        {
            seen = request.ExtendedNegotiation;
            return new(FindResult.Success);
        }));
        await using var client = await DicomClient.ConnectAsync(
            server.ClientOptions() with { ExtendedNegotiation = new Dictionary<string, byte[]> { [Uids.ModalityWorklistFind] = asked } }, TimeProvider.System, Token);

        await client.FindAllAsync(Worklist.Query(), Token);

        Assert.Equal(answered, client.ExtendedNegotiation[Uids.ModalityWorklistFind].ToArray());
        Assert.Equal(answered, seen.ToArray());
    }

    [Theory]
    [InlineData(new byte[] { 1, 1, 1, 1 }, true, false, new byte[] { 1, 1, 1, 0 })]
    [InlineData(new byte[] { 1, 1, 0 }, true, true, new byte[] { 1, 1, 0 })]
    [InlineData(new byte[] { 1, 1 }, true, true, null)]
    public void Worklist_extended_negotiation_grants_what_is_asked_for_and_supported(byte[] asked, bool fuzzy, bool timezone, byte[]? answered)
    {
        var answer = WorklistExtendedNegotiation.Answer(asked, fuzzy, timezone);

        Assert.Equal(answered, answer);
        Assert.Equal(answered is [_, _, 1, ..], WorklistExtendedNegotiation.HasFuzzyNames(answer));
        Assert.Equal(answered is [_, _, _, 1], WorklistExtendedNegotiation.HasTimezone(answer));
    }

    private sealed class ReverseRoles : IDimseService
    {
        public RoleSelection ChooseRoles(RoleSelection proposed) => new(IsScu: false, IsScp: true);
    }
}
