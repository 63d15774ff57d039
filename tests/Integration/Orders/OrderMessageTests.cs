using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Hl7v2;
using CloudPacs.Integration.Resources;
using CloudPacs.Store.Orders;
using Xunit;
using Severity = CloudPacs.Hl7v2.Severity;

namespace CloudPacs.Integration.Tests.Orders;

public class OrderMessageTests
{
    private readonly Clinic clinic = new();

    [Fact]
    public void A_new_order_makes_a_patient_a_visit_and_one_entry_with_all_its_ids()
    {
        var outcome = clinic.Send(new GroupText());

        Assert.Equal(AcknowledgmentCode.AA, outcome.Code);
        Assert.Empty(outcome.Problems);
        Assert.Equal(StepState.Scheduled, clinic.Step.StepState);
        Assert.Equal("26031000001", clinic.Procedure.AccessionNumber.Value);
        Assert.Matches("^2\\.25\\.[1-9][0-9]{0,38}$", clinic.Procedure.StudyInstanceUid);
        Assert.Equal(clinic.Procedure.RequestedProcedureId + "-1", clinic.Step.StepId);
        Assert.Equal(clinic.Procedure.AccessionNumber, clinic.Order.FillerNumber);
        Assert.NotNull(clinic.Order.VisitId);
        Assert.Equal(["patient.created", "visit.created", "order.placed"], outcome.Audit.Select(a => a.Verb));
    }

    [Fact]
    public void Keys_stand_in_the_attributes_as_they_stand_in_the_rows()
    {
        clinic.Send(new GroupText { Accession = "A1", ProcedureId = "RP1", StepId = "S1", Filler = "F1" });

        var request = Attributes.Read(clinic.Procedure.Attributes);
        var step = Attributes.Read(clinic.Step.Attributes);
        Assert.Equal("A1", request.GetString(Tags.AccessionNumber));
        Assert.Equal("MERCY", request.GetItems(Tags.IssuerOfAccessionNumberSequence)[0].GetString(Tags.LocalNamespaceEntityId));
        Assert.Equal("RP1", request.GetString(Tags.RequestedProcedureId));
        Assert.Equal(clinic.Procedure.StudyInstanceUid, request.GetString(Tags.StudyInstanceUid));
        Assert.Equal("P1", request.GetString(Tags.PlacerOrderNumberImagingServiceRequest));
        Assert.Equal("F1", request.GetString(Tags.FillerOrderNumberImagingServiceRequest));
        Assert.Equal("S1", step.GetString(Tags.ScheduledProcedureStepId));
        Assert.Equal("20260310", step.GetString(Tags.ScheduledProcedureStepStartDate));
        Assert.Equal("093000", step.GetString(Tags.ScheduledProcedureStepStartTime));
        Assert.Equal("CT1", step.GetString(Tags.ScheduledStationAeTitle));
    }

    [Fact]
    public void The_same_order_again_changes_no_id_and_is_flagged()
    {
        clinic.Send(new GroupText());
        var (accession, uid, stepId) = (clinic.Procedure.AccessionNumber, clinic.Procedure.StudyInstanceUid, clinic.Step.StepId);

        var outcome = clinic.Send(new GroupText());

        Assert.Equal(AcknowledgmentCode.AA, outcome.Code);
        Assert.Contains("duplicate_new", outcome.Flags);
        Assert.Contains("duplicate_new", clinic.Step.Flags);
        Assert.Equal((accession, uid, stepId), (clinic.Procedure.AccessionNumber, clinic.Procedure.StudyInstanceUid, clinic.Step.StepId));
    }

    [Fact]
    public void The_same_order_gives_the_same_study_uid_in_another_store_with_the_same_namespace()
    {
        var other = new Clinic();
        other.Send(new GroupText { Placer = "P9" });

        clinic.Send(new GroupText());
        other.Send(new GroupText());

        Assert.Equal(clinic.Procedure.StudyInstanceUid, other.Orders[1].Procedures[0].StudyInstanceUid);
        Assert.NotEqual(clinic.Procedure.AccessionNumber, other.Orders[1].Procedures[0].AccessionNumber);
    }

    [Fact]
    public void An_update_keeps_what_is_absent_empties_what_is_null_and_replaces_what_has_a_value()
    {
        clinic.Send(new GroupText { Comment = "first" });
        clinic.Send(new GroupText { Control = "XO", Code = "CTABD", Station = null });
        var kept = Attributes.Read(clinic.Procedure.Attributes);
        clinic.Send(new GroupText { Control = "XO", Comment = "" });
        var emptied = Attributes.Read(clinic.Procedure.Attributes);

        Assert.Equal("first", kept.GetString(Tags.RequestedProcedureComments));
        Assert.Equal("Description of CTABD", kept.GetString(Tags.RequestedProcedureDescription));
        Assert.Equal(["CT1"], clinic.Step.StationAeTitles);
        Assert.True(emptied.TryGet(Tags.RequestedProcedureComments, out var element) && element.IsEmpty);
    }

