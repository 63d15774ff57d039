using CloudPacs.Dicom;
using CloudPacs.Integration.Tests.Messages;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;
using Xunit;

namespace CloudPacs.Integration.Tests.Mapping;

/// <summary>
/// What a sender's file gives as an id is the key, what the worklist shows, and what FHIR says (issue 7, item 12).
/// </summary>
public sealed class OneSourceTests
{
    private static readonly string Message = "ORC|NW|P1^HIS|F1^RIS|||||^^^20260310093000^^R\r"
        + "OBR|1|||CTCHEST^CT Chest^L||||||||||||||A1|R1|S1||||CT|||^^^20260310093000^^R\rZDS|1.2.3^A^DICOM\rZID|A2|R2|S2|1.2.4|P2|F2|N2|V2";

    [Theory]
    [InlineData("accession", "ZID-1", "A2")]
    [InlineData("accession", "ei(ZID-1)", "A2")]
    [InlineData("key.accession", "ZID-1.1 ?? $accession", "A2")]
    public void The_accession_number(string rule, string from, string number)
    {
        var his = Send(rule, from);

        Assert.Equal(number, Assert.Single(his.Entries).GetString(Tags.AccessionNumber));
        Assert.Equal(number, Procedure(his).AccessionNumber.Value);
        Assert.Equal("MERCY", Procedure(his).AccessionNumber.Namespace);
        Assert.Contains(number, Assert.Single(his.Resources("ServiceRequest"))["identifier"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_ids_of_procedure_and_step()
    {
        Assert.Equal("R2", Assert.Single(Send("procedure.id", "ZID-2").Entries).GetString(Tags.RequestedProcedureId));
        Assert.Equal("S2", HisLink.StepOf(Assert.Single(Send("step.id", "ZID-3").Entries)).GetString(Tags.ScheduledProcedureStepId));
        Assert.Equal("1.2.4", Assert.Single(Send("procedure.uid", "ZID-4").Entries).GetString(Tags.StudyInstanceUid));
        Assert.Equal("P2", Assert.Single(Send("key.placer.value", "ZID-5").Entries).GetString(Tags.PlacerOrderNumberImagingServiceRequest));
        Assert.Equal("F2", Assert.Single(Send("key.filler.value", "ZID-6").Entries).GetString(Tags.FillerOrderNumberImagingServiceRequest));
    }

    [Fact]
    public void The_patient_and_the_visit()
    {
        var patient = Send("patient.primary.value", "cx(msg.ZID-7)");
        Assert.Equal("N2", Assert.Single(patient.Entries).GetString(Tags.PatientId));
        Assert.Equal("N2", Assert.Single(patient.Engine.Workspace.Rows.OfType<PatientRow>()).Identifiers[0].Identifier.Value);

        var visit = Send("visit.number.value", "cx(msg.ZID-8)");
        Assert.Equal("V2", Assert.Single(visit.Entries).GetString(Tags.AdmissionId));
    }

    private static HisLink Send(string rule, string from)
    {
        var his = new HisLink(Pipeline.With($"rules: {{ {rule}: {{ from: \"{from}\" }} }}\n"));
        var reply = his.Send("ORM^O01", [HisLink.Pid("N1"), .. Message.Split('\r')]);
        Assert.Equal("AA", reply.Code);
        return his;
    }

    private static ProcedureRow Procedure(HisLink his) => Assert.Single(his.Engine.Workspace.Rows.OfType<OrderRow>()).Procedures[0];
}
