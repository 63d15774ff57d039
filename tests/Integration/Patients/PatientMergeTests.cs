using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Hl7v2;
using CloudPacs.Integration.Tests.Orders;
using CloudPacs.Mapping;
using CloudPacs.Settings;
using CloudPacs.Store;
using CloudPacs.Store.Patients;
using CloudPacs.Worklist;
using Xunit;
using Severity = CloudPacs.Hl7v2.Severity;

namespace CloudPacs.Integration.Tests.Patients;

public class PatientMergeTests
{
    private readonly Clinic _clinic = new();

    [Theory]
    [InlineData("A40")]
    [InlineData("A18")]
    [InlineData("A34")]
    [InlineData("A36")]
    [InlineData("A30")]
    [InlineData("A39")]
    public void A_merge_moves_orders_and_visits_and_retires_the_prior_patient(string trigger)
    {
        _clinic.Send(new GroupText());
        var prior = _clinic.Patient("MRN1");

        var outcome = _clinic.Event(trigger, Merging("MRN2", "MRN1"));

        var survivor = _clinic.Patient("MRN2");
        Assert.Equal(AcknowledgmentCode.AA, outcome.Code);
        Assert.Equal((false, survivor.Id), (prior.Active, prior.MergedInto));
        Assert.Equal(survivor.Id, _clinic.Order.PatientId);
        Assert.Equal(survivor.Id, _clinic.Workspace.Visit(_clinic.Order.VisitId!.Value)!.PatientId);
        Assert.Contains(survivor.Identifiers, i => i.IsPrior && i.Identifier.Value == "MRN1");
        Assert.Contains(outcome.Audit, a => a.Verb == "patient.merged");
        var log = Assert.Single(_clinic.Workspace.Changed.OfType<MergeLogRow>());
        Assert.Equal((trigger, prior.Id, survivor.Id), (log.Kind, log.PriorPatientId, log.SurvivingPatientId));
    }

    [Fact]
    public void Chains_lead_to_the_last_and_later_messages_for_a_retired_id_go_there()
    {
        _clinic.Event("A08", _clinic.Person("MRN1"));
        _clinic.Event("A40", Merging("MRN2", "MRN1"));
        _clinic.Event("A40", Merging("MRN3", "MRN2"));

        _clinic.Send(new GroupText());

        var last = _clinic.Patient("MRN3");
        Assert.Equal(last.Id, _clinic.Patient("MRN1").Id);
        Assert.Equal(last.Id, _clinic.Order.PatientId);
        Assert.Equal("MRN3", last.Identifiers.Single(i => i.IsPrimary).Identifier.Value);
        Assert.Equal("MRN3", Attributes.Read(last.Attributes).GetString(Tags.PatientId));
    }

    [Fact]
    public void A_message_for_a_retired_id_is_refused_where_the_policy_says_so()
    {
        _clinic.Event("A08", _clinic.Person("MRN1"));
        _clinic.Event("A40", Merging("MRN2", "MRN1"));
        _clinic.Policy = _clinic.Policy with { MergeRedirect = "reject" };

        var outcome = _clinic.Event("A08", _clinic.Person("MRN1"));

        Assert.Equal((AcknowledgmentCode.AE, 204), (outcome.Code, outcome.Problems[0].Code));
    }

    [Fact]
    public void A_merge_into_itself_and_a_circle_are_refused_and_a_repetition_is_not()
    {
        _clinic.Event("A08", _clinic.Person("MRN1"));
        var self = _clinic.Event("A40", Merging("MRN1", "MRN1"));
        _clinic.Event("A40", Merging("MRN2", "MRN1"));
        var circle = _clinic.Event("A40", Merging("MRN1", "MRN2"));
        var again = _clinic.Event("A40", Merging("MRN2", "MRN1"));

        Assert.Equal((205, "MRG^1^1"), (self.Problems[0].Code, self.Problems[0].Location!.ToString()));
        Assert.Equal((205, "PID^1^3"), (circle.Problems[0].Code, circle.Problems[0].Location!.ToString()));
        Assert.Equal((AcknowledgmentCode.AA, Severity.Warning), (again.Code, again.Problems[0].Severity));
        Assert.True(_clinic.Patient("MRN2").Active);
    }

