using System.Text;
using CloudPacs.Fhir.Validation;
using Xunit;

namespace CloudPacs.FhirServer.Tests.Validation;

/// <summary>What the validator finds, and where.</summary>
public sealed class FhirValidatorTests
{
    private const string Study = """
        {"resourceType":"ImagingStudy","status":"available","subject":{"reference":"Patient/p"},"series":[{"uid":"1.2.3","modality":
        {"system":"http://dicom.nema.org/resources/ontology/DCM","code":"CT"},"instance":[{"uid":"1.2.3.4","sopClass":
        {"system":"urn:ietf:rfc:3986","code":"urn:oid:1.2.840.10008.5.1.4.1.1.2"},"number":1}]}]}
        """;

    [Theory]
    [InlineData("""{"resourceType":"Patient","name":[{"given":["A",null],"_given":[null,{"id":"x"}]}]}""")]
    [InlineData("""{"resourceType":"Patient","_birthDate":{"extension":[{"url":"http://x/y","valueCode":"unknown"}]}}""")]
    [InlineData("""{"id":"a.b-C1","birthDate":"2024-02-29","resourceType":"Patient"}""")]
    [InlineData("""{"resourceType":"Patient","deceasedDateTime":"2024-02-29T23:59:60.123+14:00","multipleBirthInteger":-3}""")]
    [InlineData("""{"resourceType":"Patient","managingOrganization":{"reference":"#o"},"contained":[{"resourceType":"Organization","id":"o"}]}""")]
    [InlineData("""{"resourceType":"Patient","managingOrganization":{"reference":"http:\/\/a\/Organization\/1\/_history\/2"}}""")]
    [InlineData("""{"resourceType":"Patient","managingOrganization":{"reference":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520"}}""")]
    [InlineData("""{"resourceType":"Binary","contentType":"a/b","data":"QUJD\r\nREVG"}""")]
    [InlineData("""{"resourceType":"Patient","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">a&nbsp;&amp;<br/></div>"}}""")]
    [InlineData("""{"resourceType":"Patient","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><table style=\"color:red\"><tr><td colspan=\"2\"><a name=\"x\" href=\"#on\">onclick javascript:</a><img src=\"#p\" alt=\"a\"/></td></tr></table></div>"}}""")]
    [InlineData(Study)]
    public void What_is_as_it_should_be_has_no_problem(string json)
    {
        Assert.Empty(FhirValidator.Validate(Encoding.UTF8.GetBytes(json)).Problems);
    }

