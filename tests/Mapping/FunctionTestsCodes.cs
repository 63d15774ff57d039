using CloudPacs.Dicom;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Values;
using Xunit;

namespace CloudPacs.Mapping.Tests;

public sealed class FunctionTestsCodes
{
    private static DataSet Item(string field, int triplet = 1, Catalogue? catalogue = null)
    {
        var bench = new FunctionBench($"OBR|1|||{field}", catalogue: catalogue);
        return bench.Call("codeItem", bench.Call("triplet", bench.Node("OBR-4"), MapValue.Number(triplet))).AsItem()!;
    }

    [Theory]
    [InlineData("CTCHEST^CT Chest^L", "99MERCY")]
    [InlineData("CTCHEST^CT Chest", "99MERCY")]
    [InlineData("CTCHEST^CT Chest^99zzz", "99MERCY")]
    [InlineData("CTCHEST^CT Chest^99HIS", "99HIS")]
    [InlineData("CTCHEST^CT Chest^A_VERY_LONG_SCHEME_NAME", "99MERCY")]
    [InlineData("RPID16^CT Chest^RID", "RADLEX")]
    [InlineData("71250^CT Chest^CPT", "C4")]
    [InlineData("24627-2^CT Chest^LOINC", "LN")]
    public void The_scheme_becomes_a_designator_of_DICOM(string field, string expected) =>
        Assert.Equal(expected, Item(field).GetString(Tags.CodingSchemeDesignator));

    [Fact]
    public void A_code_of_more_than_16_characters_is_a_long_code_value()
    {
        var item = Item("CHEST-WITH-CONTRAST-01^CT Chest^L");

        Assert.Equal("CHEST-WITH-CONTRAST-01", item.GetString(Tags.LongCodeValue));
        Assert.False(item.Contains(Tags.CodeValue));
    }

    [Fact]
    public void A_URN_with_letters_that_UR_cannot_hold_is_a_long_code_value()
    {
        var item = Item("urn:uuid:निनि^CT Chest^L");

        Assert.Equal("urn:uuid:निनि", item.GetString(item.Contains(Tags.LongCodeValue) ? Tags.LongCodeValue : Tags.CodeValue));
        Assert.False(item.Contains(Tags.UrnCodeValue));
        Assert.Equal("99MERCY", item.GetString(Tags.CodingSchemeDesignator));
    }

    [Fact]
    public void A_URN_needs_no_scheme()
    {
        var item = Item("urn:oid:1.2.3.4^CT Chest");

        Assert.Equal("urn:oid:1.2.3.4", item.GetString(Tags.UrnCodeValue));
        Assert.False(item.Contains(Tags.CodingSchemeDesignator));
    }

    [Fact]
    public void The_meaning_is_the_text_else_the_original_text_else_the_catalogues_else_the_code()
    {
        var row = new CatalogueRow("X1", new Dictionary<string, string> { ["description"] = "From the catalogue" }, "catalogue.csv", 2);

        Assert.Equal("Text", Item("X1^Text^L^^^^^^Original").GetString(Tags.CodeMeaning));
        Assert.Equal("Original", Item("X1^^L^^^^^^Original").GetString(Tags.CodeMeaning));
        Assert.Equal("From the catalogue", Item("X1^^L", catalogue: new Catalogue(["description"], [row])).GetString(Tags.CodeMeaning));
        Assert.Equal("X1", Item("X1^^L").GetString(Tags.CodeMeaning));
    }

    [Fact]
    public void Meanings_are_cut_codes_never()
    {
        var item = Item($"X^{new string('m', 80)}^L");

        Assert.Equal(new string('m', 64), item.GetString(Tags.CodeMeaning));
    }

    [Fact]
    public void Each_triplet_has_its_version()
    {
        const string field = "A^Text a^L^B^Text b^RADLEX^v1^v2";

        Assert.Equal("v1", Item(field).GetString(Tags.CodingSchemeVersion));
        Assert.Equal("B", Item(field, 2).GetString(Tags.CodeValue));
        Assert.Equal("v2", Item(field, 2).GetString(Tags.CodingSchemeVersion));
    }