    [Fact]
    public void An_unknown_prior_is_a_warning_and_an_unknown_survivor_is_created()
    {
        var unknown = _clinic.Event("A40", Merging("MRN2", "MRN1"));
        _clinic.Event("A08", _clinic.Person("MRN5"));
        var survivor = _clinic.Event("A40", Merging("MRN6", "MRN5"));
        _clinic.IsStrict = true;
        var strict = _clinic.Event("A40", Merging("MRN2", "MRN9"));

        Assert.Equal((AcknowledgmentCode.AA, 204), (unknown.Code, unknown.Problems[0].Code));
        Assert.Equal(AcknowledgmentCode.AA, survivor.Code);
        Assert.Equal(_clinic.Patient("MRN6").Id, _clinic.Patient("MRN5").Id);
        Assert.Equal((AcknowledgmentCode.AE, 204), (strict.Code, strict.Problems[0].Code));
    }

    [Fact]
    public void Several_pairs_are_merged_all_or_none()
    {
        _clinic.Event("A08", _clinic.Person("MRN1"));
        _clinic.Event("A08", _clinic.Person("MRN3"));
        var bad = _clinic.Event("A40", Merging("MRN2", "MRN1"), Merging("MRN4", "MRN4", 2));
        var untouched = _clinic.Patient("MRN1").MergedInto;
        var good = _clinic.Event("A40", Merging("MRN2", "MRN1"), Merging("MRN4", "MRN3", 2));

        Assert.Equal("MRG^2^1", bad.Problems[0].Location!.ToString());
        Assert.Null(untouched);
        Assert.Equal(AcknowledgmentCode.AA, good.Code);
        Assert.Equal(_clinic.Patient("MRN2").Id, _clinic.Patient("MRN1").Id);
        Assert.Equal(_clinic.Patient("MRN4").Id, _clinic.Patient("MRN3").Id);
    }

    [Fact]
    public void A_link_and_its_end_change_no_entry()
    {
        _clinic.Send(new GroupText());
        _clinic.Event("A24", _clinic.Person("MRN1"), _clinic.Person("MRN2", occurrence: 2));
        var linked = _clinic.Patient("MRN2").LinkedTo.Contains(_clinic.Patient("MRN1").Id);
        _clinic.Event("A37", _clinic.Person("MRN1"), _clinic.Person("MRN2", occurrence: 2));
        var again = _clinic.Event("A37", _clinic.Person("MRN1"), _clinic.Person("MRN2", occurrence: 2));

        Assert.True(linked);
        Assert.Empty(_clinic.Patient("MRN1").LinkedTo);
        Assert.Equal(204, Assert.Single(again.Problems, static problem => problem.Location!.Segment == "PID").Code);
        Assert.Equal(_clinic.Patient("MRN1").Id, _clinic.Order.PatientId);
        Assert.Equal("PID^2", _clinic.Event("A24").Problems[0].Location!.ToString());
    }

    [Theory]
    [InlineData("A47")]
    [InlineData("A46")]
    public void A_changed_id_names_the_same_patient_and_may_not_be_that_of_another(string trigger)
    {
        _clinic.Event("A08", _clinic.Person("MRN1"));
        _clinic.Event("A08", _clinic.Person("MRN3"));
        var id = _clinic.Patient("MRN1").Id;
        var changed = _clinic.Event(trigger, Merging("MRN2", "MRN1"));
        var taken = _clinic.Event(trigger, Merging("MRN3", "MRN2"));

        Assert.Equal(AcknowledgmentCode.AA, changed.Code);
        Assert.Equal((id, id), (_clinic.Patient("MRN2").Id, _clinic.Patient("MRN1").Id));
        Assert.Equal("MRN2", Attributes.Read(_clinic.Patient("MRN2").Attributes).GetString(Tags.PatientId));
        Assert.Equal((205, "PID^1^3"), (taken.Problems[0].Code, taken.Problems[0].Location!.ToString()));
    }

    [Fact]
    public void A_moved_id_takes_its_orders_along()
    {
        _clinic.Send(new GroupText());

        var outcome = _clinic.Event("A43", Merging("MRN2", "MRN1"));

        Assert.Equal(AcknowledgmentCode.AA, outcome.Code);
        Assert.Equal(_clinic.Patient("MRN2").Id, _clinic.Order.PatientId);
        Assert.Equal(_clinic.Patient("MRN2").Id, _clinic.Patient("MRN1").Id);
        Assert.Single(_clinic.Workspace.Changed.OfType<MergeLogRow>());
    }

