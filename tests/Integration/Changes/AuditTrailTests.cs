using CloudPacs.Domain;
using CloudPacs.Integration.Changes;
using CloudPacs.Integration.Tests.Orders;
using CloudPacs.Mapping;
using CloudPacs.Store;
using CloudPacs.Store.Audit;
using Xunit;

namespace CloudPacs.Integration.Tests.Changes;

/// <summary>An act says whom it was about, how it ended and why.</summary>
public sealed class AuditTrailTests
{
    private readonly Clinic _clinic = new();

    [Fact]
    public void Every_act_of_an_order_names_its_patient()
    {
        var rows = RowsOf(_clinic.Send(new GroupText()));

        Assert.Equal([AuditVerbs.PatientCreated, AuditVerbs.VisitCreated, AuditVerbs.ProcedureNumbered, AuditVerbs.OrderPlaced], rows.Select(static row => row.Action));
        Assert.All(rows, row => Assert.Equal((_clinic.Patient("MRN1").Id, AuditOutcome.Success), (row.PatientId, row.Outcome)));
    }

    [Fact]
    public void An_act_on_a_step_names_its_patient_and_the_reason_that_was_given()
    {
        _clinic.Send(new GroupText());

        var rows = RowsOf(_clinic.Send(new GroupText { Control = "CA", Status = "CA", Reason = "Pregnant" }));

        var canceled = Assert.Single(rows, static row => row.Action == AuditVerbs.StepCanceled);
        Assert.Equal((_clinic.Patient("MRN1").Id, "Pregnant"), (canceled.PatientId, canceled.Detail));
    }

    [Fact]
    public void A_merge_names_both_patients()
    {
        _clinic.Send(new GroupText());
        var prior = _clinic.Patient("MRN1").Id;
        var person = _clinic.Person("MRN2");
        person.Visit = null;
        person.Prior.Add(new MappedIdentifier("MRN1", "MERCY", TypeCode: "MR"));

        var rows = RowsOf(_clinic.Event("A40", person));

        Assert.Equal(prior, Assert.Single(rows, static row => row.Action == AuditVerbs.PatientRetired).PatientId);
        Assert.Equal(_clinic.Patient("MRN2").Id, Assert.Single(rows, static row => row.Action == AuditVerbs.PatientMerged).PatientId);
    }

    private IReadOnlyList<AuditRow> RowsOf(ClinicAnswer answer) => AuditTrail.Of(
        answer.Audit, answer.Answer.Reasons, _clinic.Workspace, _clinic.Context("O01"), "127.0.0.1", IdSource.Counting());
}
