using CloudPacs.Dicom;
using CloudPacs.Integration.Tests.Messages;
using Xunit;

namespace CloudPacs.Integration.Tests.Patients;

/// <summary>PID-3 lists the ids of one person. Where they lead to two, nobody is taken for somebody else, and it is told.</summary>
public class SeveralIdTests
{
    private readonly HisLink _his = new();

    public SeveralIdTests()
    {
        Place("A1^^^MERCY^MR~NA^^^NATION^NI", "ANNA^A", "P1");
        Place("B1^^^MERCY^MR~NB^^^NATION2^NI", "BEA^B", "P2");
    }

    [Theory]
    [InlineData("X1^^^CLINIC^PI~NA^^^NATION^NI~NB^^^NATION2^NI")]
    [InlineData("X1^^^CLINIC^PI~A1^^^MERCY^MR~B1^^^MERCY^MR")]
    public void Further_ids_of_two_patients_name_none_of_them(string ids)
    {
        var order = Place(ids, "WHO^X", "P3");
        var update = _his.Send("ADT^A08", "EVN|A08", $"PID|1||{ids}||WHO^X||19800214|F", "PV1|1|O");

        Assert.Equal(("AE", ("205", "E", "PID^1^3")), (order.Code, Assert.Single(order.Problems)));
        Assert.Equal(("AE", ("205", "E", "PID^1^3")), (update.Code, Assert.Single(update.Problems)));
        AssertUnchanged();
    }

    [Theory]
    [InlineData("A1^^^MERCY^MR~B1^^^MERCY^MR")]
    [InlineData("A1^^^MERCY^MR~NB^^^NATION2^NI")]
    public void The_first_id_says_who_it_is_and_the_id_of_another_stays_with_that_one(string ids)
    {
        var reply = Place(ids, "ANNA^A", "P3");

        Assert.Equal(("AA", ("205", "W", "PID^1^3")), (reply.Code, Assert.Single(reply.Problems)));
        Assert.Equal(["A1 ANNA^A", "A1 ANNA^A", "B1 BEA^B"], Shown());
    }

    [Fact]
    public void An_id_without_what_tells_two_apart_names_none_of_them()
    {
        Place("77^^^NORTH&1.2.3&ISO^MR", "NORA^N", "P4");
        Place("77^^^NORTH&1.2.4&ISO^MR", "OLGA^O", "P5");

        var reply = Place("77^^^NORTH^MR", "WHO^X", "P6");

        Assert.Equal(("AE", ("205", "E", "PID^1^3")), (reply.Code, Assert.Single(reply.Problems)));
        Assert.Equal(["77 NORA^N", "77 OLGA^O"], Shown().Where(static shown => shown.StartsWith("77", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_merge_that_lists_the_prior_id_too_is_made()
    {
        var merge = _his.Send("ADT^A40", "EVN|A40", "PID|1||X1^^^CLINIC^PI~A1^^^MERCY^MR~NB^^^NATION2^NI||ANNA^A||19800214|F", "MRG|A1^^^MERCY^MR");

        Assert.Equal("AA", merge.Code);
    }

    private void AssertUnchanged() => Assert.Equal(["A1 ANNA^A", "B1 BEA^B"], Shown());

    private IEnumerable<string> Shown() =>
        _his.Entries.Select(static entry => $"{entry.GetString(Tags.PatientId)} {entry.GetString(Tags.PatientName)}").Order();

    private HisReply Place(string ids, string name, string placer) =>
        _his.Send("ORM^O01", $"PID|1||{ids}||{name}||19800214|F", HisLink.Order("NW", $"{placer}^HIS", "ACC" + placer));
}
