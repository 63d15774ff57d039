using CloudPacs.Dicom;
using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Domain.Performed;
using CloudPacs.Domain.Studies;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Performed;
using CloudPacs.Store.Studies;
using Xunit;

namespace CloudPacs.Domain.Tests;

/// <summary>A study that was made without an order gets one; its step is what was performed, and never on the worklist.</summary>
public class OrderedStudyTests
{
    private readonly Hospital _hospital = new();

    public OrderedStudyTests() => _hospital.Give(new UpdatePatient { Patient = Hospital.Patient() });

    private StudyRow Study => Assert.Single(_hospital.Workspace.Rows.OfType<StudyRow>());

    private OrderRow Order => Assert.Single(_hospital.Orders);

    private ProcedureRow Procedure => Assert.Single(Order.Procedures);

    private StepRow Step => Assert.Single(Procedure.Steps);

    [Fact]
    public void The_order_is_what_the_images_say()
    {
        var code = new DataSet().Set(Tags.CodeValue, "CTHEAD").Set(Tags.CodingSchemeDesignator, "99RIS").Set(Tags.CodeMeaning, "CT head");
        _hospital.Store(header: Hospital.Accession("EMG1", "CONSOLE").Set(Tags.StudyDescription, "Head, trauma").Set(Tags.StudyDate, "20260310")
            .Set(Tags.StudyTime, "021500").Set(Tags.ReferringPhysicianName, "IYER^SURESH").SetSequence(Tags.ProcedureCodeSequence, code));

        var acts = Give(new OrderStudy { StudyInstanceUid = "1.1", Reason = "walk-in" });

        Assert.Equal(["order.placed", "study.linked", "procedure.unscheduled", "step.was-started", "step.was-completed"], acts);
        Assert.Equal((Study.PatientId!.Value, "EMG1", (string?)null), (Order.PatientId, Order.FillerNumber?.Value, Order.PlacerNumber?.Value));
        Assert.Equal(("1.1", new Identifier("EMG1", "CONSOLE")), (Procedure.StudyInstanceUid, Procedure.AccessionNumber));
        var asked = Attributes.Read(Procedure.Attributes);
        Assert.Equal(("Head, trauma", "IYER^SURESH"), (asked.GetString(Tags.RequestedProcedureDescription), asked.GetString(Tags.ReferringPhysicianName)));
        Assert.Equal("CTHEAD", Assert.Single(asked.GetItems(Tags.RequestedProcedureCodeSequence)).GetString(Tags.CodeValue));
        Assert.Equal((StepState.Completed, "CT", new DateTimeOffset(2026, 3, 10, 2, 15, 0, TimeSpan.Zero)), (Step.StepState, Step.Modality, Step.Start));
        var link = Assert.Single(Study.Links);
        Assert.Equal((LinkRule.Person, LinkState.Linked, "test", "walk-in"), (link.Rule, link.LinkState, link.DecidedBy, link.Reason));
        Assert.False(Study.IsUndecided);
    }

    [Fact]
    public void What_the_operator_says_counts_more_and_a_number_that_nobody_says_is_made()
    {
        _hospital.Store(header: new DataSet().Set(Tags.StudyDescription, "Head").Set(Tags.StudyDate, "20260310"));

        var acts = Give(new OrderStudy
        {
            StudyInstanceUid = "1.1", PlacerNumber = new Identifier("HIS7"), Modality = "MR", Description = "Spine", Start = new DateTime(2026, 3, 9, 23, 50, 0),
        });

        // The placer has given it a number, and so knows of it.
        Assert.Equal(["procedure.numbered", "order.placed", "study.linked", "step.was-started", "step.was-completed"], acts);
        Assert.NotEmpty(Procedure.AccessionNumber.Value);
        Assert.Equal(("HIS7", Procedure.AccessionNumber.Value), (Order.PlacerNumber?.Value, Order.FillerNumber?.Value));
        Assert.Equal(("MR", new DateTimeOffset(2026, 3, 9, 23, 50, 0, TimeSpan.Zero)), (Step.Modality, Step.Start));
        Assert.Equal("Spine", Attributes.Read(Procedure.Attributes).GetString(Tags.RequestedProcedureDescription));
    }