    [Theory]
    [InlineData("", "structure", "")]
    [InlineData("[]", "structure", "")]
    [InlineData("{}", "required", "")]
    [InlineData("{\"resourceType\":\"Patient\"} x", "structure", "")]
    [InlineData("{\"resourceType\":\"Patiens\"}", "structure", "")]
    [InlineData("{\"resourceType\":\"DomainResource\"}", "structure", "")]
    [InlineData("{\"resourceType\":\"Patient\\ud800\"}", "structure", "")]
    [InlineData("{\"resourceType\":\"Patient\",\"resourceType\":\"Patient\"}", "structure", "Patient")]
    [InlineData("{\"resourceType\":\"Patient\",\"active\":true,\"active\":true}", "structure", "Patient.active")]
    [InlineData("{\"resourceType\":\"Patient\",\"activ\":true}", "structure", "Patient")]
    [InlineData("{\"resourceType\":\"Patient\",\"_name\":[{\"id\":\"a\"}]}", "structure", "Patient")]
    [InlineData("{\"resourceType\":\"Patient\",\"active\":null}", "structure", "Patient.active")]
    [InlineData("{\"resourceType\":\"Patient\",\"active\":\"true\"}", "structure", "Patient.active")]
    [InlineData("{\"resourceType\":\"Patient\",\"name\":[]}", "structure", "Patient.name")]
    [InlineData("{\"resourceType\":\"Patient\",\"name\":[{}]}", "structure", "Patient.name[0]")]
    [InlineData("{\"resourceType\":\"Patient\",\"name\":{\"family\":\"A\"}}", "structure", "Patient.name")]
    [InlineData("{\"resourceType\":\"Patient\",\"name\":[[{\"family\":\"A\"}]]}", "structure", "Patient.name[0]")]
    [InlineData("{\"resourceType\":\"Patient\",\"name\":[null]}", "structure", "Patient.name[0]")]
    [InlineData("{\"resourceType\":\"Patient\",\"name\":[\"A\"]}", "structure", "Patient.name[0]")]
    [InlineData("{\"resourceType\":\"Patient\",\"gender\":[\"male\"]}", "structure", "Patient.gender")]
    [InlineData("{\"resourceType\":\"Patient\",\"gender\":\"man\"}", "code-invalid", "Patient.gender")]
    [InlineData("{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"\"}]}", "value", "Patient.name[0].family")]
    [InlineData("{\"resourceType\":\"Patient\",\"name\":[{\"family\":\" \\t\"}]}", "value", "Patient.name[0].family")]
    [InlineData("{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"\\u0001\"}]}", "value", "Patient.name[0].family")]
    [InlineData("{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"\\ud800\"}]}", "value", "Patient.name[0].family")]
    [InlineData("{\"resourceType\":\"Patient\",\"name\":[{\"given\":[\"A\",null]}]}", "structure", "Patient.name[0].given[1]")]
    [InlineData("{\"resourceType\":\"Patient\",\"name\":[{\"given\":[\"A\"],\"_given\":[null,{\"id\":\"b\"}]}]}", "structure", "Patient.name[0].given")]
    [InlineData("{\"resourceType\":\"Patient\",\"name\":[{\"given\":[\"A\"],\"_given\":[\"x\"]}]}", "structure", "Patient.name[0].given[0]")]
    [InlineData("{\"resourceType\":\"Patient\",\"id\":\"a b\"}", "value", "Patient.id")]
    [InlineData("{\"resourceType\":\"Patient\",\"birthDate\":\"2023-02-29\"}", "value", "Patient.birthDate")]
    [InlineData("{\"resourceType\":\"Patient\",\"birthDate\":\"2023-2-9\"}", "value", "Patient.birthDate")]
    [InlineData("{\"resourceType\":\"Patient\",\"deceasedDateTime\":\"2023-02-09T10:00:00\"}", "value", "Patient.deceased")]
    [InlineData("{\"resourceType\":\"Patient\",\"deceasedDateTime\":\"2023-02-09\",\"deceasedBoolean\":true}", "structure", "Patient.deceased")]
    [InlineData("{\"resourceType\":\"Patient\",\"multipleBirthInteger\":1.0}", "value", "Patient.multipleBirth")]
    [InlineData("{\"resourceType\":\"Patient\",\"multipleBirthInteger\":2147483648}", "value", "Patient.multipleBirth")]
    [InlineData("{\"resourceType\":\"Patient\",\"telecom\":[{\"rank\":0}]}", "value", "Patient.telecom[0].rank")]
    [InlineData("{\"resourceType\":\"Patient\",\"implicitRules\":\"http://a b\"}", "value", "Patient.implicitRules")]
    [InlineData("{\"resourceType\":\"Binary\",\"contentType\":\"a/b\",\"data\":\"QUJ\"}", "value", "Binary.data")]
    [InlineData("{\"resourceType\":\"Binary\"}", "required", "Binary.contentType")]
    [InlineData("{\"resourceType\":\"Patient\",\"link\":[{\"type\":\"refer\"}]}", "required", "Patient.link[0].other")]
    [InlineData("{\"resourceType\":\"Patient\",\"extension\":[{\"url\":\"http://x\"}]}", "invariant", "Patient.extension[0]")]
    [InlineData("{\"resourceType\":\"Patient\",\"managingOrganization\":{\"reference\":\"Patient/1\"}}", "value", "Patient.managingOrganization")]
    [InlineData("{\"resourceType\":\"Patient\",\"managingOrganization\":{\"type\":\"Patient\",\"display\":\"x\"}}", "value", "Patient.managingOrganization")]
    [InlineData("{\"resourceType\":\"Patient\",\"managingOrganization\":{\"reference\":\"#o\"}}", "invariant", "Patient.managingOrganization")]
    [InlineData("{\"resourceType\":\"Patient\",\"contained\":[{\"resourceType\":\"Organization\",\"id\":\"o\"}]}", "invariant", "Patient.contained[0]")]
    [InlineData("{\"resourceType\":\"Patient\",\"managingOrganization\":{\"reference\":\"#o\"},\"contained\":[{\"resourceType\":\"Location\",\"id\":\"o\"}]}", "value", "Patient.managingOrganization")]
    [InlineData("{\"resourceType\":\"Patient\",\"managingOrganization\":{\"reference\":\"#o\"},\"contained\":[{\"resourceType\":\"Organization\",\"id\":\"o\",\"meta\":{\"versionId\":\"1\"}}]}", "invariant", "Patient.contained[0].meta.versionId")]
    [InlineData("{\"resourceType\":\"Patient\",\"text\":{\"status\":\"generated\",\"div\":\"<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\"><br></div>\"}}", "value", "Patient.text.div")]
    [InlineData("{\"resourceType\":\"Patient\",\"text\":{\"status\":\"generated\",\"div\":\"<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\"><p><script>a</script></p></div>\"}}", "value", "Patient.text.div")]
    [InlineData("{\"resourceType\":\"Patient\",\"text\":{\"status\":\"generated\",\"div\":\"<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\"><p onclick=\\\"a\\\"/></div>\"}}", "value", "Patient.text.div")]
    [InlineData("{\"resourceType\":\"Patient\",\"text\":{\"status\":\"generated\",\"div\":\"<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\"><a href=\\\" java\\tscript:a\\\"/></div>\"}}", "value", "Patient.text.div")]
    [InlineData("{\"resourceType\":\"Patient\",\"text\":{\"status\":\"generated\",\"div\":\"<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\"><IFRAME/></div>\"}}", "value", "Patient.text.div")]
    [InlineData("{\"resourceType\":\"Patient\",\"text\":{\"status\":\"generated\",\"div\":\"<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\"><form/></div>\"}}", "value", "Patient.text.div")]
    [InlineData("{\"resourceType\":\"Patient\",\"text\":{\"status\":\"generated\",\"div\":\"<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\"><x:object xmlns:x=\\\"http://www.w3.org/1999/xhtml\\\"/></div>\"}}", "value", "Patient.text.div")]
    [InlineData("{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\",\"x\":1}}]}", "structure", "Bundle.entry[0].resource")]
    public void What_is_wrong_is_found_at_its_place(string json, string code, string expression)
    {
        var problem = Assert.Single(FhirValidator.Validate(Encoding.UTF8.GetBytes(json)).Problems);

        Assert.Equal((code, expression), (problem.Code, problem.Expression));
    }

