using CloudPacs.Mapping.Values;
using Xunit;

namespace CloudPacs.Mapping.Tests;

public sealed class FunctionTestsFhir
{
    [Theory]
    [InlineData("SHARMA^RAHUL^KUMAR DEV^JR^DR^MD^L", """{"use":"official","family":"SHARMA","given":["RAHUL","KUMAR","DEV"],"prefix":["DR"],"suffix":["JR","MD"]}""")]
    [InlineData("山田^太郎^^^^^L^I", """{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation","valueCode":"IDE"}],"use":"official","family":"山田","given":["太郎"]}""")]
    [InlineData("SHARMA", """{"family":"SHARMA"}""")]
    public void A_name_keeps_all_its_parts(string name, string expected)
    {
        var bench = new FunctionBench($"PID|1||1||{name}");

        Assert.Equal(expected, bench.Json("humanName", bench.Node("PID-5")));
    }

    [Fact]
    public void A_name_in_one_component_is_split_by_the_senders_policy()
    {
        var bench = new FunctionBench("PID|1||1||RAHUL SHARMA", new SenderPolicy { NameSplit = "lastIsFamily" });

        Assert.Equal("""{"family":"SHARMA","given":["RAHUL"]}""", bench.Json("humanName", bench.Node("PID-5")));
    }

    [Theory]
    [InlineData("14 MG ROAD^Flat 2^PUNE^MH^411001^IND^H", """{"use":"home","line":["14 MG ROAD","Flat 2"],"city":"PUNE","state":"MH","postalCode":"411001","country":"IND"}""")]
    [InlineData("^^PUNE^^^^M", """{"type":"postal","city":"PUNE"}""")]
    public void An_address_has_use_type_and_lines(string address, string expected)
    {
        var bench = new FunctionBench($"PID|1||1||X||||||{address}");

        Assert.Equal(expected, bench.Json("address", bench.Node("PID-11")));
    }

    [Theory]
    [InlineData("^PRN^PH^^91^20^25501234^12", """{"system":"phone","value":"+91 20 25501234 x12","use":"home"}""")]
    [InlineData("020-25501234", """{"system":"phone","value":"020-25501234","use":"work"}""")]
    [InlineData("^PRN^CP^^^^^^^^^+919800000000", """{"system":"phone","value":"+919800000000","use":"mobile"}""")]
    [InlineData("^NET^Internet^rahul@mail.test", """{"system":"email","value":"rahul@mail.test"}""")]
    [InlineData("^WPN^FX^^^^25501235", """{"system":"fax","value":"25501235","use":"work"}""")]
    [InlineData("^PRN^PH", null)]
    public void A_telecom_has_system_value_and_use(string telecom, string? expected)
    {
        var bench = new FunctionBench($"PID|1||1||X|||||||||{telecom}");

        Assert.Equal(expected, bench.Json("telecom", bench.Node("PID-14"), MapValue.Text("work")));
    }

    [Fact]
    public void A_person_is_referred_to_by_identifier_and_name()
    {
        var bench = new FunctionBench("PV1|1|O||||||1005^IYER^SURESH^^^DR^^^MERCY&1.2.3&ISO^^^^MD|^RAO^ANITA");

        Assert.Equal("""{"type":"Practitioner","identifier":{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MD","display":"Medical License number"}]},"system":"urn:oid:1.2.3","value":"1005"},"display":"DR SURESH IYER"}""",
            bench.Json("practitioner", bench.Node("PV1-8")));
        Assert.Equal("""{"display":"ANITA RAO"}""", bench.Json("practitioner", bench.Node("PV1-9")));
    }

    [Fact]
    public void A_location_is_referred_to_by_its_path_from_the_facility_down()
    {
        var bench = new FunctionBench("PV1|1|O|RADOPD^ROOM2^1^MERCY^^^B2");

        Assert.Equal("""{"type":"Location","identifier":{"system":"https://pacs.test/id/his/location","value":"MERCY|B2||RADOPD|ROOM2|1"},"display":"MERCY B2 RADOPD ROOM2 1"}""",
            bench.Json("location", bench.Node("PV1-3")));
    }
}