    [Fact]
    public void The_same_once_more_changes_nothing_and_says_the_same()
    {
        _hospital.Store(header: new DataSet().Set(Tags.StudyDescription, "Head"));
        var first = Decide(new OrderStudy { StudyInstanceUid = "1.1" }).Orders;

        var again = Decide(new OrderStudy { StudyInstanceUid = "1.1" });

        Assert.Empty(again.Problems);
        Assert.Empty(again.Audit);
        Assert.Equal(first[0].Steps, again.Orders[0].Steps);
        Assert.Equal(StepState.Completed, again.Orders[0].State);
        AssertRefused("STU-039", new OrderStudy { StudyInstanceUid = "1.1", AccessionNumber = new Identifier("OTHER") });
        Assert.Single(_hospital.Orders);
    }

    [Theory]
    [InlineData("IN PROGRESS", StepState.Started)]
    [InlineData("COMPLETED", StepState.Completed)]
    [InlineData("DISCONTINUED", StepState.Discontinued)]
    public void The_step_is_what_the_modality_reported(string status, StepState expected)
    {
        _hospital.Policy = new DomainPolicy { PerformedMayBeginEnded = true };
        var attributes = Hospital.Performed(status, new Identifier("MRN1", "MERCY"), new ScheduledReference { StudyInstanceUid = "1.1" });
        new PerformedCommands(_hospital.Context, new PerformedReport
        {
            SopInstanceUid = "1.9", Begins = true, State = Enum.Parse<PerformedState>(status.Replace(" ", "", StringComparison.Ordinal), ignoreCase: true),
            Start = Hospital.Morning, Attributes = attributes, Hash = 1,
        }).Apply(_hospital.Workspace);
        _hospital.Store(performed: "1.9", header: new DataSet().Set(Tags.StudyDescription, "Head"));

        Give(new OrderStudy { StudyInstanceUid = "1.1" });

        Assert.Equal(expected, Step.StepState);
        Assert.Equal([Step.Id], Assert.Single(_hospital.Workspace.Rows.OfType<PerformedStepRow>()).StepIds);
    }

    [Fact]
    public void Another_study_of_the_examination_that_shows_the_number_is_of_the_order_too()
    {
        _hospital.Store(header: Hospital.Accession("EMG1", null).Set(Tags.StudyDescription, "Head"));
        _hospital.Store(study: "1.2", series: "1.2.1", instance: "1.2.1.1", header: Hospital.Accession("EMG1", null));

        Give(new OrderStudy { StudyInstanceUid = "1.1" });

        Assert.All(_hospital.Workspace.Rows.OfType<StudyRow>(), study => Assert.Equal(Order.Id, Assert.Single(study.Links).OrderId));
    }

    [Fact]
    public void A_study_that_has_an_order_gets_no_other_one()
    {
        _hospital.Give(Hospital.Order(OrderRequest.Place, accession: "ACC1"));
        _hospital.Store(header: Hospital.Accession("ACC1", "MERCY"));

        AssertRefused("STU-039", new OrderStudy { StudyInstanceUid = "1.1" });
    }

    [Fact]
    public void A_number_of_another_order_is_not_given_twice_and_one_that_was_typed_wrong_is_left_out()
    {
        new OrderCommands(_hospital.Context, [Hospital.Patient("MRN2", "OTHER^ONE")], [Hospital.Order(OrderRequest.Place, accession: "ACC1")]).Apply(_hospital.Workspace);
        var other = Order;
        _hospital.Store(header: Hospital.Accession("ACC1", "MERCY").Set(Tags.StudyDescription, "Head"));

        AssertRefused("STU-060", new OrderStudy { StudyInstanceUid = "1.1" });
        Decide(new RejectOrder { StudyInstanceUid = "1.1" });
        AssertRefused("STU-061", new OrderStudy { StudyInstanceUid = "1.1", AccessionNumber = new Identifier("ACC1") });
        AssertRefused("STU-061", new OrderStudy { StudyInstanceUid = "1.1", PlacerNumber = new Identifier("P1") });

        Give(new OrderStudy { StudyInstanceUid = "1.1" });

        var placed = Assert.Single(_hospital.Orders, order => order != other);
        Assert.NotEqual("ACC1", placed.Procedures[0].AccessionNumber.Value);
    }

