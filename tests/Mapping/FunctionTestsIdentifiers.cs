using CloudPacs.Dicom;
using CloudPacs.Mapping.Values;
using Xunit;

namespace CloudPacs.Mapping.Tests;

public sealed class FunctionTestsIdentifiers
{
    [Fact]
    public void An_id_carries_its_authority_and_type()
    {
        var bench = new FunctionBench("PID|1||10006579^^^MERCY&1.2.3.4&ISO^MR");

        var id = bench.Call("cx", bench.Node("PID-3")).AsIdentifier();

        Assert.Equal(new MappedIdentifier("10006579", "MERCY", "1.2.3.4", "ISO", "MR"), id);
    }

    [Theory]
    [InlineData(null, "MERCY")]
    [InlineData("HOSPITAL", "HOSPITAL")]
    public void An_id_without_authority_takes_the_senders(string? policy, string expected)
    {
        var bench = new FunctionBench("PID|1||10006579", new SenderPolicy { DefaultAuthority = policy });

        Assert.Equal(new MappedIdentifier("10006579", expected), bench.Call("cx", bench.Node("PID-3")).AsIdentifier());
    }

    [Fact]
    public void A_number_takes_its_authority_from_the_same_field_or_the_given_one()
    {
        var bench = new FunctionBench("ORC|NW|P1^HIS^1.2^ISO\nOBR|1|||||||||||||||||ACC1");

        Assert.Equal(new MappedIdentifier("P1", "HIS", "1.2", "ISO"), bench.Call("ei", bench.Node("ORC-2")).AsIdentifier());
        Assert.Equal(new MappedIdentifier("ACC1", "RIS"), bench.Call("ei", bench.Node("OBR-18"), MapValue.Text("RIS")).AsIdentifier());
    }

    [Fact]
    public void A_number_inside_a_pair_is_read_from_its_sub_components()
    {
        var bench = new FunctionBench("ORC|CH|P2||||||P1&HIS&1.2&ISO^F1&RIS");

        Assert.Equal(new MappedIdentifier("P1", "HIS", "1.2", "ISO"), bench.Call("ei", bench.Node("ORC-8.1")).AsIdentifier());
    }

    [Fact]
    public void The_universal_id_goes_to_the_qualifiers_only_with_a_type_that_DICOM_knows()
    {
        var bench = new FunctionBench("PID|1||1^^^MERCY&1.2.3.4&ISO~2^^^LAB&lab.test&L~3^^^LAB&5");
        var items = Enumerable.Range(1, 3).Select(n => bench.Call("qualifierItem", bench.Call("cx", bench.Node($"PID-3[{n}]"))).AsItem()).ToArray();

        Assert.Equal("1.2.3.4", items[0]!.GetString(Tags.UniversalEntityId));
        Assert.Equal("ISO", items[0]!.GetString(Tags.UniversalEntityIdType));
        Assert.Null(items[1]);
        Assert.Null(items[2]);
    }

    [Fact]
    public void Further_ids_are_items_with_issuer_and_kind()
    {
        var bench = new FunctionBench("PID|1||1^^^MERCY&1.2.3.4&ISO^MR");

        var item = bench.Call("idItem", bench.Call("cx", bench.Node("PID-3"))).AsItem()!;

        Assert.Equal("1", item.GetString(Tags.PatientId));
        Assert.Equal("MERCY", item.GetString(Tags.IssuerOfPatientId));
        Assert.Equal("TEXT", item.GetString(Tags.TypeOfPatientId));
        Assert.Equal("1.2.3.4", item.GetItems(Tags.IssuerOfPatientIdQualifiersSequence)[0].GetString(Tags.UniversalEntityId));
    }

