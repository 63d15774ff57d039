using CloudPacs.Dicom;
using CloudPacs.Store.Patients;
using Xunit;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>What one order says of its patient, of the side, of the place: another message takes nothing of it away.</summary>
public class OrderOfPatientTests
{
    private readonly HisLink _his = new();

    [Theory]
    [InlineData(13, "Pacemaker", "Headache", 0x00102000u)]
    [InlineData(12, "TB^Tuberculosis", "MRSA^MRSA", 0x00380500u)]
    [InlineData(13, "Pacemaker", "\"\"", 0x00102000u)]
    public void Alerts_are_those_of_the_order(int field, string first, string second, uint attribute)
    {
        var tag = new Tag(attribute);
        Place("P1", "ACC1", (field, first));
        var before = Entry("ACC1").GetStrings(tag);

        Place("P2", "ACC2", (field, second));

        Assert.NotEmpty(before);
        Assert.Equal(before, Entry("ACC1").GetStrings(tag));
        Assert.NotEqual(before, Entry("ACC2").GetStrings(tag));
    }

    [Theory]
    [InlineData("^^^KNEE^R", "R")]
    [InlineData("", "L")]
    [InlineData("\"\"", null)]
    public void A_side_is_changed_alone_and_stays_when_the_procedure_is_said_again(string site, string? side)
    {
        Place("P1", "ACC1", (15, "^^^KNEE^L"));

        Change("P1", "ACC1", "CT1^CT Knee^L", site);
        Assert.Equal(side, SideOf("ACC1"));
        Place("P3", "ACC3", (15, "^^^KNEE^L"));
        Change("P3", "ACC3", "", site);

        Assert.Equal(side, SideOf("ACC3"));
        Assert.Equal("CT1", HisLink.StepOf(Entry("ACC3")).GetItems(Tags.ScheduledProtocolCodeSequence)[0].GetString(Tags.CodeValue));
    }

    [Fact]
    public void Another_procedure_brings_its_own_side()
    {
        Place("P1", "ACC1", (15, "^^^KNEE^L"));

        Change("P1", "ACC1", "CT2^CT Hip^L", "");

        Assert.Null(SideOf("ACC1"));
    }

    [Fact]
    public void A_portable_examination_follows_the_patient()
    {
        _his.Send("ADT^A01", HisLink.Pid("MRN1"), "PV1|1|I|W1^R1||||||||||||||||VN1");
        Place("P1", "ACC1", (30, "PORT"));

        _his.Send("ADT^A02", HisLink.Pid("MRN1"), "PV1|1|I|W2^R9||||||||||||||||VN1");

        Assert.Equal(("W2 R9", "W2 R9"), (Entry("ACC1").GetString(Tags.CurrentPatientLocation), Entry("ACC1").GetString(Tags.RequestedProcedureLocation)));
    }

    [Theory]
    [InlineData("A02")]
    [InlineData("A08")]
    [InlineData("A01")]
    public void A_visit_without_a_number_is_told(string trigger)
    {
        Assert.Equal([("101", "W", "PV1^1^19")], _his.Send($"ADT^{trigger}", HisLink.Pid("MRN1"), "PV1|1|I|W2^R9").Problems);
    }

    [Fact]
    public void An_account_alone_moves_no_order_to_another_visit()
    {
        Place("P1", "ACC1", (30, "WALK"));
        var visit = Entry("ACC1").GetString(Tags.AdmissionId);

        _his.Send("ORM^O01", HisLink.Pid("MRN1") + "||||||||||AC9^^^MERCY", HisLink.Order("XO", "P1^HIS", "ACC1"));

        Assert.Equal(visit, Entry("ACC1").GetString(Tags.AdmissionId));
    }

    [Fact]
    public void A_further_id_alone_does_not_become_the_one_that_is_shown()
    {
        Place("P1", "ACC1", (30, "WALK"));
        _his.Send("ADT^A08", HisLink.Pid("MRN1").Replace("^MR|", "^MR~Q1^^^CITY^PI|", StringComparison.Ordinal));

        _his.Send("ADT^A08", "PID|1||Q1^^^CITY^PI||RAO^ANITA||19800214|F");

        Assert.Equal("MRN1", Entry("ACC1").GetString(Tags.PatientId));
    }