    [Fact]
    public void An_order_that_was_placed_for_a_study_alone_was_entered_in_error_when_the_study_is_not_of_it_until_that_is_taken_back()
    {
        _hospital.Store(header: Hospital.Accession("EMG1", "CONSOLE"));
        Give(new OrderStudy { StudyInstanceUid = "1.1", Description = "Head", Reason = "walk-in" });

        var acts = Decide(new RejectOrder { StudyInstanceUid = "1.1", Reason = "ordered already, as ACC7" }).Audit.Select(static act => act.Verb);

        Assert.True(Order.EnteredInError);
        Assert.Contains("order.entered-in-error", acts);
        Assert.True(Study.IsUndecided);
        Decide(new ReconsiderStudy { StudyInstanceUid = "1.1", Reason = "it was not" });
        Assert.False(Order.EnteredInError);
        Assert.Equal(LinkState.Linked, Assert.Single(Study.Links).LinkState);
    }

    [Fact]
    public void An_order_that_was_placed_and_has_a_placer_number_stays_and_that_is_told()
    {
        _hospital.Store(header: Hospital.Accession("EMG1", "CONSOLE"));
        Give(new OrderStudy { StudyInstanceUid = "1.1", Description = "Head", PlacerNumber = new Identifier("HIS7") });

        var outcome = Decide(new RejectOrder { StudyInstanceUid = "1.1", Reason = "wrong" });

        Assert.Equal((true, false), (outcome.IsKept, Order.EnteredInError));
        Assert.Equal(["STU-066"], outcome.Problems.Select(static problem => problem.Code));
    }

    [Fact]
    public void A_study_of_an_unknown_patient_or_on_hold_or_that_is_gone_is_refused()
    {
        _hospital.Store(patient: "MRN9");
        AssertRefused("STU-062", new OrderStudy { StudyInstanceUid = "1.1" });
        AssertRefused("STU-030", new OrderStudy { StudyInstanceUid = "9.9" });

        _hospital.Give(new UpdatePatient { Patient = Hospital.Patient("MRN9") });
        Decide(new HoldStudy { StudyInstanceUid = "1.1", Reason = "court" });
        AssertRefused("STU-063", new OrderStudy { StudyInstanceUid = "1.1" });

        Decide(new EndHold { StudyInstanceUid = "1.1", Reason = "over" });
        Decide(new DeleteInstances { StudyInstanceUid = "1.1", Reason = "phantom" });
        AssertRefused("STU-040", new OrderStudy { StudyInstanceUid = "1.1" });
        Assert.Empty(_hospital.Orders);
    }

    [Fact]
    public void A_step_without_words_or_a_series_of_images_is_placed_all_the_same()
    {
        _hospital.Store();

        var outcome = Decide(new OrderStudy { StudyInstanceUid = "1.1" });

        // Nobody is told what was done, which is told.
        Assert.True(outcome.IsKept);
        Assert.False(Assert.Single(outcome.Problems).IsError);
        Assert.Equal(new DateTimeOffset(2026, 3, 10, 8, 30, 20, TimeSpan.Zero), Step.Start);
    }

    private IReadOnlyList<string> Give(OrderStudy decision)
    {
        var outcome = Decide(decision);
        Assert.Empty(outcome.Problems);
        return [.. outcome.Audit.Select(static act => act.Verb)];
    }

    private Outcome Decide(StudyDecision decision) => new StudyDecisions(_hospital.Context, [decision]).Apply(_hospital.Workspace);

    private void AssertRefused(string code, StudyDecision decision)
    {
        var outcome = Decide(decision);
        Assert.Equal([code], outcome.Problems.Select(static problem => problem.Code));
        Assert.Same(decision, outcome.Problems[0].Part);
        Assert.False(outcome.IsKept);
    }
}
