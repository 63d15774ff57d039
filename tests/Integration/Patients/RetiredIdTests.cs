using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Hl7v2;
using CloudPacs.Integration.Tests.Orders;
using CloudPacs.Mapping;
using CloudPacs.Store.Orders;
using Xunit;
using Severity = CloudPacs.Hl7v2.Severity;

namespace CloudPacs.Integration.Tests.Patients;

/// <summary>Messages of a system that has not heard of a merge: they name a patient by an id that was given up.</summary>
public class RetiredIdTests
{
    private readonly Clinic _clinic = new();

    public RetiredIdTests()
    {
        _clinic.VisitNumber = null;
        _clinic.Event("A08", Named("MRN1", "OLD^DUPLICATE"));
        _clinic.Event("A08", Named("MRN2", "RIGHT^NAME"));
        var merge = Named("MRN2", "RIGHT^NAME");
        merge.Prior.Add(new MappedIdentifier("MRN1", "MERCY", TypeCode: "MR"));
        _clinic.Event("A40", merge);
    }

    [Theory]
    [InlineData("A01")]
    [InlineData("A03")]
    [InlineData("A08")]
    [InlineData("A11")]
    [InlineData("A28")]
    [InlineData("A31")]
    [InlineData("A29")]
    [InlineData("A23")]
    [InlineData("A42")]
    [InlineData("A50")]
    public void An_event_under_a_retired_id_changes_nothing_of_the_survivor_and_says_so(string trigger)
    {
        var before = _clinic.Patient("MRN2").Revision;

        var outcome = _clinic.Event(trigger, _clinic.Person("MRN1", "OLD^DUPLICATE", visit: "VN7"));

        AssertLeft(outcome);
        Assert.Equal(before, _clinic.Patient("MRN2").Revision);
        Assert.Empty(_clinic.Workspace.VisitsOf(_clinic.Patient("MRN2").Id));
    }

    [Theory]
    [InlineData("A46")]
    [InlineData("A47")]
    public void A_retired_id_is_not_changed_as_if_it_were_that_of_the_survivor(string trigger)
    {
        var before = _clinic.Patient("MRN2").Revision;
        var change = Named("MRN9", "OLD^DUPLICATE");
        change.Prior.Add(new MappedIdentifier("MRN1", "MERCY", TypeCode: "MR"));

        var outcome = _clinic.Event(trigger, change);

        Assert.Equal((AcknowledgmentCode.AE, 204, "MRG^1^1"), (outcome.Code, outcome.Problems[0].Code, outcome.Problems[0].Location!.ToString()));
        Assert.Equal(before, _clinic.Patient("MRN2").Revision);
        Assert.Empty(_clinic.Workspace.FindPatients(new CloudPacs.Store.Identifier("MRN9", "MERCY")));
    }

    [Fact]
    public void An_order_under_a_retired_id_is_the_survivors_and_shows_the_survivors_data()
    {
        _clinic.PatientId = "MRN1";
        _clinic.PatientName = "OLD^DUPLICATE";

        var outcome = _clinic.Send(new GroupText());

        AssertLeft(outcome);
        Assert.Equal(_clinic.Patient("MRN2").Id, _clinic.Order.PatientId);
        Assert.Equal(StepState.Scheduled, _clinic.Step.StepState);
    }

    [Fact]
    public void A_change_and_a_cancel_under_a_retired_id_reach_the_order()
    {
        (_clinic.PatientId, _clinic.PatientName) = ("MRN1", "OLD^DUPLICATE");
        _clinic.Send(new GroupText());

        AssertLeft(_clinic.Send(new GroupText { Control = "CA" }));

        Assert.Equal(StepState.Canceled, _clinic.Step.StepState);
    }

    [Fact]
    public void A_merge_into_a_retired_id_goes_to_the_survivor_which_stays_as_it_is()
    {
        _clinic.Event("A08", Named("MRN3", "THIRD^ENTRY"));
        var merge = Named("MRN1", "OLD^DUPLICATE");
        merge.Prior.Add(new MappedIdentifier("MRN3", "MERCY", TypeCode: "MR"));

        AssertLeft(_clinic.Event("A40", merge));

        Assert.Equal(_clinic.Patient("MRN2").Id, _clinic.Patient("MRN3").Id);
    }

    [Fact]
    public void Who_also_names_an_id_that_is_in_use_speaks_of_the_survivor()
    {
        var known = Named("MRN2", "RIGHT^NAME");
        known.Others.Add(new MappedIdentifier("4711", "IN", TypeCode: "NI"));
        _clinic.Event("A08", known);
        var both = Named("MRN1", "NEW^NAME");
        both.Others.Add(new MappedIdentifier("4711", "IN", TypeCode: "NI"));

        var outcome = _clinic.Event("A08", both);

        Assert.DoesNotContain(outcome.Problems, static problem => problem.Code == 204);
        Assert.Equal("NEW^NAME", NameOf("MRN2"));
    }

    [Fact]
    public void A_change_of_id_back_to_the_retired_one_brings_it_into_use_again()
    {
        var change = Named("MRN1", "RIGHT^NAME");
        change.Prior.Add(new MappedIdentifier("MRN2", "MERCY", TypeCode: "MR"));

        Assert.Equal(AcknowledgmentCode.AA, _clinic.Event("A47", change).Code);
        _clinic.Event("A08", Named("MRN1", "LATER^NAME"));

        Assert.Equal("LATER^NAME", NameOf("MRN1"));
    }

    private void AssertLeft(ClinicAnswer outcome)
    {
        Assert.Equal(AcknowledgmentCode.AA, outcome.Code);
        var problem = Assert.Single(outcome.Problems, static p => p.Code == 204);
        Assert.Equal((Severity.Warning, "PID^1^3"), (problem.Severity, problem.Location!.ToString()));
        Assert.Equal("RIGHT^NAME", NameOf("MRN2"));
        Assert.Equal("MRN2", _clinic.Patient("MRN2").Identifiers.Single(static held => held.IsPrimary).Identifier.Value);
        Assert.True(_clinic.Patient("MRN2").Active);
    }

    private string? NameOf(string id) => Attributes.Read(_clinic.Patient(id).Attributes).GetString(Tags.PatientName);

    private MappedPatient Named(string id, string name) => _clinic.Person(id, name);
}
