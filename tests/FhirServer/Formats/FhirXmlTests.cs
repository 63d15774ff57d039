using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using CloudPacs.Fhir.Formats;
using CloudPacs.FhirServer.Tests.Examples;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Xunit;

namespace CloudPacs.FhirServer.Tests.Formats;

/// <summary>Resources from JSON to XML and back (FHIR R4 xml.html 2.6.1, json.html 2.6.2).</summary>
public sealed class FhirXmlTests
{
    private const string Odd = """
        {"birthDate":"1970-03-30","_birthDate":{"id":"b","extension":[{"valueDateTime":"1970-03-30T04:05:06Z","url":"http://e.test/time"}]},
         "name":[{"given":["Ana",null,"Eva"],"_given":[null,{"extension":[{"url":"http://e.test/x","valueDecimal":-1.0e+245}]},null],"id":"n1"}],
         "text":{"div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">\n<p title='it''s' class=\"a\">1 &lt; 2 &amp;\u00e9</p><br/></div>","status":"generated"},
         "contained":[{"id":"o","resourceType":"Organization","name":"Tab\tline\r\nend \"quoted\" & <b>"}],
         "_gender":{"extension":[{"url":"http://e.test/absent","valueCode":"unknown"}]},
         "id":"p1","multipleBirthInteger":2,"resourceType":"Patient","active":false}
        """;

    /// <summary>The examples by name; two are refused by the SDK in JSON, see below.</summary>
    public static TheoryData<string> Examples => [.. OfficialExamples.All.Keys];

    [Fact]
    public void Elements_stand_in_the_order_of_the_standard_and_ids_are_attributes()
    {
        const string expected = """
            <Patient xmlns="http://hl7.org/fhir"><id value="p1"/><text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml">
            <p title='it''s' class="a">1 &lt; 2 &amp;é</p><br/></div></text><contained><Organization><id value="o"/><name value="Tab&#9;line&#13;&#10;end &quot;quoted&quot; &amp; &lt;b&gt;"/></Organization></contained><active value="false"/><name id="n1"><given value="Ana"/><given><extension url="http://e.test/x"><valueDecimal value="-1.0e+245"/></extension></given><given value="Eva"/></name><gender><extension url="http://e.test/absent"><valueCode value="unknown"/></extension></gender><birthDate id="b" value="1970-03-30"><extension url="http://e.test/time"><valueDateTime value="1970-03-30T04:05:06Z"/></extension></birthDate><multipleBirthInteger value="2"/></Patient>
            """;

        // A title in single quotes with two of them is no XML; what is not is told.
        Assert.Throws<FhirFormatException>(() => ToXml(Odd));
        Assert.Equal(expected.Replace("it''s", "its", StringComparison.Ordinal), ToXml(Odd.Replace("it''s", "its", StringComparison.Ordinal)));
    }