    [Fact]
    public void A_step_under_way_takes_text_but_not_its_procedure_station_or_start()
    {
        clinic.Given(StepState.Started);

        var outcome = clinic.Send(new GroupText { Control = "XO", Code = "CTABD", Station = "CT2", Start = new DateTime(2026, 3, 11), Comment = "allergic", Accession = "A9" });

        var request = Attributes.Read(clinic.Procedure.Attributes);
        Assert.Equal(AcknowledgmentCode.AA, outcome.Code);
        Assert.All(outcome.Problems, p => Assert.Equal(Severity.Warning, p.Severity));
        Assert.NotEmpty(outcome.Problems);
        Assert.Equal("allergic", request.GetString(Tags.RequestedProcedureComments));
        Assert.Equal("Description of CTCHEST", request.GetString(Tags.RequestedProcedureDescription));
        Assert.Equal(["CT1"], clinic.Step.StationAeTitles);
        Assert.Equal(new DateTime(2026, 3, 10, 9, 30, 0), clinic.Step.Start);
        Assert.NotEqual("A9", clinic.Procedure.AccessionNumber.Value);
        Assert.Equal("UX", outcome.Replies[0].Control);
    }

    [Fact]
    public void All_groups_succeed_or_none_and_the_first_failing_one_is_named()
    {
        var outcome = clinic.Send(new GroupText { Placer = "P1" }, new GroupText { Placer = "P2", Control = "DC", HasProcedure = false }, new GroupText { Placer = "P3", Control = "ZZ" });

        Assert.Equal(AcknowledgmentCode.AE, outcome.Code);
        Assert.Equal((204, "ORC^2^2"), (outcome.Problems[0].Code, outcome.Problems[0].Location!.ToString()));
        Assert.Equal((103, "ORC^3^1"), (outcome.Problems[1].Code, outcome.Problems[1].Location!.ToString()));
        Assert.Empty(clinic.Workspace.Changed);
        Assert.Empty(outcome.Audit);
        Assert.Equal(["UA", "UD", "UA"], outcome.Replies.Select(r => r.Control));
    }

    [Fact]
    public void With_perGroup_the_good_groups_stay()
    {
        clinic.Policy = clinic.Policy with { PerGroup = true };

        var outcome = clinic.Send(new GroupText { Placer = "P1" }, new GroupText { Placer = "P2", Control = "DC", HasProcedure = false });

        Assert.Equal(AcknowledgmentCode.AE, outcome.Code);
        Assert.True(outcome.IsKept);
        Assert.Single(outcome.Problems);
        Assert.Equal("P1", clinic.Order.PlacerNumber!.Value.Value);
        Assert.Equal(["OK", "UD"], outcome.Replies.Select(r => r.Control));
    }

    [Fact]
    public void A_cancel_that_comes_first_closes_its_order_when_it_comes_within_a_day()
    {
        var cancel = clinic.Send(new GroupText { Control = "CA", HasProcedure = false });
        clinic.Now = clinic.Now.AddHours(23);

        var outcome = clinic.Send(new GroupText());

        Assert.Equal(AcknowledgmentCode.AA, cancel.Code);
        Assert.Equal(StepState.Canceled, clinic.Step.StepState);
        Assert.Contains(outcome.Problems, p => p.Severity == Severity.Warning);
        Assert.Equal("revoked", OrderStatus.ServiceRequest(clinic.Order));
    }

    [Theory]
    [InlineData(25, 0, StepState.Scheduled)]   // forgotten
    [InlineData(1, 1, StepState.Scheduled)]    // the order is later than the cancel: a new order under an old number
    [InlineData(1, 0, StepState.Canceled)]     // equal times: the cancel wins
    [InlineData(1, -1, StepState.Canceled)]
    public void A_remembered_cancel_holds_for_a_day_and_not_against_a_later_order(int hoursUntilReceipt, int minutesLater, StepState expected)
    {
        var at = clinic.Now;
        clinic.Send(new GroupText { Control = "CA", HasProcedure = false, Time = at });
        clinic.Now = clinic.Now.AddHours(hoursUntilReceipt);

        clinic.Send(new GroupText { Time = at.AddMinutes(minutesLater) });

        Assert.Equal(expected, clinic.Step.StepState);
    }

    [Fact]
    public void An_older_message_is_accepted_and_not_applied_and_times_of_two_kinds_are_never_compared()
    {
        var at = clinic.Now;
        clinic.Send(new GroupText { Time = at });
        clinic.PatientName = "OLD^NAME";
        var older = clinic.Send(new GroupText { Control = "CA", HasProcedure = false, Time = at.AddMinutes(-1) });
        var name = Attributes.Read(clinic.Patient("MRN1").Attributes).GetString(Tags.PatientName);
        clinic.MessageTime = at.AddHours(-1);
        var incomparable = clinic.Send(new GroupText { Control = "CA", HasProcedure = false });

        Assert.Equal(AcknowledgmentCode.AA, older.Code);
        Assert.Contains("stale", older.Flags);
        Assert.Equal("SHARMA^RAHUL", name);
        Assert.DoesNotContain("stale", incomparable.Flags);
        Assert.Equal(StepState.Canceled, clinic.Step.StepState);
    }

