using System.Text.Json;
using CloudPacs.Dicom;
using CloudPacs.Integration.Commands;
using CloudPacs.Store;
using CloudPacs.Store.Patients;
using CloudPacs.Worklist;
using Xunit;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>
/// The id that is compared is the one that is shown: what DICOM cannot hold and what nobody can see is refused at its place, and never taken
/// out in silence (issue 7, items 10 and 13).
/// </summary>
public sealed class IdCharacterTests
{
    private readonly HisLink _his = new();

    public static TheoryData<string> Unusable { get; } =
    [
        @"\X07\", @"\X00\", @"\X1B\", @"\X7F\", @"\X85\", @"\.br\", @"\E\", @"\Z12\", "\u00AD", "\u200B", "\u200E", "\u202E", "\u2060",
        "\u2066", "\uFEFF", "\uFE0F", "\U000E0100", "\U000E0041", "\u3164", "\u2028", "\u00A0", "\u3000", "\uFF11", "\u00B2", "\uFFFD", "\uE000",
    ];

    [Theory]
    [MemberData(nameof(Unusable))]
    public void A_patient_id_with_it_is_refused(string inside)
    {
        var reply = _his.Send("ORM^O01", HisLink.Pid($"VIC{inside}TIM1"), HisLink.Order("NW", "P1^HIS"));

        Assert.Equal("AE", reply.Code);
        Assert.All(reply.Problems, static problem => Assert.Equal(("102", "E", "PID^1^3"), problem));
        Assert.Empty(_his.Engine.Workspace.Changed);
    }