    [Fact]
    public void Nothing_is_lost_on_the_way_there_and_back()
    {
        var json = Odd.Replace("it''s", "its", StringComparison.Ordinal);

        AssertSame(json, ToJson(ToXml(json)));
        AssertSame(json, ToJson(ToXml(json, isIndented: true)));
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_official_example_is_the_same_after_XML(string name)
    {
        var json = Encoding.UTF8.GetString(OfficialExamples.All[name]);

        AssertSame(json, ToJson(ToXml(json)));
        AssertSame(json, ToJson(ToXml(json, isIndented: true)));
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void The_SDK_reads_our_XML_as_our_JSON_and_writes_what_we_read(string name)
    {
        var json = Encoding.UTF8.GetString(OfficialExamples.All[name]);
        Assert.SkipWhen(!Json.TryDeserializeResource(json, out var resource, out _), "The SDK refuses this example in JSON.");

        AssertSame(Plain(json), Plain(new FhirJsonSerializer().SerializeToString(Xml.DeserializeResource(ToXml(json)))));
        AssertSame(Plain(json), Plain(ToJson(new FhirXmlSerializer().SerializeToString(resource!))));
    }

    [Theory]
    [InlineData("""{"resourceType":"Patient","naem":1}""", "Patient", "'naem' is not an element of Patient.")]
    [InlineData("""{"resourceType":"Patient","name":[{"given":["a"]},{"given":[null]}]}""", "Patient.name[1].given[0]", "This element is empty.")]
    [InlineData("""{"resourceType":"Patient","name":{"given":["a"]}}""", "Patient", "name must be a list.")]
    [InlineData("""{"resourceType":"Patient","gender":["male"]}""", "Patient.gender", "This is not how JSON has a value of the type code.")]
    [InlineData("""{"resourceType":"Patient","active":"true"}""", "Patient.active", "This is not how JSON has a value of the type boolean.")]
    [InlineData("""{"resourceType":"Patient","gender":""}""", "Patient.gender", "A text must not be empty.")]
    [InlineData("""{"resourceType":"Patient","gender":"a\u0001"}""", "Patient.gender", "A text has a character that XML cannot hold.")]
    [InlineData("""{"resourceType":"Patient","gender":"\ufffe"}""", "Patient.gender", "A text has a character that XML cannot hold.")]
    [InlineData("""{"resourceType":"Patient","gender":"\ud800"}""", "Patient.gender", "A text has half of a surrogate pair, which is no character.")]
    [InlineData("""{"resourceType":"Patient","gender":"male","gender":"female"}""", "Patient", "gender stands there twice.")]
    [InlineData("""{"resourceType":"Patient","deceasedBoolean":true,"deceasedDateTime":"2020"}""", "Patient", "deceased[x] can have one type only.")]
    [InlineData("""{"resourceType":"Patient","_name":[{"id":"a"}]}""", "Patient", "'_name' stands beside something that is no primitive.")]
    [InlineData("""{"resourceType":"Patient","name":[]}""", "Patient", "The list name is empty.")]
    [InlineData("""{"resourceType":"Patient","maritalStatus":{}}""", "Patient.maritalStatus", "This element is empty.")]
    [InlineData("""{"resourceType":"DomainResource"}""", "", "FHIR R4 has no resource type of this name.")]
    [InlineData("""{"resourceType":"Patient","contained":[{"id":"a"}]}""", "Patient.contained[0]", "A resource is an object with a resourceType.")]
    [InlineData("""{"resourceType":"Patient","text":{"status":"empty","div":"<div>no namespace</div>"}}""", "Patient.text.div", "The div of a narrative is not well-formed XHTML: its div is not of XHTML.")]
    [InlineData("""{"resourceType":"Patient",""", "", "This is not JSON: line 1, byte 26.")]
    public void What_is_no_resource_in_JSON_is_refused_with_its_place(string json, string place, string problem)
    {
        var wrong = Assert.Throws<FhirFormatException>(() => ToXml(json));

        Assert.Equal((place, problem), (wrong.Place, wrong.Problem));
    }

    [Theory]
    [InlineData("<naem value='1'/>", "Patient (line 1, column 39)", "'naem' is not an element of Patient.")]
    [InlineData("<gender value='male'/>\n<active value='true'/>", "Patient (line 2, column 2)", "active must stand before gender.")]
    [InlineData("<gender value='male'/><gender value='male'/>", "Patient (line 1, column 61)", "gender stands there twice.")]
    [InlineData("<identifier id='a'/><active value='true'/><identifier id='b'/>", "Patient (line 1, column 81)", "identifier must stand before active.")]
    [InlineData("<deceasedBoolean value='true'/><deceasedDateTime value='2020'/>", "Patient (line 1, column 70)", "deceasedDateTime stands there twice.")]
    [InlineData("<active value='yes'/>", "Patient.active (line 1, column 39)", "The value is not one of the type boolean.")]
    [InlineData("<active value=''/>", "Patient.active (line 1, column 39)", "A value must not be empty.")]
    [InlineData("<active/>", "Patient.active (line 1, column 39)", "This element is empty.")]
    [InlineData("<active vaule='true'/>", "Patient.active (line 1, column 46)", "'vaule' is no attribute of boolean.")]
    [InlineData("<active>true</active>", "Patient.active (line 1, column 46)", "FHIR has values in attributes; here is a text.")]
    [InlineData("<multipleBirthInteger value='01'/>", "Patient.multipleBirth (line 1, column 39)", "The value is not one of the type integer.")]
    [InlineData("<contained/>", "Patient.contained[0] (line 1, column 39)", "A resource is missing here.")]
    [InlineData("<contained><Patient/><Patient/></contained>", "Patient.contained[0] (line 1, column 60)", "Here is place for one resource.")]
    [InlineData("<o:active xmlns:o='urn:o' value='true'/>", "Patient (line 1, column 39)", "'active' is not in the namespace http://hl7.org/fhir.")]
    public void What_is_no_resource_in_XML_is_refused_with_its_place(string inside, string place, string problem)
    {
        var wrong = Assert.Throws<FhirFormatException>(() => ToJson($"<Patient xmlns='http://hl7.org/fhir'>{inside}</Patient>"));

        Assert.Equal((place, problem), (wrong.Place, wrong.Problem));
    }

    [Theory]
    [InlineData("<!DOCTYPE Patient [<!ENTITY a 'b'>]><Patient xmlns='http://hl7.org/fhir'/>")]
    [InlineData("<!DOCTYPE Patient SYSTEM 'file:///etc/passwd'><Patient xmlns='http://hl7.org/fhir'/>")]
    [InlineData("<Patient xmlns='http://hl7.org/fhir'><gender value='&a;'/></Patient>")]
    [InlineData("<Patient xmlns='http://hl7.org/fhir'/><Patient xmlns='http://hl7.org/fhir'/>")]
    [InlineData("<Patient xmlns='http://hl7.org/fhir'>")]
    [InlineData("<?xml version='1.0' encoding='ISO-8859-1'?><Patient xmlns='http://hl7.org/fhir'/>")]
    [InlineData("<Patient/>")]
    [InlineData("")]
    [InlineData("{}")]
    public void What_is_no_document_or_asks_for_more_than_itself_is_refused(string xml) =>
        Assert.Throws<FhirFormatException>(() => ToJson(xml));

    [Fact]
    public void Nesting_has_an_end()
    {
        var parts = string.Concat(Enumerable.Repeat("""{"url":"http://e.test","extension":[""", 500));
        var json = $$"""{"resourceType":"Patient","extension":[{{parts}}{{string.Concat(Enumerable.Repeat("]}", 500))}}]}""";
        var xml = $"<Patient xmlns='http://hl7.org/fhir'>{string.Concat(Enumerable.Repeat("<extension url='http://e.test'>", 100_000))}";

        Assert.Throws<FhirFormatException>(() => ToXml(json));
        Assert.StartsWith("The elements are nested deeper", Assert.Throws<FhirFormatException>(() => ToJson(xml)).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<text><status value='empty'/><h:div xmlns:h='http://www.w3.org/1999/xhtml'><h:p>a</h:p></h:div></text>", "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>a</p></div>")]
    [InlineData("<text><status value='empty'/><div xmlns='http://www.w3.org/1999/xhtml'/></text>", "<div xmlns='http://www.w3.org/1999/xhtml'/>")]
    [InlineData("<text><status value='empty'/><div xmlns='http://www.w3.org/1999/xhtml'>a</div> <!-- > --> </text>", "<div xmlns='http://www.w3.org/1999/xhtml'>a</div>")]
    [InlineData("<text><status value='empty'/>\r\n<div xmlns='http://www.w3.org/1999/xhtml'>\r\n<p\n>ü😀&gt;</p></div><!-- > --></text>", "<div xmlns='http://www.w3.org/1999/xhtml'>\r\n<p\n>ü😀&gt;</p></div>")]
    [InlineData("<text><status value='empty'/><div xmlns='http://www.w3.org/1999/xhtml'>a<![CDATA[>]]></div></text><!-- c --><active value='true'/>", "<div xmlns='http://www.w3.org/1999/xhtml'>a<![CDATA[>]]></div>")]
    public void A_narrative_is_taken_as_it_stands(string inside, string div)
    {
        var json = JsonNode.Parse(ToJson($"<Patient xmlns='http://hl7.org/fhir'>{inside}</Patient>"))!;

        Assert.EndsWith(div, (string)json["text"]!["div"]!, StringComparison.Ordinal);
        AssertSame(json.ToJsonString(), ToJson(ToXml(json.ToJsonString())));
    }

    [Fact]
    public void The_entities_of_HTML_become_numbers()
    {
        const string json = """{"resourceType":"Patient","text":{"status":"empty","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">a&nbsp;b&amp;nbsp;&nosuch;</div>"}}""";

        Assert.Contains(">a&#160;b&amp;nbsp;</div>", ToXml(json.Replace("&nosuch;", "", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Throws<FhirFormatException>(() => ToXml(json));
    }

    private static readonly BaseFhirJsonDeserializer Json = new(ModelInfo.ModelInspector, new DeserializerSettings().UsingMode(DeserializationMode.Ostrich));

    private static readonly FhirXmlDeserializer Xml = new(new DeserializerSettings().UsingMode(DeserializationMode.Ostrich));

    private static string ToXml(string json, bool isIndented = false) =>
        Encoding.UTF8.GetString(FhirXml.FromJson(Encoding.UTF8.GetBytes(json), isIndented).Span);

    private static string ToJson(string xml) => Encoding.UTF8.GetString(FhirXml.ToJson(Encoding.UTF8.GetBytes(xml)).Span);

    /// <summary>What the SDK makes of a resource: it drops blanks around texts, in binary data and between the elements of a narrative.</summary>
    private static string Plain(string json)
    {
        var resource = JsonNode.Parse(json)!;
        foreach (var value in Values(resource).ToList())
        {
            if (value.GetValueKind() != JsonValueKind.String) continue;
            var text = (string)value!;
            if (text.StartsWith("<div", StringComparison.Ordinal)) text = XElement.Parse(text).ToString(SaveOptions.DisableFormatting);
            if (value.GetPath().EndsWith(".data", StringComparison.Ordinal)) text = string.Concat(text.Where(static sign => !char.IsWhiteSpace(sign)));
            value.ReplaceWith(text.Trim());
        }

        return resource.ToJsonString();
    }

    private static IEnumerable<JsonValue> Values(JsonNode? node) => node switch
    {
        JsonValue value => [value],
        JsonArray items => items.SelectMany(Values),
        JsonObject members => members.SelectMany(static member => Values(member.Value)),
        _ => [],
    };

    /// <summary>The same members and values, numbers by their text, in whatever order.</summary>
    private static void AssertSame(string expected, string actual)
    {
        using var first = JsonDocument.Parse(expected);
        using var second = JsonDocument.Parse(actual);
        Assert.Equal(Sorted(first.RootElement), Sorted(second.RootElement));
    }

    private static string Sorted(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(",\n", element.EnumerateObject().OrderBy(static p => p.Name, StringComparer.Ordinal).Select(static p => $"{p.Name}:{Sorted(p.Value)}"))}}}",
        JsonValueKind.Array => $"[{string.Join(',', element.EnumerateArray().Select(Sorted))}]",
        JsonValueKind.String => JsonSerializer.Serialize(element.GetString()),
        _ => element.GetRawText(),
    };
}