    [Fact]
    public void A_text_without_a_code_is_no_item()
    {
        var bench = new FunctionBench("OBR|1|||^Chest");

        Assert.False(bench.Call("triplet", bench.Node("OBR-4")).HasValue);
    }

    [Fact]
    public void A_CodeableConcept_has_all_codings_and_the_text()
    {
        var bench = new FunctionBench("OBR|1|||CTCHEST^CT Chest^L^RPID16^CT CHEST W IV CONTRAST^RADLEX^^2.5^Chest please");

        Assert.Equal("""{"coding":[{"system":"https://pacs.test/codes/local","code":"CTCHEST","display":"CT Chest","userSelected":true},{"system":"http://radlex.org","version":"2.5","code":"RPID16","display":"CT CHEST W IV CONTRAST"}],"text":"Chest please"}""",
            bench.Json("cc", bench.Node("OBR-4")));
    }

    [Theory]
    [InlineData("^Chest", """{"text":"Chest"}""")]
    [InlineData("J45^^I10", """{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10","code":"J45"}]}""")]
    [InlineData("R^^HL70078", """{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0078","code":"R"}]}""")]
    [InlineData("R^^HOUSE", """{"coding":[{"system":"https://pacs.test/codes/HOUSE","code":"R"}]}""")]
    public void Parts_that_are_missing_stay_out(string field, string expected)
    {
        var bench = new FunctionBench($"OBR|1|||{field}");

        Assert.Equal(expected, bench.Json("cc", bench.Node("OBR-4")));
    }

    [Theory]
    [InlineData("150", "[lb_av]", "68.0389")]
    [InlineData("70.5", "KG", "70.5")]
    [InlineData("3500", "g", "3.5")]
    [InlineData("3500 g", "gm", "3.5")]
    [InlineData("62 kg", "kgs", "62")]
    public void Weights_come_in_kg(string value, string unit, string expected)
    {
        var bench = new FunctionBench("PID|1");

        Assert.Equal(expected, bench.Call("inUnit", MapValue.Text(value), MapValue.Text(unit), bench.Table("weight_unit")).AsText());
    }

    [Theory]
    [InlineData("70", "catty", 103)]
    [InlineData("70", null, 101)]
    [InlineData("1,000", "g", 102)]
    [InlineData("heavy", "kg", 102)]
    [InlineData("62 kg", "g", 102)]
    [InlineData("137 lb", "kg", 102)]
    [InlineData("0.062 kg", "lbs", 102)]
    public void A_weight_that_cannot_be_read_is_left_out_and_told(string value, string? unit, int code)
    {
        var bench = new FunctionBench("PID|1");

        Assert.False(bench.Call("inUnit", MapValue.Text(value), MapValue.Text(unit), bench.Table("weight_unit")).HasValue);
        Assert.Equal((code, Severity.Warning), (bench.Failure!.Code, bench.Failure.Severity));
    }

    [Theory]
    [InlineData("heavy")]
    [InlineData("-3")]
    [InlineData("99999999999999999999")]
    public void A_measure_that_cannot_be_is_left_out(string value)
    {
        var bench = new FunctionBench("PID|1");

        Assert.False(bench.Call("inUnit", MapValue.Text(value), MapValue.Text("kg"), bench.Table("weight_unit")).HasValue);
    }

    [Fact]
    public void A_body_site_and_its_side_are_SNOMED_codes()
    {
        var bench = new FunctionBench("PID|1");

        Assert.Equal("""{"coding":[{"system":"http://snomed.info/sct","code":"72696002","display":"Knee"},{"system":"http://snomed.info/sct","code":"419161000","display":"Unilateral left"}]}""",
            bench.Json("bodySite", MapValue.Text("knee"), MapValue.Text("L"), MapValue.Absent));
        Assert.Equal("""{"text":"third eye"}""", bench.Json("bodySite", MapValue.Text("third eye"), MapValue.Absent, MapValue.Absent));
        Assert.Null(bench.Json("bodySite", MapValue.Absent, MapValue.Absent, MapValue.Absent));
    }
}