    [Fact]
    public void A_patient_whose_only_id_was_moved_leaves_the_worklist_in_peace()
    {
        _clinic.Send(new GroupText());

        _clinic.Event("A43", Merging("MRN2", "MRN1"));

        var changes = EntryCollector.Collect(_clinic.Workspace, _clinic.Workspace.Changed, new EntryFactory(new WorklistSettings(), CloudPacs.Integration.Tests.Messages.Pipeline.Zone), revision: 1);
        Assert.Equal("MRN2", Assert.Single(changes!.Entries).Patient.PatientId);
        Assert.Equal("MRN2", Assert.Single(changes.Patients).PatientId);
    }

    [Fact]
    public void A_moved_visit_takes_its_orders_along_and_leaves_the_others()
    {
        _clinic.Send(new GroupText());
        _clinic.VisitNumber = "VN2";
        _clinic.Send(new GroupText { Placer = "P2" });
        var moving = Merging("MRN2", "MRN1");
        (moving.Visit, moving.PriorVisit) = (new MappedIdentifier("VN3", "MERCY"), new MappedIdentifier("VN1", "MERCY"));

        _clinic.Event("A45", moving);

        Assert.Equal(["MRN2", "MRN1"], _clinic.Orders.OrderBy(o => o.PlacerNumber!.Value.Value)
            .Select(o => _clinic.Workspace.Patient(o.PatientId)!.Identifiers[0].Identifier.Value));
        Assert.Equal("VN3", _clinic.Workspace.Visit(_clinic.Workspace.FindByPlacer(new Identifier("P1", "HIS"))[0].VisitId!.Value)!.Number.Value);
    }

    [Theory]
    [InlineData("A42", false)]
    [InlineData("A41", true)]
    [InlineData("A35", true)]
    public void Merged_visits_and_accounts_hand_their_orders_over(string trigger, bool ofAccount)
    {
        _clinic.Send(new GroupText());
        _clinic.Event("A01", _clinic.Person(visit: "VN2"));

        _clinic.Event(trigger, Renumbering("VN2", "VN1", ofAccount));

        Assert.Equal("VN2", _clinic.Workspace.Visit(_clinic.Order.VisitId!.Value)!.Number.Value);
        Assert.Equal("entered-in-error", _clinic.Workspace.FindVisit(new Identifier("VN1", "MERCY"), null)!.Status);
    }

    [Theory]
    [InlineData("A50", false)]
    [InlineData("A51", false)]
    [InlineData("A49", true)]
    public void A_renumbered_visit_is_the_same_visit_and_its_number_goes_to_the_worklist(string trigger, bool ofAccount)
    {
        _clinic.Send(new GroupText());
        var id = _clinic.Order.VisitId;

        var outcome = _clinic.Event(trigger, Renumbering("VN2", "VN1", ofAccount));
        _clinic.Event("A01", _clinic.Person("MRN7", visit: "VN7"));
        var taken = _clinic.Event(trigger, Renumbering("VN7", "VN2", ofAccount));

        var visit = _clinic.Workspace.Visit(id!.Value)!;
        Assert.Equal(AcknowledgmentCode.AA, outcome.Code);
        Assert.Equal("VN2", visit.Number.Value);
        Assert.Equal("VN2", Attributes.Read(visit.Attributes).GetString(Tags.AdmissionId));
        Assert.Equal(205, taken.Problems[0].Code);
    }

    private MappedPatient Merging(string id, string prior, int occurrence = 1)
    {
        var person = _clinic.Person(id, occurrence: occurrence);
        person.Visit = null;
        person.Prior.Add(new MappedIdentifier(prior, "MERCY", TypeCode: "MR"));
        return person;
    }

    private MappedPatient Renumbering(string number, string prior, bool ofAccount)
    {
        var person = _clinic.Person();
        person.Visit = ofAccount ? null : new MappedIdentifier(number, "MERCY");
        if (ofAccount) (person.Account, person.PriorAccount) = (new MappedIdentifier(number, "MERCY"), new MappedIdentifier(prior, "MERCY"));
        else person.PriorVisit = new MappedIdentifier(prior, "MERCY");
        return person;
    }
}
