using System.Text;
using CloudPacs.Dicom.Network;
using CloudPacs.Dicom.Network.Pdu;
using FsCheck.Xunit;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom.Network;

public sealed class AssociatePduTests
{
    private static AssociateParameters Everything() => new()
    {
        CalledAe = "CLOUDPACS",
        CallingAe = "MODALITY1",
        Contexts =
        [
            new(1, ContextResult.Acceptance, "1.2.840.10008.1.1", ["1.2.840.10008.1.2"]),
            new(255, ContextResult.Acceptance, "1.2.840.10008.5.1.4.31", ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2"]),
        ],
        MaxLength = 0x01020304,
        ImplementationClassUid = "1.2.3",
        ImplementationVersionName = "V_1",
        Window = new AsynchronousWindow(5, 0),
        Roles = { ["1.2.840.10008.1.20.1"] = new RoleSelection(false, true) },
        ExtendedNegotiation = { ["1.2.840.10008.5.1.4.31"] = new byte[] { 1, 1, 1 } },
        CommonExtendedNegotiation = { ["1.2.4"] = new CommonExtendedNegotiation("1.2.5", ["1.2.6", "1.2.7"]) },
        UserIdentity = UserIdentity.FromUserName("ännchen", "secret"),
        UserIdentityResponse = new byte[] { 7, 8 },
    };

    [Fact]
    public void A_request_has_the_bytes_of_the_standard()
    {
        var request = new AssociateParameters
        {
            CalledAe = "B",
            CallingAe = "A",
            Contexts = [new(1, ContextResult.Acceptance, "1.2", ["1.3", "1.4"])],
            MaxLength = 16384,
            ImplementationClassUid = "9.9",
        };

        var pdu = AssociateWriter.Write(request, PduType.AssociateRq);

        var expected = "01 00 0000008D 0001 0000"
            + "42202020202020202020202020202020 41202020202020202020202020202020" + new string('0', 64)
            + "10 00 0015" + Convert.ToHexString("1.2.840.10008.3.1.1.1"u8)
            + "20 00 0019 01 00 00 00 30 00 0003 312E32 40 00 0003 312E33 40 00 0003 312E34"
            + "50 00 000F 51 00 0004 00004000 52 00 0003 392E39";
        Assert.Equal(expected.Replace(" ", "", StringComparison.Ordinal), Convert.ToHexString(pdu));
    }

    [Fact]
    public void Every_item_comes_back_as_it_was_written()
    {
        var written = Everything();

        var isRead = AssociateReader.TryRead(AssociateWriter.Write(written, PduType.AssociateRq).AsSpan(6), out var read);

        Assert.True(isRead);
        Assert.Equivalent(written.Contexts, read!.Contexts);
        Assert.Equal(written.Roles, read.Roles);
        Assert.Equal((written.CalledAe, written.CallingAe, written.ApplicationContext), (read.CalledAe, read.CallingAe, read.ApplicationContext));
        Assert.Equal((written.MaxLength, written.Window), (read.MaxLength, read.Window));
        Assert.Equal((written.ImplementationClassUid, written.ImplementationVersionName), (read.ImplementationClassUid, read.ImplementationVersionName));
        Assert.Equal([1, 1, 1], read.ExtendedNegotiation["1.2.840.10008.5.1.4.31"].ToArray());
        Assert.Equal("1.2.5", read.CommonExtendedNegotiation["1.2.4"].ServiceClassUid);
        Assert.Equal(["1.2.6", "1.2.7"], read.CommonExtendedNegotiation["1.2.4"].RelatedGeneralSopClasses);
        Assert.Equal((UserIdentityType.UserNameAndPasscode, "ännchen", "secret", true),
            (read.UserIdentity!.Type, read.UserIdentity.UserName, read.UserIdentity.Passcode, read.UserIdentity.IsResponseRequested));
        Assert.Equal([7, 8], read.UserIdentityResponse!.Value.ToArray());
    }

    [Fact]
    public void An_answer_repeats_the_reserved_bytes_of_the_request()
    {
        var request = AssociateWriter.Write(Everything(), PduType.AssociateRq);
        request.AsSpan(42, 32).Fill(0xAB);
        AssociateReader.TryRead(request.AsSpan(6), out var read);

        var answer = AssociateWriter.Write(read!, PduType.AssociateAc);

        Assert.Equal(request[10..74], answer[10..74]);
        Assert.Equal(2, answer[0]);
    }

    [Fact]
    public void Unknown_items_and_sub_items_are_skipped()
    {
        var pdu = AssociateWriter.Write(new AssociateParameters { CalledAe = "B", CallingAe = "A", MaxLength = 77 }, PduType.AssociateRq);
        byte[] body = [.. pdu[6..74], 0x99, 0, 0, 3, 1, 2, 3, 0x50, 0, 0, 13, 0x77, 0, 0, 1, 9, 0x51, 0, 0, 4, 0, 0, 0, 78];

        Assert.True(AssociateReader.TryRead(body, out var read));

        Assert.Equal(78u, read.MaxLength);
        Assert.Null(read.ApplicationContext);
    }

    [Fact]
    public void Padded_uids_and_titles_are_taken()
    {
        var pdu = AssociateWriter.Write(new AssociateParameters { CalledAe = " B ", CallingAe = "A\0", ImplementationClassUid = "1.2.3\0", ApplicationContext = "1.2 " }, PduType.AssociateRq);

        Assert.True(AssociateReader.TryRead(pdu.AsSpan(6), out var read));

        Assert.Equal(("B", "A", "1.2.3", "1.2"), (read.CalledAe, read.CallingAe, read.ImplementationClassUid, read.ApplicationContext));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1)]
    public void An_even_or_repeated_context_id_is_refused(byte id)
    {
        var request = new AssociateParameters
        {
            CalledAe = "B",
            CallingAe = "A",
            Contexts = [new(1, ContextResult.Acceptance, "1.2", ["1.3"]), new(id, ContextResult.Acceptance, "1.2", ["1.3"])],
        };

        Assert.False(AssociateReader.TryRead(AssociateWriter.Write(request, PduType.AssociateRq).AsSpan(6), out _));
    }

