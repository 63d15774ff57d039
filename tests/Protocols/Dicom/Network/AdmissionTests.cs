using System.Net;
using System.Net.Sockets;
using System.Text;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Dicom.Network.Pdu;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom.Network;

public sealed class AdmissionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<AssociationRejection?> RejectionAsync(DicomClientOptions options)
    {
        var failure = await Assert.ThrowsAsync<DicomNetworkException>(() => DicomClient.ConnectAsync(options, TimeProvider.System, Token));
        Assert.Equal(DicomNetworkError.Rejected, failure.Error);
        return failure.Rejection;
    }

    [Fact]
    public async Task Another_called_title_is_rejected_and_the_caller_is_told_in_words()
    {
        await using var server = await TestServer.StartAsync();

        var failure = await Assert.ThrowsAsync<DicomNetworkException>(() =>
            DicomClient.ConnectAsync(server.ClientOptions() with { CalledAe = "cloudpacs" }, TimeProvider.System, Token));

        Assert.Equal(AssociationRejection.CalledAeTitleNotRecognized, failure.Rejection);
        Assert.Equal($"cloudpacs at 127.0.0.1:{server.EndPoint.Port} rejected the association permanently, by the service user: called AE title not recognized.", failure.Message);
    }

    [Fact]
    public async Task Any_called_title_will_do_when_the_check_is_off()
    {
        await using var server = await TestServer.StartAsync(options: new DicomServerOptions { RequiresCalledAe = false });
        await using var client = await DicomClient.ConnectAsync(server.ClientOptions() with { CalledAe = "OTHER" }, TimeProvider.System, Token);

        await client.EchoAsync(Token);
    }

    [Fact]
    public async Task Another_application_context_is_rejected()
    {
        await using var server = await TestServer.StartAsync();
        using var peer = await server.ConnectRawAsync(Token);
        var request = RawPeer.Request();
        request.ApplicationContext = "1.2.3";

        await peer.SendAsync(AssociateWriter.Write(request, PduType.AssociateRq), Token);

        Assert.Equal([3, 0, 0, 0, 0, 4, 0, 1, 1, 2], await peer.ReadAsync(Token));
    }

    [Fact]
    public async Task The_policy_sees_who_asks_and_decides()
    {
        AssociationInfo? seen = null;
        await using var server = await TestServer.StartAsync(policy: new Policy(association =>
        {
            seen = association;
            return association.CallingAe == "GOOD" ? AssociationDecision.Accept : AssociationDecision.Reject(AssociationRejection.CallingAeTitleNotRecognized);
        }));

        Assert.Equal(AssociationRejection.CallingAeTitleNotRecognized, await RejectionAsync(server.ClientOptions("BAD")));
        await using var client = await server.ConnectAsync(Token, "GOOD");

        Assert.Equal(("GOOD", IPAddress.Loopback), (seen!.CallingAe, ((IPEndPoint)seen.RemoteEndPoint!).Address));
        Assert.Equal("CLOUDPACS_1", seen.ImplementationVersionName);
    }

    [Theory]
    [InlineData("A\0T")]
    [InlineData("A\u001b[31mT")]
    [InlineData("A\nT")]
    public async Task A_calling_title_with_control_characters_is_rejected(string title)
    {
        await using var server = await TestServer.StartAsync();
        using var peer = await RawPeer.ConnectAsync(server.EndPoint, Token);
        var request = AssociateWriter.Write(RawPeer.Request(), PduType.AssociateRq);
        // Behind the header of the PDU, the version, two reserved bytes and the called title (PS3.8 9.3.2).
        Encoding.ASCII.GetBytes(title).CopyTo(request, 26);

        await peer.SendAsync(request, Token);

        Assert.Equal([3, 0, 0, 0, 0, 4, 0, 1, 1, 3], await peer.ReadAsync(Token));
    }

    [Fact]
    public async Task A_policy_that_throws_lets_nobody_in()
    {
        await using var server = await TestServer.StartAsync(policy: new Policy(_ => throw new InvalidOperationException("no database")));

        Assert.Equal(AssociationRejection.TemporaryCongestion, await RejectionAsync(server.ClientOptions()));
        Assert.Equal("no database", server.Failures.Single().Exception.Message);
    }

    [Theory]
    [InlineData("right", true)]
    [InlineData("wrong", false)]
    public async Task A_user_is_checked_and_confirmed(string passcode, bool isAccepted)
    {
        await using var server = await TestServer.StartAsync(policy: new Policy(association =>
            association.UserIdentity is { UserName: "jane", Passcode: "right" } ? AssociationDecision.AcceptUser() : AssociationDecision.Reject(AssociationRejection.NotAuthorized)));
        var options = server.ClientOptions() with { UserIdentity = UserIdentity.FromUserName("jane", passcode) };

        if (!isAccepted)
        {
            Assert.Equal(AssociationRejection.NotAuthorized, await RejectionAsync(options));
            return;
        }

        await using var client = await DicomClient.ConnectAsync(options, TimeProvider.System, Token);
        Assert.Equal(0, client.UserIdentityResponse!.Value.Length);
    }

    [Fact]
    public async Task A_policy_that_does_not_look_at_users_does_not_confirm_them()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await DicomClient.ConnectAsync(
            server.ClientOptions() with { UserIdentity = new UserIdentity(UserIdentityType.Jwt, new byte[] { 1 }) }, TimeProvider.System, Token);

        Assert.Null(client.UserIdentityResponse);
    }

    [Fact]
    public async Task Associations_are_limited_per_title_and_in_total_and_a_release_makes_room_at_once()
    {
        await using var server = await TestServer.StartAsync(options: new DicomServerOptions { MaxAssociations = 3, MaxAssociationsPerAe = 2 });
        await using var first = await server.ConnectAsync(Token, "A");
        await using var second = await server.ConnectAsync(Token, "A");

        Assert.Equal(AssociationRejection.LocalLimitExceeded, await RejectionAsync(server.ClientOptions("A")));
        await using var third = await server.ConnectAsync(Token, "B");
        Assert.Equal(AssociationRejection.LocalLimitExceeded, await RejectionAsync(server.ClientOptions("C")));
        Assert.Equal(3, server.Server.AssociationCount);

        await first.ReleaseAsync(Token);
        await using var next = await server.ConnectAsync(Token, "A");
        await next.EchoAsync(Token);
    }

    [Fact]
    public async Task An_address_that_holds_all_associations_gives_the_one_that_is_idle_longest_to_another_address()
    {
        var isAsked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.StartAsync(
            new Worklist(async (_, _, _) =>
            {
                isAsked.SetResult();
                await gate.Task;
                return FindResult.Success;
            }),
            new DicomServerOptions { MaxAssociations = 3 });
        await using var busy = await server.ConnectAsync(Token, "BUSY");
        var asking = busy.FindAsync(Uids.ModalityWorklistFind, new DataSet(), cancellationToken: Token).ToListAsync(Token).AsTask();
        await isAsked.Task;
        await using var idle = await server.ConnectAsync(Token, "IDLE");
        await using var used = await server.ConnectAsync(Token, "USED");
        await idle.EchoAsync(Token);
        // Idle time begins when the server reads again, a moment after its answer.
        await Task.Delay(200, Token);
        await used.EchoAsync(Token);

        using var other = await RawPeer.ConnectAsync(server.EndPoint, Token, from: "127.0.0.2");
        await other.AssociateAsync(RawPeer.Request(), Token);
        using var second = await RawPeer.ConnectAsync(server.EndPoint, Token, from: "127.0.0.2");
        await second.SendAsync(AssociateWriter.Write(RawPeer.Request(), PduType.AssociateRq), Token);

        Assert.Equal([3, 0, 0, 0, 0, 4, 0, 2, 3, 2], await second.ReadAsync(Token));
        Assert.Contains("given to another address", await server.Ended.Reader.ReadAsync(Token), StringComparison.Ordinal);
        await Assert.ThrowsAsync<DicomNetworkException>(() => idle.EchoAsync(Token));
        await used.EchoAsync(Token);
        gate.SetResult();
        await asking;
    }

    [Fact]
    public async Task Nobody_gives_way_to_one_whom_the_policy_does_not_let_in()
    {
        await using var server = await TestServer.StartAsync(
            options: new DicomServerOptions { MaxAssociations = 2 },
            policy: new Policy(static association => association.CallingAe == "RAW" ? AssociationDecision.Reject(AssociationRejection.CallingAeTitleNotRecognized) : AssociationDecision.Accept));
        await using var first = await server.ConnectAsync(Token, "A");
        await using var second = await server.ConnectAsync(Token, "B");

        using var other = await RawPeer.ConnectAsync(server.EndPoint, Token, from: "127.0.0.2");
        await other.SendAsync(AssociateWriter.Write(RawPeer.Request(), PduType.AssociateRq), Token);

        Assert.Equal([3, 0, 0, 0, 0, 4, 0, 1, 1, 3], await other.ReadAsync(Token));
        await first.EchoAsync(Token);
        await second.EchoAsync(Token);
    }

    [Fact]
    public async Task Connections_without_association_give_way_to_another_address()
    {
        await using var server = await TestServer.StartAsync(options: new DicomServerOptions { MaxPendingConnections = 2 });
        using var first = await server.ConnectRawAsync(Token);
        using var second = await server.ConnectRawAsync(Token);

        // It is refused as long as the server has accepted the two and does not serve them yet.
        while (!await IsServedAsync()) await Task.Yield();

        Assert.Null(await first.ReadAsync(Token));
        await second.AssociateAsync(RawPeer.Request(), Token);

        async Task<bool> IsServedAsync()
        {
            using var other = await RawPeer.ConnectAsync(server.EndPoint, Token, from: "127.0.0.2");
            try
            {
                await other.SendAsync(AssociateWriter.Write(RawPeer.Request(), PduType.AssociateRq), Token);
                return await other.ReadAsync(Token) is [2, ..];
            }
            catch (SocketException)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task Associations_can_follow_each_other_at_the_limit()
    {
        await using var server = await TestServer.StartAsync(options: new DicomServerOptions { MaxAssociations = 1 });

        for (var i = 0; i < 50; i++)
        {
            await using var client = await server.ConnectAsync(Token);
            await client.EchoAsync(Token);
            await client.ReleaseAsync(Token);
        }

        Assert.Equal(0, server.Server.AssociationCount);
    }

    [Fact]
    public async Task Connections_without_association_are_limited()
    {
        await using var server = await TestServer.StartAsync(options: new DicomServerOptions { MaxPendingConnections = 2 });
        using var first = await server.ConnectRawAsync(Token);
        using var second = await server.ConnectRawAsync(Token);
        using var third = await server.ConnectRawAsync(Token);

        Assert.Null(await third.ReadAsync(Token));
        await first.AssociateAsync(RawPeer.Request(), Token);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00FC\u0003\u0003")]
    [InlineData("\u0001\0\u00FF\u00FF\u00FF\u00FF")]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n")]
    public async Task Who_speaks_another_protocol_is_shown_the_door(string hello)
    {
        await using var server = await TestServer.StartAsync();
        using var peer = await server.ConnectRawAsync(Token);

        await peer.SendAsync(System.Text.Encoding.Latin1.GetBytes(hello), Token);

        Assert.Equal(7, (await peer.ReadAsync(Token))![0]);
        Assert.Null(await peer.ReadAsync(Token));
    }

    [Fact]
    public async Task Two_hundred_associations_half_of_them_idle_are_served()
    {
        await using var server = await TestServer.StartAsync(Worklist.Of(3), new DicomServerOptions { MaxAssociationsPerAe = 300 });
        var clients = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => server.ConnectAsync(Token)));

        var found = await Task.WhenAll(clients.Take(100).Select(async client =>
        {
            var count = 0;
            for (var i = 0; i < 5; i++) count += (await client.FindAllAsync(Worklist.Query(), Token)).Count;
            return count;
        }));

        Assert.Equal(1500, found.Sum());
        Assert.Equal(200, server.Server.AssociationCount);
        await Task.WhenAll(clients.Skip(100).Select(client => client.EchoAsync(Token)));
        await Task.WhenAll(clients.Select(client => client.ReleaseAsync(Token)));
        Assert.Equal(0, server.Server.AssociationCount);
    }

    [Fact]
    public void Settings_out_of_range_are_named()
    {
        var failure = Assert.Throws<ArgumentException>(() => new DicomServerOptions { MaxPduBytes = 100 }.Validate());

        Assert.StartsWith("MaxPduBytes must be 4096 to 16777216.", failure.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new DicomServerOptions { AeTitles = ["  "] }.Validate());
        Assert.Throws<ArgumentException>(() => new DicomServerOptions { AeTitles = ["SEVENTEEN_LETTERS"] }.Validate());
    }

    private sealed class Policy(Func<AssociationInfo, AssociationDecision> decide) : IAssociationPolicy
    {
        public ValueTask<AssociationDecision> DecideAsync(AssociationInfo association, CancellationToken cancellationToken) => new(decide(association));
    }
}
