using System.Text.Json.Nodes;
using Xunit;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>What a field put into the FHIR Patient goes when the field is deleted, and stays when it cannot be read (HL7 v2.5.1 2.5.3).</summary>
public class DeletedResourceFieldTests
{
    private readonly HisLink _his = new();

    [Theory]
    [InlineData(15, "EN", "communication")]
    [InlineData(20, "S99^KA", "identifier[licence]")]
    [InlineData(24, "Y", "multipleBirthBoolean")]
    [InlineData(25, "2", "multipleBirthInteger")]
    [InlineData(30, "Y", "deceasedBoolean")]
    [InlineData(16, "M", "maritalStatus")]
    public void A_deleted_field(int field, string value, string element)
    {
        Send(field, value);
        Assert.True(Has(element), Patient().ToJsonString());

        var deleted = Send(field, "\"\"");

        Assert.Empty(deleted.Problems);
        Assert.False(Has(element));
    }

    [Theory]
    [InlineData(24, "Y", "perhaps", "multipleBirthBoolean", "103")]
    [InlineData(25, "2", "second", "multipleBirthInteger", "102")]
    [InlineData(30, "Y", "1", "deceasedBoolean", "103")]
    public void One_that_cannot_be_read(int field, string value, string unreadable, string element, string code)
    {
        Send(field, value);

        var told = Send(field, unreadable);

        Assert.Equal((code, "W", $"PID^1^{field}"), Assert.Single(told.Problems));
        Assert.True(Has(element));
    }

    [Fact]
    public void A_protection_that_cannot_be_read()
    {
        var told = _his.Send("ADT^A08", HisLink.Pid("MRN1"), "PD1||||||||||||maybe");

        Assert.Equal(("103", "W", "PD1^1^12"), Assert.Single(told.Problems));
    }

    private JsonNode Patient() => _his.Resources("Patient")[^1];

    private bool Has(string element) => element.EndsWith(']')
        ? Patient()["identifier"]!.AsArray().Any(item => (string?)item!["id"] == "map.licence")
        : Patient()[element] is not null;

    private HisReply Send(int field, string value)
    {
        var fields = HisLink.Pid("MRN1").Split('|').ToList();
        while (fields.Count <= field) fields.Add("");
        fields[field] = value;
        return _his.Send("ADT^A08", string.Join('|', fields));
    }
}