    [Fact]
    public void A_body_cut_anywhere_is_read_up_to_whole_items_or_refused()
    {
        var body = AssociateWriter.Write(Everything(), PduType.AssociateRq)[6..];
        var whole = 0;

        for (var length = 0; length < body.Length; length++)
        {
            if (AssociateReader.TryRead(body.AsSpan(0, length), out _)) whole++;
        }

        // After the fixed part, the application context and each of the two contexts.
        Assert.Equal(4, whole);
    }

    [Property(MaxTest = 500)]
    public bool Damage_never_throws(ushort position, byte value)
    {
        var body = AssociateWriter.Write(Everything(), PduType.AssociateRq)[6..];
        body[position % body.Length] = value;

        return AssociateReader.TryRead(body, out var read) == read is not null;
    }

    [Fact]
    public void A_user_identity_never_shows_its_passcode() =>
        Assert.DoesNotContain("secret", UserIdentity.FromUserName("user", "secret").ToString(), StringComparison.Ordinal);

    [Fact]
    public void A_rejection_says_why_in_words()
    {
        Assert.Equal("permanently, by the service user: called AE title not recognized", AssociationRejection.CalledAeTitleNotRecognized.ToString());
        Assert.Equal("for now, by the service provider (presentation): local limit exceeded", AssociationRejection.LocalLimitExceeded.ToString());
        Assert.Equal(Encoding.ASCII.GetBytes("with result 9, by source 8: reason 5"), Encoding.ASCII.GetBytes(new AssociationRejection((RejectResult)9, (RejectSource)8, 5).ToString()));
    }
}
