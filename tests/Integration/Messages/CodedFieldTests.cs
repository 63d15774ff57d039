using System.Text.Json.Nodes;
using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>Codes that are not known are told, those of HL7 tables are known, and a text beside a code, or in its place, is read.</summary>
public class CodedFieldTests
{
    private readonly HisLink _his = new();

    [Theory]
    [InlineData("F", "F", "female")]
    [InlineData("^Female", "F", "female")]
    [InlineData("^female^HL70001", "F", "female")]
    [InlineData("2^Male^99LOCAL", "M", "male")]
    [InlineData("2^männlich^99LOCAL^M", "M", "male")]
    public void A_sex_is_read_by_its_code_or_its_text(string sex, string worklist, string fhir)
    {
        var placed = Order("PID-8=" + sex);

        Assert.Empty(placed.Problems);
        Assert.Equal(worklist, Entry.GetString(Tags.PatientSex));
        Assert.Equal(fhir, (string?)Patient["gender"]);
    }

    [Theory]
    [InlineData("PID-8=^Weiblich", "PID^1^8")]
    [InlineData("PV1-15=^Walks on water", "PV1^1^15")]
    [InlineData("TQ1-9=^When you can", "TQ1^1^9")]
    [InlineData("PID-13=+911^QQQ^PH", "PID^1^13")]
    [InlineData("PID-13=+911^PRN^ZZ", "PID^1^13")]
    [InlineData("PID-11=1 ROAD^^PUNE^^^^ZZ", "PID^1^11")]
    [InlineData("PID-5=RAO^ANITA^^^^^Q", "PID^1^5")]
    public void What_no_table_has_is_told(string field, string place)
    {
        var placed = Order(field);

        Assert.Equal("AA", placed.Code);
        Assert.Contains(placed.Problems, problem => problem.Code == "103" && problem.Place.StartsWith(place, StringComparison.Ordinal));
        Assert.All(placed.Problems, problem => Assert.StartsWith(place, problem.Place, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("PID-5=RAO^ANITA^^^^^{0}", "B C D F I K L M MSK NAV NB P R REL T TEMP U")]
    [InlineData("PID-11=1 ROAD^^PUNE^^^^{0}", "B BA BDL BI BR C F H L M N O P RH S SH TM V")]
    [InlineData("PID-13=+911^{0}^PH", "ASN BPN EMR NET ORN PRN PRS VHN WPN")]
    [InlineData("PID-13=+911^PRN^{0}", "BP CP FX Internet MD PH SAT TDD TTY X.400")]
    [InlineData("PID-16={0}", "A B C D E G I M N O P R S T U W")]
    public void Codes_of_the_standard_are_known(string field, string codes)
    {
        foreach (var code in codes.Split(' '))
            Assert.Empty(Order(string.Format(System.Globalization.CultureInfo.InvariantCulture, field, code)).Problems);
    }

    [Theory]
    [InlineData("^Married", "M", null)]
    [InlineData("7^Divorced^99LOCAL", "D", null)]
    [InlineData("^Second marriage", null, "Second marriage")]
    [InlineData("^Separated", null, "Separated")]
    public void A_marital_status_is_read_by_its_text_or_kept_as_one(string sent, string? code, string? text)
    {
        var placed = Order("PID-16=" + sent);

        Assert.Empty(placed.Problems);
        var status = Patient["maritalStatus"]!;
        Assert.Equal((code, text), ((string?)status["coding"]?[0]?["code"], (string?)status["text"]));
    }

    [Theory]
    [InlineData("^Stat", "STAT", "stat")]
    [InlineData("9^Routine^99LOCAL", "ROUTINE", "routine")]
    [InlineData("A^As soon as possible", "HIGH", "asap")]
    public void A_priority_is_read_by_its_text(string sent, string worklist, string fhir)
    {
        var placed = Order("TQ1-9=" + sent);

        Assert.Empty(placed.Problems);
        Assert.Equal(worklist, Entry.GetString(Tags.RequestedProcedurePriority));
        Assert.Equal(fhir, (string?)_his.Resources("ServiceRequest")[^1]["priority"]);
    }

    [Fact]
    public void A_place_that_has_only_a_description_is_shown_by_it()
    {
        Assert.Empty(Order("PV1-3=^^^^^^^^Ward on the hill").Problems);

        Assert.Equal("Ward on the hill", Entry.GetString(Tags.CurrentPatientLocation));
        Assert.Equal("Ward on the hill", (string?)_his.Resources("Encounter")[^1]["location"]![0]!["location"]!["display"]);
    }

    [Theory]
    [InlineData("82810-3", "11449-6", "LA15173-0", "LA26683-5", "3", 1)]
    [InlineData("82810-3", "82810-3", "LA15173-0", "LA15173-0", "3", 0)]
    [InlineData("11449-6", "82810-3", "^Not pregnant", "Y", "1", 1)]
    public void Of_two_pregnancies_the_first_is_taken_and_the_other_told(
        string first, string second, string one, string other, string expected, int told)
    {
        var placed = _his.Send("ORM^O01", [.. Segments(), $"OBX|1|CE|{first}^Pregnancy^LN||{one}", $"OBX|2|CE|{second}^Pregnancy^LN||{other}"]);

        Assert.Equal(expected, Entry.GetString(Tags.PregnancyStatus));
        Assert.Equal(Enumerable.Repeat(("207", "W", "OBX^2^5"), told), placed.Problems);
    }

    [Fact]
    public void Race_and_ethnic_group_are_both_in_FHIR()
    {
        Assert.Empty(Order("PID-10=2028-9^Asian^HL70005", "PID-22=H^Hispanic^HL70189").Problems);

        Assert.Equal("Hispanic", Entry.GetString(Tags.EthnicGroup));
        var texts = Patient["extension"]!.AsArray().Select(static item => (string?)item!["valueCodeableConcept"]!["coding"]![0]!["display"]);
        Assert.Equal(["Asian", "Hispanic"], texts.Order());
    }

    [Theory]
    [InlineData("ORC-14=+911", "+911")]
    [InlineData("OBR-17=+912", "+912")]
    [InlineData("ORC-14=^WPN^PH^^91^20^555", "+91 20 555")]
    public void The_number_to_call_back_is_in_FHIR(string field, string expected)
    {
        Order(field);

        var number = _his.Resources("ServiceRequest")[^1]["requester"]!["extension"]![0]!["valueContactPoint"]!["value"];
        Assert.Equal(expected, (string?)number);
        Order("OBR-16=1^RAO^ANITA");
        Assert.Equal(expected, (string?)_his.Resources("ServiceRequest")[^1]["requester"]!["extension"]![0]!["valueContactPoint"]!["value"]);
    }

    private DataSet Entry => Assert.Single(_his.Entries);

    private JsonNode Patient => _his.Resources("Patient")[^1];

    private HisReply Order(params string[] values) => _his.Send("OMG^O19", FieldText.With(Segments(), values));

    private static string[] Segments() =>
        [HisLink.Pid("MRN1"), "PV1|1|I|||||||||||||||||VN1", "ORC|NW|P1^HIS", "TQ1|1||||||20260310093000||R", "OBR|1|P1^HIS||CT1^CT Chest^L||||||||||||||ACC1||||||CT"];
}
