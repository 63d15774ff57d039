using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Hl7v2;
using CloudPacs.Integration.Tests.Orders;
using CloudPacs.Mapping;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Translation;
using Xunit;
using Severity = CloudPacs.Hl7v2.Severity;

namespace CloudPacs.Integration.Tests.Patients;

public class PatientMessageTests
{
    private readonly Clinic _clinic = new();

    [Theory]
    [InlineData("A01", "in-progress")]
    [InlineData("A02", "in-progress")]
    [InlineData("A03", "finished")]
    [InlineData("A04", "arrived")]
    [InlineData("A05", "planned")]
    [InlineData("A06", "in-progress")]
    [InlineData("A07", "in-progress")]
    [InlineData("A08", "unknown")]
    [InlineData("A09", "arrived")]
    [InlineData("A10", "arrived")]
    [InlineData("A11", "cancelled")]
    [InlineData("A12", "in-progress")]
    [InlineData("A13", "in-progress")]
    [InlineData("A14", "planned")]
    [InlineData("A27", "cancelled")]
    [InlineData("A38", "cancelled")]
    public void Each_admission_event_gives_the_visit_its_status(string trigger, string status)
    {
        var outcome = _clinic.Event(trigger);

        Assert.Equal(AcknowledgmentCode.AA, outcome.Code);
        Assert.Equal(status, _clinic.Workspace.FindVisit(new Identifier("VN1", "MERCY"), null)!.Status);
    }

    [Fact]
    public void A_discharge_that_is_cancelled_opens_the_visit_again_and_an_update_keeps_its_status()
    {
        _clinic.Event("A01");
        _clinic.Event("A03");
        _clinic.Event("A13");
        _clinic.Event("A08");

        Assert.Equal("in-progress", _clinic.Workspace.FindVisit(new Identifier("VN1", "MERCY"), null)!.Status);
    }

    [Theory]
    [InlineData("A28")]
    [InlineData("A31")]
    public void Person_events_make_no_visit(string trigger)
    {
        _clinic.Event(trigger);

        Assert.Empty(_clinic.Workspace.VisitsOf(_clinic.Patient("MRN1").Id));
    }

    [Fact]
    public void Every_event_of_the_table_ends_without_an_exception_for_known_and_for_unknown_patients()
    {
        foreach (var trigger in PatientEventTable.Events.Keys)
        {
            var stranger = new Clinic().Event(trigger, Changing("MRN1", "MRN9"), Changing("MRN2", "MRN8"));
            _clinic.Event("A01", _clinic.Person("MRN1"));
            _clinic.Event("A01", _clinic.Person("MRN9", visit: "VN9"));
            var known = _clinic.Event(trigger, Changing("MRN1", "MRN9"), Changing("MRN2", "MRN8"));
            Assert.Equal(stranger.HasErrors, !stranger.IsKept);
            Assert.Equal(known.HasErrors, !known.IsKept);
        }
    }

    [Fact]
    public void New_demographics_flag_entries_whose_images_may_show_the_old_ones()
    {
        _clinic.Given(StepState.Completed);
        _clinic.Send(new GroupText { Placer = "P2" });

        var outcome = _clinic.Event("A08", _clinic.Person(name: "VERMA^RAHUL"));
        var again = _clinic.Event("A08", _clinic.Person(name: "VERMA^RAHUL"));

        Assert.Equal([true, false], _clinic.Steps.Select(s => s.Flags.Contains("demographics-changed")));
        Assert.Contains("demographics-changed", outcome.Flags);
        Assert.Empty(again.Audit);
        Assert.Equal("VERMA^RAHUL", Attributes.Read(_clinic.Patient("MRN1").Attributes).GetString(Tags.PatientName));
    }

    [Fact]
    public void Identifiers_of_the_authorities_named_are_replaced_and_others_stay()
    {
        var first = _clinic.Person();
        first.Others.AddRange([new MappedIdentifier("OLD", "MERCY", TypeCode: "PI"), new MappedIdentifier("N1", "GOV", TypeCode: "NI")]);
        _clinic.Event("A08", first);

        _clinic.Event("A08", _clinic.Person());

        Assert.Equal(["MRN1", "N1"], _clinic.Patient("MRN1").Identifiers.Select(i => i.Identifier.Value));
        Assert.True(_clinic.Patient("MRN1").Identifiers[0].IsPrimary);
    }

    [Fact]
    public void A_patient_is_known_by_another_id_but_two_numbers_of_one_hospital_are_two_patients()
    {
        var person = _clinic.Person();
        person.Others.Add(new MappedIdentifier("N1", "GOV", TypeCode: "NI"));
        _clinic.Event("A08", person);
        var fromRis = _clinic.Person("R7");
        fromRis.Primary = new MappedIdentifier("R7", "RIS");
        fromRis.Others.Add(new MappedIdentifier("N1", "GOV", TypeCode: "NI"));
        _clinic.Event("A08", fromRis);
        var twice = _clinic.Person("MRN2");
        twice.Others.Add(new MappedIdentifier("N1", "GOV", TypeCode: "NI"));

        var outcome = _clinic.Event("A08", twice);

        Assert.Equal(_clinic.Patient("MRN1").Id, _clinic.Workspace.FindPatients(new Identifier("R7", "RIS"))[0].Id);
        Assert.NotEqual(_clinic.Patient("MRN1").Id, _clinic.Patient("MRN2").Id);
        Assert.Equal(205, Assert.Single(outcome.Problems).Code);
    }