    [Fact]
    public void Missing_elements_of_a_study_are_named_with_their_place()
    {
        var problems = FhirValidator.Validate("""{"resourceType":"ImagingStudy","series":[{"uid":"1.2"}]}"""u8).Problems;

        Assert.Equal(
            ["ImagingStudy.series[0].modality", "ImagingStudy.status", "ImagingStudy.subject"],
            problems.Select(static p => p.Expression).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Bytes_that_are_no_UTF8_are_refused()
    {
        byte[] json = [.. "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\""u8, 0xFF, .. "\"}]}"u8];

        Assert.Equal(ProblemSeverity.Fatal, Assert.Single(FhirValidator.Validate(json).Problems).Severity);
    }

    [Fact]
    public void Nesting_and_length_have_bounds()
    {
        var deep = "{\"resourceType\":\"Patient\",\"extension\":" + string.Concat(Enumerable.Repeat("[{\"url\":\"http://x\",\"extension\":", 60))
            + "[]" + string.Concat(Enumerable.Repeat("}]", 60)) + "}";
        var hopeless = "{\"resourceType\":\"Patient\",\"extension\":" + new string('[', 100_000);
        var longText = "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"" + new string('a', (1024 * 1024) + 1) + "\"}]}";

        Assert.Contains(FhirValidator.Validate(Encoding.UTF8.GetBytes(deep)).Problems, static p => p.Text.Contains("60 levels", StringComparison.Ordinal));
        Assert.False(FhirValidator.Validate(Encoding.UTF8.GetBytes(hopeless)).IsValid);
        Assert.Equal("too-long", Assert.Single(FhirValidator.Validate(Encoding.UTF8.GetBytes(longText)).Problems).Code);
    }

    [Fact]
    public void Of_very_many_problems_the_first_are_told()
    {
        var json = "{\"resourceType\":\"Patient\",\"name\":[" + string.Join(',', Enumerable.Repeat("{}", 1000)) + "]}";

        Assert.Equal(50, FhirValidator.Validate(Encoding.UTF8.GetBytes(json)).Problems.Count);
    }
}
