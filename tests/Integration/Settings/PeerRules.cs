using System.Net;
using System.Text;
using CloudPacs.Dicom.Network;
using CloudPacs.Hl7v2;
using CloudPacs.Integration.Messages;
using CloudPacs.Mllp;
using CloudPacs.Settings;
using CloudPacs.Worklist;
using Xunit;

namespace CloudPacs.Integration.Tests.Settings;

/// <summary>Who may connect: stations over DICOM, senders over HL7.</summary>
public sealed class PeerRules
{
    private static readonly MllpPeerCertificate Certificate = new("CN=his", "his", ["his.mercy.test"], "AB12", DateTimeOffset.MaxValue);

    [Theory]
    [InlineData("127.0.0.1", "ANY", true)] // no configuration needed for first steps
    [InlineData("::1", "ANY", true)]
    [InlineData("10.1.2.7", "ANY", false)]
    [InlineData("10.1.2.7", "CT1", true)]
    [InlineData("::ffff:10.1.2.7", "CT1", true)]
    [InlineData("10.1.3.7", "CT1", false)]
    [InlineData("127.0.0.1", "CT1", false)] // a configured address is the only one
    [InlineData("127.0.0.1", "MR1", true)] // a station without an address is local
    [InlineData("10.1.2.7", "MR1", false)]
    [InlineData("10.1.2.7", "ct1", false)] // AE titles are case sensitive
    [InlineData("10.1.2.7", "US1", false)] // asks for a certificate
    public async Task A_station_is_known_by_its_title_and_address(string address, string title, bool isAllowed)
    {
        var settings = new EngineSettings();
        settings.Dicom.Stations["CT1"] = new StationSettings { Addresses = ["10.1.2.0/24"] };
        settings.Dicom.Stations["MR1"] = new StationSettings();
        settings.Dicom.Stations["US1"] = new StationSettings { Addresses = ["10.1.2.0/24"], Certificate = "CN=us1" };

        var decision = await new StationDirectory(settings).DecideAsync(
            new AssociationInfo { Id = 1, CallingAe = title, CalledAe = "CLOUDPACS", RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 104) }, CancellationToken.None);

        Assert.Equal(isAllowed ? null : AssociationRejection.CallingAeTitleNotRecognized, decision.Rejection);
    }

    [Fact]
    public void A_station_gets_what_is_set_for_it_and_others_the_defaults()
    {
        var settings = new EngineSettings();
        settings.Dicom.Stations["CT1"] = new StationSettings { Facility = "MERCY", CharacterSet = "ISO_IR 100", AnswerLimit = 5 };
        var directory = new StationDirectory(settings);

        var (known, other) = (directory.ProfileOf("CT1"), directory.ProfileOf("MR1"));

        Assert.Equal(("MERCY", "ISO_IR 100", 5), (known.Facility, known.ConfiguredCharacterSet, known.AnswerLimit));
        Assert.Equal((null, null, 2000), (other.Facility, other.ConfiguredCharacterSet, other.AnswerLimit));
        Assert.Same(known, directory.ProfileOf("CT1"));
    }

    [Fact]
    public void Many_invented_titles_do_not_fill_the_memory()
    {
        var directory = new StationDirectory(new EngineSettings());
        var first = directory.ProfileOf("A0");

        for (var i = 0; i < 3000; i++) directory.ProfileOf($"A{i}");

        Assert.NotSame(first, directory.ProfileOf("A0"));
    }

    [Theory]
    [InlineData(null, false, "HIS", true)] // the engine's own: replay
    [InlineData("127.0.0.1", false, "ANY", true)]
    [InlineData("10.1.2.7", false, "HIS", true)]
    [InlineData("10.1.2.7", false, "OTHER", false)] // bound to MSH-3
    [InlineData("10.9.9.9", false, "HIS", false)]
    [InlineData("10.9.9.9", true, "LAB", true)] // known by its certificate alone
    [InlineData("10.9.9.9", false, "LAB", false)]
    [InlineData("127.0.0.1", true, "OTHER", false)] // who shows a certificate is bound to it, from anywhere
    public void A_sender_is_known_by_address_certificate_and_names(string? address, bool hasCertificate, string application, bool isAllowed)
    {
        var settings = new EngineSettings();
        settings.Mllp.Senders["his"] = new SenderAccess { Addresses = ["10.1.2.0/24"], SendingApplication = "HIS", SendingFacility = "MERCY" };
        settings.Mllp.Senders["lab"] = new SenderAccess { Certificate = "his.mercy.test", SendingApplication = "LAB" };

        Assert.Equal(isAllowed, IsAllowed(settings, address, hasCertificate, application));
    }

    [Theory]
    [InlineData("127.0.0.1", false, true)]
    [InlineData("10.1.2.7", false, false)]
    [InlineData("10.1.2.7", true, true)] // the listener's authority vouches for it
    public void Without_a_list_of_senders_the_place_or_the_certificate_decides(string address, bool hasCertificate, bool isAllowed) =>
        Assert.Equal(isAllowed, IsAllowed(new EngineSettings(), address, hasCertificate, "HIS"));

    private static bool IsAllowed(EngineSettings settings, string? address, bool hasCertificate, string application)
    {
        Assert.True(Message.TryParse(Encoding.ASCII.GetBytes($"MSH|^~\\&|{application}|MERCY|||||ADT^A08|1|P|2.5\r"), ParseOptions.Default, out var message, out _));
        var origin = new MessageOrigin("peer", address is null ? null : IPAddress.Parse(address), hasCertificate ? Certificate : null);
        return new SenderDirectory(settings).IsAllowed(message, origin);
    }
}
