using CloudPacs.Dicom;
using CloudPacs.Integration.Tests.Messages;
using Xunit;

namespace CloudPacs.Integration.Tests.Patients;

/// <summary>A merge into an id that nobody had: the survivor is who the prior patient was, but for what the merge says.</summary>
public class NewSurvivorTests
{
    private readonly HisLink _his = new();

    public NewSurvivorTests()
    {
        _his.Send("ADT^A08", HisLink.Pid("OLD", rest: "|||1 MAIN ST^^PUNE||+91 20 555"));
        _his.Send("ORM^O01", HisLink.Pid("OLD"), HisLink.Order("NW", "P1^HIS", "ACC1"), "OBX|1|NM|29463-7^Body weight^LN||61.5|kg");
    }

    [Theory]
    [InlineData("PID|1||NEW^^^MERCY^MR")]
    [InlineData("PID|1||NEW^^^MERCY^MR||RAO^ANITA")]
    public void What_the_merge_does_not_say_stays_as_it_was(string pid)
    {
        Assert.Equal("AA", _his.Send("ADT^A40", pid, "MRG|OLD^^^MERCY^MR").Code);

        var entry = Assert.Single(_his.Entries);
        Assert.Equal(
            ["NEW", "RAO^ANITA", "19800214", "F", "61.5"],
            new[] { Tags.PatientId, Tags.PatientName, Tags.PatientBirthDate, Tags.PatientSex, Tags.PatientWeight }
                .Select(tag => entry.GetString(tag)));
    }

    [Fact]
    public void What_the_merge_says_or_deletes_holds()
    {
        _his.Send("ADT^A40", HisLink.Pid("NEW", "RAO^ANITA DEVI", birth: "\"\""), "MRG|OLD^^^MERCY^MR");

        var entry = Assert.Single(_his.Entries);
        Assert.Equal(("RAO^ANITA DEVI", "", "F"),
            (entry.GetString(Tags.PatientName), entry.GetString(Tags.PatientBirthDate) ?? "", entry.GetString(Tags.PatientSex)));
    }

    [Fact]
    public void The_resource_of_the_survivor_has_what_that_of_the_prior_one_had()
    {
        _his.Send("ADT^A40", "PID|1||NEW^^^MERCY^MR", "MRG|OLD^^^MERCY^MR");

        var (prior, survivor) = (Patient("OLD"), Patient("NEW"));
        foreach (var element in new[] { "name", "birthDate", "gender", "address", "telecom" })
            Assert.Equal(prior[element]!.ToJsonString(), survivor[element]?.ToJsonString());
        Assert.Equal(("1", true), ((string)survivor["meta"]!["versionId"]!, (bool)survivor["active"]!));
        Assert.Equal(["NEW", "OLD"], survivor["identifier"]!.AsArray().Select(static id => (string)id!["value"]!).Order());
        Assert.Equal(["replaces"], survivor["link"]!.AsArray().Select(static link => (string)link!["type"]!));
        Assert.Equal(["replaced-by"], prior["link"]!.AsArray().Select(static link => (string)link!["type"]!));
    }

    [Fact]
    public void A_survivor_that_was_known_stays_who_it_is()
    {
        _his.Send("ADT^A08", "PID|1||NEW^^^MERCY^MR||KNOWN^PERSON");

        _his.Send("ADT^A40", "PID|1||NEW^^^MERCY^MR", "MRG|OLD^^^MERCY^MR");

        var entry = Assert.Single(_his.Entries);
        Assert.Equal(("KNOWN^PERSON", ""), (entry.GetString(Tags.PatientName), entry.GetString(Tags.PatientBirthDate) ?? ""));
    }

    [Theory]
    [InlineData("A40")]
    [InlineData("A30")]
    [InlineData("A34")]
    public void A_prior_id_that_was_merged_into_another_patient_does_not_take_that_patient_along(string trigger)
    {
        _his.Send("ADT^A08", "PID|1||FIRST^^^MERCY^MR||FIRST^PERSON");
        _his.Send("ADT^A40", "PID|1||FIRST^^^MERCY^MR", "MRG|OLD^^^MERCY^MR");

        var reply = _his.Send($"ADT^{trigger}", "PID|1||SECOND^^^MERCY^MR||SECOND^PERSON", "MRG|OLD^^^MERCY^MR");

        Assert.Equal("AE", reply.Code);
        Assert.Equal(("204", "E", "MRG^1^1"), Assert.Single(reply.Problems));
        Assert.Equal(("FIRST", "FIRST^PERSON"),
            (_his.Entries[0].GetString(Tags.PatientId), _his.Entries[0].GetString(Tags.PatientName)));
    }

    private System.Text.Json.Nodes.JsonNode Patient(string id) => _his.Resources("Patient").Single(patient =>
        patient["identifier"]!.AsArray().Any(held => (string)held!["value"]! == id && (string?)held["use"] == "usual"));
}
