using Xunit;

namespace CloudPacs.Mapping.Tests;

/// <summary>Several orders, several steps.</summary>
public sealed class ProcedureGroupingTests
{
    private const string Head = """
        MSH|^~\&|OWN|MERCY|||20260310083015+0530||OMG^O19|1|P|2.5.1
        PID|||10006579^^^MERCY||SHARMA^RAHUL
        """;

    private static readonly MapSet Maps = MapFiles.Load().Set!;

    private static string Order(string placer, string accession, string procedure = "", string step = "", string more = "") =>
        $"\nORC|NW|{placer}\nOBR||{placer}||CT{placer}^Text^L||||||||||||||{accession}|{procedure}|{step}{more}";

    private static string Shape(string orders)
    {
        var mapped = Maps.Resolve(MapFiles.Parse(Head + orders)).Map(Head + orders);
        return string.Join(' ', mapped.Procedures.Select(procedure => $"{procedure.First.PlacerNumber?.Value}({string.Join(',', procedure.Steps.Select(step => step.Group.StepId ?? step.Group.PlacerNumber?.Value))})"));
    }

    [Theory]
    [InlineData("A1", "R1", "A1", "R1", "S1", "S2", "P1(S1,S2)")]          // rule 1: accession and requested procedure id
    [InlineData("A1", "R1", "A1", "R1", "S1", "S1", "P1(S1)")]             // rule 2: a repeated step id is one step
    [InlineData("A1", "", "A1", "", "", "", "P1(P1,P2)")]                  // rule 3: one accession, no step ids
    [InlineData("A1", "R1", "A2", "R2", "S1", "S2", "P1(S1) P2(S2)")]      // rule 4: two accession numbers
    [InlineData("", "", "", "", "", "", "P1(P1) P2(P2)")]
    public void Order_groups_become_procedures_and_steps(string a1, string r1, string a2, string r2, string s1, string s2, string expected) =>
        Assert.Equal(expected, Shape(Order("P1", a1, r1, s1) + Order("P2", a2, r2, s2)));

    [Fact]
    public void A_shared_study_uid_makes_one_procedure() =>
        Assert.Equal("P1(P1,P2)", Shape(Order("P1", "", more: "\nZDS|1.2.3") + Order("P2", "", more: "\nZDS|1.2.3")));

    [Fact]
    public void One_zds_at_the_end_counts_for_all_groups_of_one_accession()
    {
        var mapped = Maps.Find("default")!.Map(Head + Order("P1", "A1") + Order("P2", "A1") + "\nZDS|1.2.3");

        Assert.Equal("1.2.3", Assert.Single(mapped.Procedures).First.StudyInstanceUid);
        Assert.Empty(mapped.Warnings);
    }

    [Fact]
    public void One_zds_at_the_end_and_several_accession_numbers_leaves_the_uid_to_the_first()
    {
        var mapped = Maps.Find("default")!.Map(Head + Order("P1", "A1") + Order("P2", "A2") + "\nZDS|1.2.3");

        Assert.Equal(["1.2.3", null], mapped.Procedures.Select(procedure => procedure.First.StudyInstanceUid));
        Assert.StartsWith("zds-shared", Assert.Single(mapped.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Policy_shareUid_gives_the_uid_to_all()
    {
        var (set, _) = MapFiles.Load(("senders/default.yaml", "sender: default\nextends: base/step@1\npolicy: { shareUid: true }\n"));

        var mapped = set!.Find("default")!.Map(Head + Order("P1", "A1") + Order("P2", "A2") + "\nZDS|1.2.3");

        Assert.Equal(["1.2.3", "1.2.3"], mapped.Procedures.Select(procedure => procedure.First.StudyInstanceUid));
        Assert.Empty(mapped.Warnings);
    }

    [Fact]
    public void Each_ipc_is_a_step_and_another_uid_another_procedure()
    {
        var order = "\nORC|NW|P1\nTQ1|1||||||20260310140000\nOBR||P1||MRBR^MRI^L";

        Assert.Equal("P1(S1,S2)", Shape(order + "\nIPC|A1|R1|1.2.1|S1|MR\nIPC|A1|R1|1.2.1|S2|MR"));
        Assert.Equal("P1(S1) P1(S2)", Shape(order + "\nIPC|A1|R1|1.2.1|S1|MR\nIPC|A1|R1|1.2.2|S2|MR"));
    }

    [Fact]
    public void Several_timings_pair_with_the_ipcs_by_position()
    {
        var mapped = Maps.Find("default")!.Map(Head + "\nORC|NW|P1\nTQ1|1||||||20260310140000\nTQ1|2||||||20260310150000\nOBR||P1||MRBR^MRI^L\nIPC|A1|R1|1.2.1|S1|MR\nIPC|A1|R1|1.2.1|S2|MR");

        Assert.Equal(["140000", "150000"], mapped.Procedures.Single().Steps.Select(step => step.Start?.ToString("HHmmss", null)));
    }

    [Fact]
    public void A_repeated_step_id_adds_its_protocol_codes()
    {
        var mapped = Maps.Find("default")!.Map(Head + Order("P1", "A1", "R1", "S1") + Order("P2", "A1", "R1", "S1"));

        var codes = mapped.Procedures.Single().Steps.Single().Attributes.GetItems(CloudPacs.Dicom.Tags.ScheduledProtocolCodeSequence);
        Assert.Equal(["CTP1", "CTP2"], codes.Select(code => code.GetString(CloudPacs.Dicom.Tags.CodeValue)));
    }

    [Theory]
    [InlineData("CA", "", 0)]
    [InlineData("SC", "CM", 0)]
    [InlineData("SC", "SC", 1)]
    [InlineData("XO", "", 1)]
    [InlineData("XO", "CA", 0)]
    [InlineData("ZZ", "", 0)]
    public void Control_messages_have_keys_only(string control, string status, int procedures)
    {
        var mapped = Maps.Find("default")!.Map(Head + $"\nORC|{control}|P1|||{status}\nOBR||P1||CT^CT^L||||||||||||||A1|R1|S1");

        Assert.Equal(procedures, mapped.Procedures.Count);
        Assert.Equal((control, "P1"), (mapped.Groups.Single().Control, mapped.Groups[0].PlacerNumber?.Value));
    }

    [Fact]
    public void A_parent_has_a_procedure_without_steps() => Assert.Equal("P1()", Shape("\nORC|PA|P1\nOBR||P1||CT^CT^L"));

    [Fact]
    public void A_swap_has_two_patients_each_with_its_own_segments()
    {
        var mapped = MapFiles.With("patient", "- id: a\n  to: mwl.AdmissionID\n  from: PV1-19.1\n- id: b\n  to: patient.prior\n  from: MRG-1[*] | cx\n- id: c\n  to: mwl.PatientID\n  from: PID-3.1")
            .Map("MSH|^~\\&|OWN|M|||20260310||ADT^A40|1|P|2.5.1\nPID|||1\nMRG|11\nPV1||I|||||||||||||||||V1\nPID|||2\nMRG|22");

        Assert.Equal(["1", "2"], mapped.Patients.Select(patient => MapLanguageTests.Read(patient.PatientAttributes, "PatientID")));
        Assert.Equal(["11", "22"], mapped.Patients.Select(patient => patient.Prior.Single().Value));
        Assert.Equal(["V1", null], mapped.Patients.Select(patient => MapLanguageTests.Read(patient.VisitAttributes, "AdmissionID")));
    }
}