    [Theory]
    [InlineData("MRN1^^^MERCY^MR~Q1^^^MERCY^PI", "Q1^^^MERCY^PI")]
    [InlineData("MRN1^^^MERCY^MR~Q1^^^MERCY^MR", "Q1^^^MERCY^MR")]
    [InlineData("MRN1^^^MERCY^MR~Q1^^^MERCY", "Q1^^^MERCY")]
    [InlineData("MRN1^^^MERCY^MR~Q1^^^MERCY^PI~Q2^^^MERCY^PT", "Q2^^^MERCY^PT~Q1^^^MERCY^PI")]
    [InlineData("MRN1^^^MERCY&1.2.3&ISO^MR~Q1^^^MERCY&1.2.3&ISO^PI", "Q1^^^&1.2.3&ISO^PI")]
    public void Who_names_a_further_id_of_the_same_authority_alone_makes_nobody_two(string all, string further)
    {
        _his.Send("ORM^O01", $"PID|1||{all}||RAO^ANITA||19800214|F", HisLink.Order("NW", "P1^HIS", "ACC1"));
        _his.Send("ORM^O01", $"PID|1||{further}||RAO^ANITA||19800214|F", HisLink.Order("NW", "P2^HIS", "ACC2"));
        _his.Send("ORM^O01", $"PID|1||{all.Split('~')[0]}||RAO^ANITA||19800214|F", HisLink.Order("NW", "P3^HIS", "ACC3"));

        Assert.All(_his.Entries, static entry => Assert.Equal("MRN1", entry.GetString(Tags.PatientId)));
        Assert.Equal(3, _his.Entries.Count);
        Assert.Single(_his.Engine.Workspace.Rows.OfType<PatientRow>());
    }

    [Fact]
    public void An_id_that_was_moved_to_a_patient_does_not_become_the_one_that_is_shown()
    {
        _his.Send("ORM^O01", HisLink.Pid("MRN1"), HisLink.Order("NW", "P1^HIS", "ACC1"));
        _his.Send("ORM^O01", HisLink.Pid("MRN2"), HisLink.Order("NW", "P2^HIS", "ACC2"));
        _his.Send("ADT^A43", HisLink.Pid("MRN1"), "MRG|MRN2^^^MERCY^MR");

        _his.Send("ORM^O01", HisLink.Pid("MRN2"), HisLink.Order("NW", "P3^HIS", "ACC3"));

        Assert.Equal(["MRN1", "MRN1", "MRN1"], _his.Entries.Select(static entry => entry.GetString(Tags.PatientId)));
    }

    [Fact]
    public void A_sender_that_names_both_says_which_is_shown()
    {
        _his.Send("ADT^A04", "PID|1||LAB1^^^LAB^PI~MRN1^^^MERCY^MR||RAO^ANITA||19800214|F");
        Place("P1", "ACC1", (30, "WALK"));
        Assert.Equal("LAB1", Entry("ACC1").GetString(Tags.PatientId));

        _his.Send("ADT^A08", "PID|1||MRN1^^^MERCY^MR~LAB1^^^LAB^PI||RAO^ANITA||19800214|F");

        Assert.Equal("MRN1", Entry("ACC1").GetString(Tags.PatientId));
    }

    [Theory]
    [InlineData("^NAIR^GEETA", "^NAIR^GEETA", "NAIR^GEETA")]
    [InlineData("2", "^NAIR^GEETA", "NAIR^GEETA")]
    [InlineData("2", "2^NAIR^GEETA", "NAIR^GEETA")]
    public void A_person_with_a_name_in_one_field_and_an_id_in_the_other_is_one(string obr, string orc, string expected)
    {
        var fields = HisLink.Fields("OBR", (1, "1"), (2, "P1^HIS"), (4, "CT1^CT^L"), (16, obr), (18, "ACC1"), (24, "CT"), (27, "^^^20260310093000^^R"));

        var placed = _his.Send("ORM^O01", HisLink.Pid("MRN1"), $"ORC|NW|P1^HIS||||||||||{orc}", string.Join('|', fields));

        Assert.Empty(placed.Problems);
        Assert.Equal(expected, Entry("ACC1").GetString(Tags.RequestingPhysician));
    }

    [Theory]
    [InlineData("U", "VIP")]
    [InlineData("R", "R")]
    public void An_order_restricts_more_and_never_less(string confidentiality, string expected)
    {
        _his.Send("ADT^A08", HisLink.Pid("MRN1"), "PV1|1|I||||||||||||||VIP|||VN1");

        _his.Send("ORM^O01", HisLink.Pid("MRN1"), HisLink.Order("NW", "P1^HIS", "ACC1")
            .Replace("^^R\rOBR", $"^^R{new string('|', 21)}{confidentiality}\rOBR", StringComparison.Ordinal));

        Assert.Equal(expected, Entry("ACC1").GetString(Tags.ConfidentialityConstraintOnPatientDataDescription));
    }

    [Theory]
    [InlineData("00000000", "Y", null, true)]
    [InlineData("20261101", "Y", "2026-11-01", null)]
    [InlineData("", "N", null, false)]
    public void FHIR_has_one_of_two_choices(string time, string flag, string? date, bool? isDead)
    {
        _his.Send("ADT^A08", HisLink.Pid("MRN1") + "||||||||||||||||||||||Y");

        _his.Send("ADT^A08", HisLink.Pid("MRN1") + new string('|', 21) + time + "|" + flag);

        var patient = _his.Resources("Patient")[^1];
        Assert.Equal((date, isDead), ((string?)patient["deceasedDateTime"], (bool?)patient["deceasedBoolean"]));
    }

