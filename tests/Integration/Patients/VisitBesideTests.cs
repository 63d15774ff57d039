using CloudPacs.Dicom;
using CloudPacs.Integration.Tests.Messages;
using Xunit;

namespace CloudPacs.Integration.Tests.Patients;

/// <summary>Events that are about ids, and say something of a visit too: a visit that is known takes it, and the rest is told.</summary>
public class VisitBesideTests
{
    private readonly HisLink _his = new();

    public static TheoryData<string, string> Events => new()
    {
        { "A45", "MRG|OLD^^^MERCY^MR||||VN1" }, { "A44", "MRG|OLD^^^MERCY^MR||VN1" }, { "A46", "MRG|OLD^^^MERCY^MR" }, { "A47", "MRG|OLD^^^MERCY^MR" },
        { "A43", "MRG|OLD^^^MERCY^MR" }, { "A40", "MRG|OLD^^^MERCY^MR" }, { "A18", "MRG|OLD^^^MERCY^MR" }, { "A31", "" }, { "A28", "" },
    };

    [Theory]
    [MemberData(nameof(Events))]
    public void A_known_visit_takes_it(string trigger, string prior)
    {
        var owner = prior.Length > 0 ? "OLD" : "MRN1";
        _his.Send("ADT^A01", HisLink.Pid(owner), "PV1|1|I|W1^R1||||||||||||||||VN1");
        _his.Send("ORM^O01", HisLink.Pid(owner), "PV1|1|I|||||||||||||||||VN1", HisLink.Order("NW", "P1^HIS", "ACC1"));

        var told = Send(trigger, prior, "PV1|1|I|W2^R9||||||||||||||||VN1");

        Assert.Empty(told.Problems);
        var entry = Assert.Single(_his.Entries);
        Assert.Equal(("MRN1", "W2 R9"), (entry.GetString(Tags.PatientId), entry.GetString(Tags.CurrentPatientLocation)));
        Assert.Equal("W2 R9", (string?)Assert.Single(_his.Resources("Encounter"))["location"]![0]!["location"]!["display"]);
    }

    [Theory]
    [InlineData("A46", "MRG|OLD^^^MERCY^MR", "VN7", "204")]
    [InlineData("A47", "MRG|OLD^^^MERCY^MR", "VN7", "204")]
    [InlineData("A40", "MRG|OLD^^^MERCY^MR", "VN7", "204")]
    [InlineData("A31", "", "VN7", "204")]
    [InlineData("A47", "MRG|OLD^^^MERCY^MR", "", "101")]
    [InlineData("A31", "", "", "101")]
    public void Of_another_visit_it_is_told(string trigger, string prior, string visit, string code)
    {
        _his.Send("ADT^A04", HisLink.Pid(prior.Length > 0 ? "OLD" : "MRN1"));

        var told = Send(trigger, prior, "PV1|1|I|W2^R9||||||||||||||||" + visit);

        Assert.Equal((code, "W", "PV1^1^19"), Assert.Single(told.Problems));
    }

    [Theory]
    [InlineData("ORM^O01", "PV1|1|I|W2|E", true)]
    [InlineData("ORM^O01", "PV1|1|I|W2||||77^DOC^ATTENDING", true)]
    [InlineData("OMG^O19", "PV1|1|I|W2||||||78^DOC^CONSULTING", true)]
    [InlineData("ORM^O01", "PV1|1|I|W2||||||||||||||79^DOC^ADMITTING", true)]
    [InlineData("ORM^O01", "PV1|1|I|W2||||||||||R", true)]
    [InlineData("ORM^O01", "PV1|1|I|W2|||W1", true)]
    [InlineData("ORM^O01", "PV1|1|I|W2|||||76^DOC^REFERRING", false)]
    [InlineData("ORM^O01", "PV1|1|O", false)]
    [InlineData("ORM^O01", "PV1|1|I|W2||||77^DOC^ATTENDING||||||||||||VN1", false)]
    public void Of_an_order_without_a_visit_number_it_is_told_what_only_an_Encounter_would_show(string type, string visit, bool isTold)
    {
        var reply = _his.Send(type, HisLink.Pid("MRN1"), visit, HisLink.Order("NW", "P1^HIS", "ACC1"));

        Assert.Equal("AA", reply.Code);
        Assert.Equal(isTold ? [("101", "W", "PV1^1^19")] : [], reply.Problems);
    }

    [Fact]
    public void A_visit_that_says_nothing_is_not_told() =>
        Assert.Empty(Send("A31", "", "PV1|1|N").Problems);

    private HisReply Send(string trigger, string prior, string visit) => prior.Length > 0
        ? _his.Send($"ADT^{trigger}", HisLink.Pid("MRN1"), prior, visit)
        : _his.Send($"ADT^{trigger}", HisLink.Pid("MRN1"), visit);
}