    [Fact]
    public void The_primary_id_and_repeats_are_left_out_of_the_others()
    {
        var bench = new FunctionBench("PID|1|9|1^^^MERCY^MR~2^^^LAB^PI~1^^^LAB^PI~2^^^LAB^PI|1^^^MERCY");

        var all = bench.Call("identifiers", bench.All("PID-3"), bench.All("PID-4"), bench.Node("PID-2"));
        var others = bench.Call("without", all, bench.Call("cx", bench.Node("PID-3")));

        Assert.Equal(["2 (LAB)", "1 (LAB)", "9 (MERCY)"], others.Items.Select(item => item.AsIdentifier()?.ToString()));
    }

    [Fact]
    public void National_ids_can_be_left_out()
    {
        var bench = new FunctionBench("PID|1||1^^^MERCY^MR~91-1^^^ABDM^NNIND~123^^^GOV^SS");

        var kept = bench.Call("withoutTypes", bench.Call("identifiers", bench.All("PID-3")), bench.Table("national_id"));

        Assert.Equal(["1"], kept.Items.Select(item => item.AsText()));
    }

    [Theory]
    [InlineData("A&1.2.3.4&ISO", "urn:oid:1.2.3.4")]
    [InlineData("A&F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6&UUID", "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6")]
    [InlineData("A&https://mercy.test/mrn&URI", "https://mercy.test/mrn")]
    [InlineData("A&mercy.test&DNS", "https://mercy.test")]
    [InlineData("A&r2.3&ISO", "https://pacs.test/id/his/A")]
    [InlineData("&OLIS_Site_ID&ISO", "https://pacs.test/id/his/OLIS_Site_ID")]
    [InlineData("&1.02&ISO", "https://pacs.test/id/his/1.02")]
    [InlineData("A&none&UUID", "https://pacs.test/id/his/A")]
    [InlineData("MERCY HOSP", "https://pacs.test/id/his/MERCY%20HOSP")]
    public void The_FHIR_system_follows_the_type_of_the_authority(string hd, string expected)
    {
        var bench = new FunctionBench($"PID|1||1^^^{hd}");

        Assert.Equal(expected, bench.Call("hd", bench.Node("PID-3.4")).AsText());
    }

    [Fact]
    public void A_local_authority_that_the_site_has_not_named_is_counted()
    {
        var bench = new FunctionBench("PID|1||1^^^MERCY");

        bench.Call("hd", bench.Node("PID-3.4"));

        Assert.Equal([("namespaces", "MERCY")], bench.Misses);
    }

    [Fact]
    public void A_FHIR_identifier_has_use_type_system_value_and_period()
    {
        var bench = new FunctionBench("PID|1||1^^^MERCY&1.2.3.4&ISO^MR^^20200101^2030");

        Assert.Equal("""{"use":"usual","type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MR","display":"Medical record number"}]},"system":"urn:oid:1.2.3.4","value":"1","period":{"start":"2020-01-01","end":"2030"},"assigner":{"display":"MERCY"}}""",
            bench.Json("identifier", bench.Node("PID-3"), MapValue.Absent, MapValue.Text("usual")));
    }

    [Fact]
    public void A_type_that_table_0203_lacks_is_text()
    {
        var bench = new FunctionBench("PID|1||1^^^MERCY&1.2&ISO^HOUSE");

        Assert.Contains("\"type\":{\"text\":\"HOUSE\"}", bench.Json("identifier", bench.Node("PID-3")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_person_needs_an_authority_to_be_identified_in_DICOM()
    {
        var bench = new FunctionBench("PV1|1|O||||||1005^IYER^SURESH^^^DR^^^MERCY|1006^RAO");

        var item = bench.Call("personItem", bench.Node("PV1-8")).AsItem()!;
        var code = item.GetItems(Tags.PersonIdentificationCodeSequence)[0];

        Assert.Equal("1005", code.GetString(Tags.CodeValue));
        Assert.Equal("99MERCY", code.GetString(Tags.CodingSchemeDesignator));
        Assert.Equal("DR SURESH IYER", code.GetString(Tags.CodeMeaning));
        Assert.Equal("MERCY", item.GetString(Tags.InstitutionName));
        Assert.False(bench.Call("personItem", bench.Node("PV1-9")).HasValue);
    }
}
