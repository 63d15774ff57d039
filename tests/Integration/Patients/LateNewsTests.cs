using CloudPacs.Dicom;
using CloudPacs.Integration.Tests.Messages;
using Xunit;

namespace CloudPacs.Integration.Tests.Patients;

/// <summary>What a system said before, and what comes late, changes nothing of a patient or a visit that it said later.</summary>
public class LateNewsTests
{
    private const string Early = "20260310080000", Late = "20260310081500";
    private readonly HisLink _his = new();

    public LateNewsTests()
    {
        _his.SentAt = "20260310070000";
        _his.Send("ORM^O01", HisLink.Pid("MRN1", "FIRST^NAME"), "PV1|1|O|||||||||||||||||V1", HisLink.Order("NW", "P1^HIS", "ACC1"));
    }

    [Theory]
    [InlineData(Late, Early)]                   // recorded before, sent after
    [InlineData("", "")]                        // sent before
    public void Demographics_stay_what_was_said_later(string recorded, string recordedBefore)
    {
        Update("NEW^NAME", Late, recorded);

        var reply = Update("OLD^NAME", recordedBefore.Length > 0 ? "20260310082000" : Early, recordedBefore);

        Assert.Equal(("AA", ("207", "W", "PID^1")), (reply.Code, Assert.Single(reply.Problems)));
        Assert.Equal("NEW^NAME", Assert.Single(_his.Entries).GetString(Tags.PatientName));
        Assert.Contains("NEW", Assert.Single(_his.Resources("Patient"))["name"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_late_order_is_placed_and_shows_what_was_said_later()
    {
        Update("NEW^NAME", Late, Late);
        _his.SentAt = Early;

        var reply = _his.Send("ORM^O01", HisLink.Pid("MRN1", "OLD^NAME"), HisLink.Order("NW", "P2^HIS", "ACC2"));

        Assert.Equal(("AA", ("207", "W", "PID^1")), (reply.Code, Assert.Single(reply.Problems)));
        Assert.Equal(["NEW^NAME", "NEW^NAME"], _his.Entries.Select(static entry => entry.GetString(Tags.PatientName)));
    }

    [Fact]
    public void So_does_the_visit()
    {
        _his.SentAt = Late;
        _his.Send("ADT^A02", $"EVN|A02|{Late}", HisLink.Pid("MRN1", "FIRST^NAME"), "PV1|1|I|WARD2||||||||||||||||V1");
        _his.SentAt = "20260310082000";

        var reply = _his.Send("ADT^A01", $"EVN|A01|{Early}", HisLink.Pid("MRN1", "FIRST^NAME"), "PV1|1|I|WARD1||||||||||||||||V1");

        Assert.Equal(("207", "W"), (Assert.Single(reply.Problems).Code, reply.Problems[0].Severity));
        Assert.Equal("WARD2", Assert.Single(_his.Entries).GetString(Tags.CurrentPatientLocation));
    }

    [Theory]
    [InlineData("FIRST^NAME", "", "AA")]        // nothing new: nothing to tell
    [InlineData("OLD^NAME", "LAB", "AA")]       // the clock of another system
    public void Nothing_is_told_where_nothing_is_lost(string name, string application, string code)
    {
        Update("FIRST^NAME", Late, Late);
        if (application.Length > 0) _his.Application = application;

        var reply = Update(name, Early, Early);

        Assert.Equal(code, reply.Code);
        Assert.Empty(reply.Problems);
        Assert.Equal(name, Assert.Single(_his.Entries).GetString(Tags.PatientName));
    }

    [Fact]
    public void A_clock_that_is_ahead_keeps_out_nothing_that_comes_after_it()
    {
        Update("AHEAD^NAME", "20280101000000", "20280101000000");

        var reply = Update("NEW^NAME", "20260310083100", "20260310083100");

        Assert.Empty(reply.Problems);
        Assert.Equal("NEW^NAME", Assert.Single(_his.Entries).GetString(Tags.PatientName));
    }

    [Fact]
    public void Nobody_is_shown_when_it_was_said()
    {
        Update("NEW^NAME", Late, Late);

        Assert.DoesNotContain(Assert.Single(_his.Entries), static element => element.Tag.Group == 0x0009);
    }

    private HisReply Update(string name, string sent, string recorded)
    {
        _his.SentAt = sent.Length > 0 ? sent : Late;
        return _his.Send("ADT^A08", $"EVN|A08|{recorded}", HisLink.Pid("MRN1", name), "PV1|1|O|||||||||||||||||V1");
    }
}