    [Fact]
    public void The_id_of_somebody_else_is_not_shown_as_one_of_the_patients()
    {
        _his.Send("ADT^A04", HisLink.Pid("Q1"));
        Place("P1", "ACC1", (30, "WALK"));

        var told = _his.Send("ADT^A31", HisLink.Pid("MRN1").Replace("^MR|", "^MR~Q1^^^MERCY^MR|", StringComparison.Ordinal));

        Assert.Contains(told.Problems, static problem => problem.Code == "205");
        Assert.Empty(Entry("ACC1").GetItems(Tags.OtherPatientIdsSequence));
    }

    [Fact]
    public void A_day_without_a_time_takes_the_time_of_the_former_day_away()
    {
        _his.Send("ADT^A01", HisLink.Pid("MRN1"), "PV1|1|I|W1||||||||||||||||VN1|||||||||||||||||||||||||20261101080000");
        Place("P1", "ACC1", (30, "WALK"));

        _his.Send("ADT^A08", HisLink.Pid("MRN1"), "PV1|1|I|W1||||||||||||||||VN1|||||||||||||||||||||||||20261102");

        Assert.Equal(("20261102", null), (Entry("ACC1").GetString(Tags.AdmittingDate), Entry("ACC1").GetString(Tags.AdmittingTime)));
    }

    [Theory]
    [InlineData("OBX|1|NM|29463-7^Body weight^LN||70|kg\rOBX|2|NM|29463-7^Body weight^LN||80|kg", "70", "OBX^2^5")]
    [InlineData("OBX|1|NM|29463-7^Body weight^LN||7000|kg|||||D\rOBX|2|NM|29463-7^Body weight^LN||80|kg", "80", "OBX^1^5")]
    [InlineData("OBX|1|NM|29463-7^Body weight^LN||7000|kg|||||X", null, "OBX^1^5")]
    public void Of_several_weights_the_first_that_stands_is_taken(string observations, string? weight, string place)
    {
        var placed = _his.Send("ORM^O01", HisLink.Pid("MRN1"), HisLink.Order("NW", "P1^HIS", "ACC1"), observations);

        Assert.Equal(weight, Entry("ACC1").GetString(Tags.PatientWeight));
        Assert.Equal(("207", "W", place), Assert.Single(placed.Problems));
    }

    [Theory]
    [InlineData("PD1|\rNTE|1||Patient is deaf")]
    [InlineData("NTE|1||Patient is deaf")]
    public void A_note_about_the_patient_stands_after_PID_or_PD1(string segments)
    {
        _his.Send("ORM^O01", HisLink.Pid("MRN1"), segments, HisLink.Order("NW", "P1^HIS", "ACC1"));

        Assert.Equal("Patient is deaf", Entry("ACC1").GetString(Tags.PatientComments));
    }

    private DataSet Entry(string accession) => Assert.Single(_his.Entries, entry => entry.GetString(Tags.AccessionNumber) == accession);

    private string? SideOf(string accession) => HisLink.StepOf(Entry(accession)).GetItems(Tags.ScheduledProtocolCodeSequence)
        .SelectMany(static code => code.GetItems(Tags.ProtocolContextSequence))
        .Where(static item => item.GetItems(Tags.ConceptNameCodeSequence)[0].GetString(Tags.CodeMeaning) == "Laterality")
        .Select(static item => item.GetItems(Tags.ConceptCodeSequence)[0].GetString(Tags.CodeValue)).FirstOrDefault() is { } side
        ? side switch { "24028007" => "R", "7771000" => "L", var other => other[..1] }
        : null;

    private void Place(string placer, string accession, params (int Field, string Value)[] more)
    {
        var fields = HisLink.Fields(
            "OBR", [(1, "1"), (2, placer + "^HIS"), (4, "CT1^CT Knee^L"), (18, accession), (24, "CT"), (27, "^^^20260310093000^^R"), .. more]);
        Assert.Equal("AA", _his.Send("ORM^O01", HisLink.Pid("MRN1"), "PV1|1|I|W1^R1||||||||||||||||VN1", $"ORC|NW|{placer}^HIS", string.Join('|', fields)).Code);
    }

    private void Change(string placer, string accession, string procedure, string site)
    {
        var fields = HisLink.Fields("OBR", (1, "1"), (2, placer + "^HIS"), (4, procedure), (15, site), (18, accession));
        _his.Send("ORM^O01", HisLink.Pid("MRN1"), $"ORC|XO|{placer}^HIS", string.Join('|', fields));
    }
}