    [Theory]
    [InlineData("P1^HIS", "ORC^1^2")]
    [InlineData("F1^RIS", "ORC^1^3")]
    [InlineData("A1", "OBR^1^18")]
    [InlineData("R1", "OBR^1^19")]
    [InlineData("S1", "OBR^1^20")]
    [InlineData("1.2.840.1", "ZDS^1^1")]
    [InlineData("^MERCY", "PID^1^3")]
    [InlineData("^HIS", "ORC^1^2")]
    public void So_is_every_id_that_names_what_the_order_is_about(string part, string place)
    {
        foreach (var inside in new[] { @"\X07\", @"\E\", "\u200B", "\uFFFD" })
        {
            var reply = _his.Send("ORM^O01", Order.Replace(part, part[..^1] + inside + part[^1], StringComparison.Ordinal).Split('\r'));

            Assert.Equal("AE", reply.Code);
            Assert.All(reply.Problems, problem => Assert.Equal(("102", "E", place), problem));
        }

        Assert.Empty(_his.Engine.Workspace.Changed);
    }

    [Fact]
    public void The_ids_of_an_IPC_are_refused_at_their_fields()
    {
        foreach (var (field, place) in new[] { (1, "IPC^1^1"), (2, "IPC^1^2"), (3, "IPC^1^3"), (4, "IPC^1^4") })
        {
            string[] ids = ["A1", "R1", "1.2.840.1", "S1"];
            ids[field - 1] = ids[field - 1].Insert(1, @"\X07\");

            var reply = _his.Send("OMI^O23", HisLink.Pid("1"), "ORC|NW|P1^HIS", "TQ1|1||||||20260310093000", "OBR|1|P1^HIS||CTCHEST^CT Chest^L",
                $"IPC|{string.Join('|', ids)}|CT");

            Assert.Equal("AE", reply.Code);
            Assert.All(reply.Problems, problem => Assert.Equal(("102", "E", place), problem));
        }
    }

    [Theory]
    [InlineData("1.2.840.01")]
    [InlineData("1.2.840 .1")]
    [InlineData("1.2.840.1.")]
    [InlineData("1.2.840.a")]
    [InlineData("1.2.840.١")]
    [InlineData(@"1.2.840.\X07\1")]
    public void A_study_uid_that_is_none_is_refused(string uid)
    {
        var reply = _his.Send("ORM^O01", Order.Replace("1.2.840.1", uid, StringComparison.Ordinal).Split('\r'));

        Assert.Equal("AE", reply.Code);
        Assert.All(reply.Problems, static problem => Assert.Equal(("102", "ZDS^1^1"), (problem.Code, problem.Place)));
    }

    [Theory]
    [InlineData("SCH|A\u200B1^HIS|B1^RIS", "SCH^1^1")]
    [InlineData("SCH|A1^HIS|B\\E\\1^RIS", "SCH^1^2")]
    [InlineData("SCH|A1^HIS|B1^RIS||||||||||||||||||||||||P\\X07\\1^HIS", "SCH^1^26")]
    [InlineData("SCH|A1^HIS|B1^RIS|||||||||||||||||||||||||F\u20601^RIS", "SCH^1^27")]
    public void So_are_the_ids_of_a_booking(string sch, string place)
    {
        var reply = _his.Send("SIU^S12", sch, HisLink.Pid("1"), "RGS|1", "AIS|1||CTCHEST|20260310093000");

        Assert.Equal("AE", reply.Code);
        Assert.All(reply.Problems, problem => Assert.Equal(("102", "E", place), problem));
    }

    [Fact]
    public void A_further_id_is_left_out_and_the_message_applied()
    {
        var reply = _his.Send(
            "ORM^O01", HisLink.Pid("1").Replace("^MR", @"^MR~C\E\1^^^CARDS~C2^^^CARDS~C" + new string('3', 70) + "^^^LONG", StringComparison.Ordinal),
            HisLink.Order("NW", "P1^HIS"));

        Assert.Equal("AA", reply.Code);
        Assert.Equal([("102", "W", "PID^1^3^2"), ("102", "W", "PID^1^3^4")], reply.Problems);
        Assert.Equal(["C2"], Assert.Single(_his.Entries).GetItems(Tags.OtherPatientIdsSequence).Select(static item => item.GetString(Tags.PatientId)));
        Assert.Equal(["1", "C2"], Assert.Single(_his.Resources("Patient"))["identifier"]!.AsArray().Select(static id => (string)id!["value"]!).Order());
    }

    [Theory]
    [InlineData("CA")]
    [InlineData("HD")]
    public void An_order_is_not_that_of_a_patient_whose_id_cannot_be_used(string control)
    {
        _his.Send("ORM^O01", HisLink.Pid("1"), HisLink.Order("NW", "P1^HIS"));

        var reply = _his.Send("ORM^O01", HisLink.Pid("1\u200B"), $"ORC|{control}|P1^HIS");

        Assert.Equal(("AE", ("102", "E", "PID^1^3")), (reply.Code, Assert.Single(reply.Problems.Distinct())));
        Assert.Single(_his.Entries);
    }

    [Theory]
    [InlineData("PV1|1|I|||||||||||||||||V\u200B1^^^MERCY", "PV1^1^19")]
    [InlineData("PV1|1|I|||||||||||||||||V\\E\\1^^^MERCY", "PV1^1^19")]
    public void So_is_a_visit_number(string pv1, string place)
    {
        var reply = _his.Send("ADT^A01", HisLink.Pid("1"), pv1);

        Assert.Equal("AA", reply.Code);
        Assert.Equal([("101", "W", place), ("102", "W", place)], reply.Problems.Order());
        Assert.Empty(_his.Engine.Workspace.Changed.OfType<VisitRow>());
    }

    [Theory]
    [InlineData("Zoë1", "Zoe\u03081")]
    [InlineData("1", "1 ")]
    [InlineData("1", "\u30001\u00A0")]
    [InlineData("한1", "\u1112\u1161\u11AB1")]
    public void What_says_nothing_makes_no_other_person(string id, string other)
    {
        _his.Send("ORM^O01", HisLink.Pid(id), HisLink.Order("NW", "P1^HIS"));

        var reply = _his.Send("ORM^O01", HisLink.Pid(other), HisLink.Order("NW", "P2^HIS"));

        Assert.Equal("AA", reply.Code);
        Assert.Single(_his.Engine.Workspace.Rows.OfType<PatientRow>());
        Assert.Equal([id, id], _his.Entries.Select(static entry => entry.GetString(Tags.PatientId)));
    }

    [Fact]
    public void An_authority_has_one_form_too()
    {
        _his.Send("ORM^O01", HisLink.Pid("1").Replace("MERCY", "Zoë", StringComparison.Ordinal), HisLink.Order("NW", "P1^HIS"));

        _his.Send("ORM^O01", HisLink.Pid("1").Replace("MERCY", "Zoe\u0308", StringComparison.Ordinal), HisLink.Order("NW", "P2^HIS"));
        _his.Send("ORM^O01", HisLink.Pid("1").Replace("MERCY", "&Zoë&L", StringComparison.Ordinal), HisLink.Order("NW", "P3^HIS"));

        Assert.Single(_his.Engine.Workspace.Rows.OfType<PatientRow>());
    }

    [Fact]
    public void A_universal_id_has_no_case_and_one_of_a_local_type_tells_nobody_apart()
    {
        foreach (var (authority, n) in new[] { "A&0B1C-x&UUID", "A&0b1c-X&GUID", "A&77&L", "A&88&M", "&A&N" }.Select(static (a, n) => (a, n)))
            _his.Send("ORM^O01", HisLink.Pid("1").Replace("MERCY", authority, StringComparison.Ordinal), HisLink.Order("NW", $"P{n}^HIS"));

        Assert.Single(_his.Engine.Workspace.Rows.OfType<PatientRow>());
        Assert.Equal(5, _his.Entries.Count);
    }

    [Fact]
    public void The_name_of_a_sender_is_an_authority_too()
    {
        _his.Facility = "MER\u200BCY";

        var reply = _his.Send("ORM^O01", "PID|1||1||RAO^ANITA", HisLink.Order("NW", "P1^HIS"));

        Assert.Equal("AE", reply.Code);
        Assert.Contains(("102", "E", "MSH^1^4"), reply.Problems);
    }

    [Fact]
    public void A_stored_id_of_before_is_shown_as_another_and_can_be_merged_away()
    {
        var stored = _his.Engine.Workspace.AddPatient(new Identifier("VIC\u0007TIM1", "MERCY", TypeCode: "MR"));
        _his.Send("ORM^O01", HisLink.Pid("VICTIM1"), HisLink.Order("NW", "P1^HIS"));
        Assert.Equal("VIC[0007]TIM1", EntryFactory.CreatePatient(stored, 1).PatientId);

        var reply = _his.Send("ADT^A40", HisLink.Pid("VICTIM1"), @"MRG|VIC\X07\TIM1^^^MERCY^MR");

        Assert.Equal("AA", reply.Code);
        Assert.NotNull(stored.MergedInto);
        Assert.Empty(Assert.Single(_his.Entries).GetItems(Tags.OtherPatientIdsSequence));
    }

    [Theory]
    [MemberData(nameof(Unusable))]
    public void Commands_over_HTTP_are_refused_alike(string inside)
    {
        var text = inside switch { @"\X07\" => "\u0007", @"\X00\" => "\0", @"\X1B\" => "\u001B", @"\X7F\" => "\u007F", @"\X85\" => "\u0085", @"\.br\" => "\n", _ => inside };
        var number = $$"""{ "value": {{JsonSerializer.Serialize($"A{text}1")}}, "namespace": "MERCY" }""";
        foreach (var (body, path) in new[]
        {
            ($$"""{ "patients": [ { "command": "updatePatient", "patient": { "primary": {{number}} } } ] }""", "patients[0].patient.primary.value"),
            ($$"""{ "orders": [ { "request": "hold", "accessionNumber": {{number}} } ] }""", "orders[0].accessionNumber.value"),
            ($$"""{ "appointment": { "effect": "none", "placerAppointmentId": {{number}} } }""", "appointment.placerAppointmentId.value"),
        })
        {
            var faults = CommandChecks.Check(JsonSerializer.Deserialize<CommandRequest>(body, CommandJson.Options)!, Pipeline.Now, static _ => true);

            Assert.Equal(path, Assert.Single(faults).Path);
        }
    }

    private const string Order =
        "PID|1||1^^^MERCY^MR||RAO^ANITA\rORC|NW|P1^HIS|F1^RIS|||||^^^20260310093000^^R\r"
        + "OBR|1|||CTCHEST^CT Chest^L||||||||||||||A1|R1|S1||||CT|||^^^20260310093000^^R\rZDS|1.2.840.1^Application^DICOM";
}