    [Fact]
    public void An_id_without_authority_is_one_of_the_senders()
    {
        _clinic.Policy = _clinic.Policy with { DefaultAuthority = "1.2.3.4" };
        var person = _clinic.Person();
        person.Primary = new MappedIdentifier("MRN5");

        _clinic.Event("A08", person);

        Assert.Single(_clinic.Workspace.FindPatients(new Identifier("MRN5", null, "1.2.3.4")));
        Assert.Empty(_clinic.Workspace.FindPatients(new Identifier("MRN5", "OTHER")));
    }

    [Theory]
    [InlineData(true, StepState.Arrived, StepState.Scheduled, StepState.Scheduled)]
    [InlineData(false, StepState.Scheduled, StepState.Scheduled, StepState.Scheduled)]
    public void An_arrival_event_of_the_site_makes_todays_entries_of_the_visit_arrived(bool isOn, StepState today, StepState tomorrow, StepState otherVisit)
    {
        _clinic.Policy = _clinic.Policy with { ArrivalEvents = isOn ? ["A04"] : [] };
        _clinic.Send(new GroupText { Placer = "P1" });
        _clinic.Send(new GroupText { Placer = "P2", Start = new DateTime(2026, 3, 11, 9, 0, 0) });
        _clinic.VisitNumber = "VN2";
        _clinic.Send(new GroupText { Placer = "P3" });
        _clinic.VisitNumber = "VN1";

        _clinic.Event("A04");

        Assert.Equal([today, tomorrow, otherVisit], _clinic.Steps.Select(s => s.StepState));
    }

    [Theory]
    [InlineData("flag", StepState.Scheduled)]
    [InlineData("hold", StepState.OnHold)]
    [InlineData("cancel", StepState.Canceled)]
    public void A_cancelled_admission_does_what_the_site_says(string rule, StepState expected)
    {
        _clinic.Policy = _clinic.Policy with { CanceledAdmission = rule };
        _clinic.Send(new GroupText());

        _clinic.Event("A11");

        Assert.Equal(expected, _clinic.Step.StepState);
        Assert.Contains("admission-canceled", _clinic.Step.Flags);
    }

    [Fact]
    public void A_discharge_moves_arrived_entries_where_the_site_says_so()
    {
        _clinic.Given(StepState.Arrived);
        _clinic.Event("A03");
        var before = _clinic.Step.StepState;
        _clinic.Policy = _clinic.Policy with { DischargeDeparts = true };
        _clinic.Event("A03");

        Assert.Equal((StepState.Arrived, StepState.Departed), (before, _clinic.Step.StepState));
    }

    [Fact]
    public void Deletes_are_refused_while_entries_are_open()
    {
        _clinic.Send(new GroupText());
        var visit = _clinic.Event("A23");
        var person = _clinic.Event("A29");
        _clinic.Send(new GroupText { Control = "CA", HasProcedure = false });
        var visitLater = _clinic.Event("A23");
        var personLater = _clinic.Event("A29");

        Assert.Equal((207, 207), (visit.Problems[0].Code, person.Problems[0].Code));
        Assert.Equal((AcknowledgmentCode.AA, AcknowledgmentCode.AA), (visitLater.Code, personLater.Code));
        Assert.Equal("entered-in-error", _clinic.Workspace.FindVisit(new Identifier("VN1", "MERCY"), null)!.Status);
        Assert.False(_clinic.Patient("MRN1").Active);
        Assert.Single(_clinic.Orders);
    }

    [Fact]
    public void An_unknown_event_is_accepted_with_a_warning_or_refused_where_the_site_is_strict()
    {
        var lenient = _clinic.Event("A99");
        _clinic.IsStrict = true;
        var strict = _clinic.Event("A99");

        Assert.Equal((AcknowledgmentCode.AA, Severity.Warning), (lenient.Code, Assert.Single(lenient.Problems).Severity));
        Assert.Equal((AcknowledgmentCode.AR, 201), (strict.Code, strict.Problems[0].Code));
        Assert.Empty(_clinic.Workspace.Changed);
    }

    private MappedPatient Changing(string id, string prior)
    {
        var person = _clinic.Person(id);
        person.Prior.Add(new MappedIdentifier(prior, "MERCY", TypeCode: "MR"));
        (person.PriorVisit, person.PriorAccount, person.Account) = (new MappedIdentifier("VN9", "MERCY"), new MappedIdentifier("AC9", "MERCY"), new MappedIdentifier("AC1", "MERCY"));
        return person;
    }
}