    [Fact]
    public void An_update_of_an_unknown_order_is_refused_where_upsert_is_off()
    {
        clinic.Policy = clinic.Policy with { Upsert = false };

        Assert.Equal(204, clinic.Send(new GroupText { Control = "XO" }).Problems[0].Code);
        Assert.Equal(204, clinic.Send(new GroupText { Control = "SC", Status = "SC" }).Problems[0].Code);
        Assert.Equal(AcknowledgmentCode.AA, clinic.Send(new GroupText()).Code);
    }

    [Fact]
    public void An_order_without_a_step_is_never_a_silent_AA()
    {
        var refused = clinic.Send(new GroupText { HasProcedure = false });
        clinic.Policy = clinic.Policy with { AllowNoStep = true };
        var warned = clinic.Send(new GroupText { HasProcedure = false });

        Assert.Equal((AcknowledgmentCode.AE, 100, "OBR^1"), (refused.Code, refused.Problems[0].Code, refused.Problems[0].Location!.ToString()));
        Assert.Equal(AcknowledgmentCode.AA, warned.Code);
        Assert.Equal(Severity.Warning, Assert.Single(warned.Problems).Severity);
        Assert.Empty(clinic.Steps);
    }

    [Fact]
    public void A_missing_modality_is_a_fault_of_an_order_but_not_of_a_cancel()
    {
        var order = clinic.Send(new GroupText { Modality = null });
        clinic.Given(StepState.Scheduled);
        var cancel = clinic.Send(new GroupText { Control = "CA", Modality = null });

        Assert.Equal((101, "OBR^1^24"), (order.Problems[0].Code, order.Problems[0].Location!.ToString()));
        Assert.Equal(AcknowledgmentCode.AA, cancel.Code);
        Assert.Equal("CT", clinic.Step.Modality);
    }

    [Fact]
    public void A_missing_start_is_the_time_of_receipt_and_a_missing_station_is_flagged_until_they_come()
    {
        var first = clinic.Send(new GroupText { Start = null, Station = null });
        var (start, flags) = (clinic.Step.Start, clinic.Step.Flags.Order().ToList());
        clinic.Send(new GroupText { Control = "SC", Status = "SC", Start = new DateTime(2026, 3, 12, 10, 0, 0), Station = "CT2" });

        Assert.Equal(new DateTime(2026, 3, 10, 8, 30, 20), start);
        Assert.Equal(["no-station", "unscheduled-time"], flags);
        Assert.Superset(flags.ToHashSet(), first.Flags.ToHashSet());
        Assert.Empty(clinic.Step.Flags);
        Assert.Equal(["CT2"], clinic.Step.StationAeTitles);
    }

    [Fact]
    public void A_new_date_revives_an_expired_entry()
    {
        clinic.Given(StepState.Expired);

        clinic.Send(new GroupText { Control = "XO", Start = new DateTime(2026, 3, 20, 9, 0, 0) });

        Assert.Equal(StepState.Scheduled, clinic.Step.StepState);
    }

    [Fact]
    public void A_cancel_of_an_order_with_a_step_under_way_is_refused_and_a_discontinue_stops_the_rest()
    {
        clinic.Send(new GroupText { Accession = "A1", StepId = "S1" }, new GroupText { Accession = "A1", StepId = "S2" });
        clinic.Steps[0].StepState = StepState.Completed;

        var cancel = clinic.Send(new GroupText { Control = "CA", HasProcedure = false });
        var stop = clinic.Send(new GroupText { Control = "DC", HasProcedure = false });

        Assert.Equal((207, "UC"), (cancel.Problems[0].Code, cancel.Replies[0].Control));
        Assert.Equal((AcknowledgmentCode.AA, "DR"), (stop.Code, stop.Replies[0].Control));
        Assert.Equal([StepState.Completed, StepState.Discontinued], clinic.Steps.Select(s => s.StepState));
        Assert.Equal("completed", OrderStatus.ServiceRequest(clinic.Order));
    }

    [Fact]
    public void Generated_numbers_go_into_the_answer()
    {
        var reply = Assert.Single(clinic.Send(new GroupText()).Replies);

        Assert.Equal(("OK", "SC", "P1", "26031000001"), (reply.Control, reply.Status, reply.PlacerNumber!.Value.Value, reply.FillerNumber!.Value.Value));
        Assert.Equal(new StepKeys(clinic.Procedure.AccessionNumber, clinic.Procedure.RequestedProcedureId, clinic.Procedure.StudyInstanceUid, clinic.Step.StepId), Assert.Single(reply.Steps));
    }
}
