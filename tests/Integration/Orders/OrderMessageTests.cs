using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Hl7v2;
using CloudPacs.Resources;
using CloudPacs.Store.Orders;
using Xunit;
using Severity = CloudPacs.Hl7v2.Severity;

namespace CloudPacs.Integration.Tests.Orders;

public class OrderMessageTests
{
    private readonly Clinic _clinic = new();

    [Fact]
    public void A_new_order_makes_a_patient_a_visit_and_one_entry_with_all_its_ids()
    {
        var outcome = _clinic.Send(new GroupText());

        Assert.Equal(AcknowledgmentCode.AA, outcome.Code);
        Assert.Empty(outcome.Problems);
        Assert.Equal(StepState.Scheduled, _clinic.Step.StepState);
        Assert.Equal("26031000001", _clinic.Procedure.AccessionNumber.Value);
        Assert.Matches("^2\\.25\\.[1-9][0-9]{0,38}$", _clinic.Procedure.StudyInstanceUid);
        Assert.Equal(_clinic.Procedure.RequestedProcedureId + "-1", _clinic.Step.StepId);
        Assert.Equal(_clinic.Procedure.AccessionNumber, _clinic.Order.FillerNumber);
        Assert.NotNull(_clinic.Order.VisitId);
        Assert.Equal(["patient.created", "visit.created", "procedure.numbered", "order.placed"], outcome.Audit.Select(a => a.Verb));
    }

    [Fact]
    public void Keys_stand_in_the_attributes_as_they_stand_in_the_rows()
    {
        _clinic.Send(new GroupText { Accession = "A1", ProcedureId = "RP1", StepId = "S1", Filler = "F1" });

        var request = Attributes.Read(_clinic.Procedure.Attributes);
        var step = Attributes.Read(_clinic.Step.Attributes);
        Assert.Equal("A1", request.GetString(Tags.AccessionNumber));
        Assert.Equal("MERCY", request.GetItems(Tags.IssuerOfAccessionNumberSequence)[0].GetString(Tags.LocalNamespaceEntityId));
        Assert.Equal("RP1", request.GetString(Tags.RequestedProcedureId));
        Assert.Equal(_clinic.Procedure.StudyInstanceUid, request.GetString(Tags.StudyInstanceUid));
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
        _clinic.Send(new GroupText());
        var (accession, uid, stepId) = (_clinic.Procedure.AccessionNumber, _clinic.Procedure.StudyInstanceUid, _clinic.Step.StepId);

        var outcome = _clinic.Send(new GroupText());

        Assert.Equal(AcknowledgmentCode.AA, outcome.Code);
        Assert.Contains("duplicate_new", outcome.Flags);
        Assert.Contains("duplicate_new", _clinic.Step.Flags);
        Assert.Equal((accession, uid, stepId), (_clinic.Procedure.AccessionNumber, _clinic.Procedure.StudyInstanceUid, _clinic.Step.StepId));
    }

    [Fact]
    public void The_same_order_gives_the_same_study_uid_in_another_store_with_the_same_namespace()
    {
        var other = new Clinic();
        other.Send(new GroupText { Placer = "P9" });

        _clinic.Send(new GroupText());
        other.Send(new GroupText());

        Assert.Equal(_clinic.Procedure.StudyInstanceUid, other.Orders[1].Procedures[0].StudyInstanceUid);
        Assert.NotEqual(_clinic.Procedure.AccessionNumber, other.Orders[1].Procedures[0].AccessionNumber);
    }

    [Fact]
    public void An_update_keeps_what_is_absent_empties_what_is_null_and_replaces_what_has_a_value()
    {
        _clinic.Send(new GroupText { Comment = "first" });
        _clinic.Send(new GroupText { Control = "XO", Code = "CTABD", Station = null });
        var kept = Attributes.Read(_clinic.Procedure.Attributes);
        _clinic.Send(new GroupText { Control = "XO", Comment = "" });
        var emptied = Attributes.Read(_clinic.Procedure.Attributes);

        Assert.Equal("first", kept.GetString(Tags.RequestedProcedureComments));
        Assert.Equal("Description of CTABD", kept.GetString(Tags.RequestedProcedureDescription));
        Assert.Equal(["CT1"], _clinic.Step.StationAeTitles);
        Assert.True(emptied.TryGet(Tags.RequestedProcedureComments, out var element) && element.IsEmpty);
    }

    [Fact]
    public void A_step_under_way_takes_text_but_not_its_procedure_station_or_start()
    {
        _clinic.Given(StepState.Started);

        var outcome = _clinic.Send(new GroupText { Control = "XO", Code = "CTABD", Station = "CT2", Start = new DateTime(2026, 3, 11), Comment = "allergic", Accession = "A9" });

        var request = Attributes.Read(_clinic.Procedure.Attributes);
        Assert.Equal(AcknowledgmentCode.AA, outcome.Code);
        Assert.All(outcome.Problems, p => Assert.Equal(Severity.Warning, p.Severity));
        Assert.NotEmpty(outcome.Problems);
        Assert.Equal("allergic", request.GetString(Tags.RequestedProcedureComments));
        Assert.Equal("Description of CTCHEST", request.GetString(Tags.RequestedProcedureDescription));
        Assert.Equal(["CT1"], _clinic.Step.StationAeTitles);
        Assert.Equal(new DateTime(2026, 3, 10, 9, 30, 0), _clinic.Start);
        Assert.NotEqual("A9", _clinic.Procedure.AccessionNumber.Value);
        Assert.Equal("UX", outcome.Replies[0].Control);
    }

    [Fact]
    public void All_groups_succeed_or_none_and_the_first_failing_one_is_named()
    {
        var outcome = _clinic.Send(new GroupText { Placer = "P1" }, new GroupText { Placer = "P2", Control = "DC", HasProcedure = false }, new GroupText { Placer = "P3", Control = "ZZ" });

        Assert.Equal(AcknowledgmentCode.AE, outcome.Code);
        Assert.Equal((204, "ORC^2^2"), (outcome.Problems[0].Code, outcome.Problems[0].Location!.ToString()));
        Assert.Equal((103, "ORC^3^1"), (outcome.Problems[1].Code, outcome.Problems[1].Location!.ToString()));
        Assert.Empty(_clinic.Workspace.Changed);
        Assert.Empty(outcome.Audit);
        Assert.Equal(["UA", "UD", "UA"], outcome.Replies.Select(r => r.Control));
    }

    [Fact]
    public void With_perGroup_the_good_groups_stay()
    {
        _clinic.Policy = _clinic.Policy with { PerGroup = true };

        var outcome = _clinic.Send(new GroupText { Placer = "P1" }, new GroupText { Placer = "P2", Control = "DC", HasProcedure = false });

        Assert.Equal(AcknowledgmentCode.AE, outcome.Code);
        Assert.True(outcome.IsKept);
        Assert.Single(outcome.Problems);
        Assert.Equal("P1", _clinic.Order.PlacerNumber!.Value.Value);
        Assert.Equal(["OK", "UD"], outcome.Replies.Select(r => r.Control));
    }

    [Fact]
    public void A_cancel_that_comes_first_closes_its_order_when_it_comes_within_a_day()
    {
        var cancel = _clinic.Send(new GroupText { Control = "CA", HasProcedure = false });
        _clinic.Now = _clinic.Now.AddHours(23);

        var outcome = _clinic.Send(new GroupText());

        Assert.Equal(AcknowledgmentCode.AA, cancel.Code);
        Assert.Equal(StepState.Canceled, _clinic.Step.StepState);
        Assert.Contains(outcome.Problems, p => p.Severity == Severity.Warning);
        Assert.Equal("revoked", OrderStatus.ServiceRequest(_clinic.Order));
    }

    [Theory]
    [InlineData(25, 0, StepState.Scheduled)]   // forgotten
    [InlineData(1, 1, StepState.Scheduled)]    // the order is later than the cancel: a new order under an old number
    [InlineData(1, 0, StepState.Canceled)]     // equal times: the cancel wins
    [InlineData(1, -1, StepState.Canceled)]
    public void A_remembered_cancel_holds_for_a_day_and_not_against_a_later_order(int hoursUntilReceipt, int minutesLater, StepState expected)
    {
        var at = _clinic.Now;
        _clinic.Send(new GroupText { Control = "CA", HasProcedure = false, Time = at });
        _clinic.Now = _clinic.Now.AddHours(hoursUntilReceipt);

        _clinic.Send(new GroupText { Time = at.AddMinutes(minutesLater) });

        Assert.Equal(expected, _clinic.Step.StepState);
    }

    [Fact]
    public void An_older_message_is_accepted_and_not_applied_and_times_of_two_kinds_are_never_compared()
    {
        var at = _clinic.Now;
        _clinic.Send(new GroupText { Time = at });
        _clinic.PatientName = "OLD^NAME";
        var older = _clinic.Send(new GroupText { Control = "CA", HasProcedure = false, Time = at.AddMinutes(-1) });
        var name = Attributes.Read(_clinic.Patient("MRN1").Attributes).GetString(Tags.PatientName);
        _clinic.MessageTime = at.AddHours(-1);
        var incomparable = _clinic.Send(new GroupText { Control = "CA", HasProcedure = false });

        Assert.Equal(AcknowledgmentCode.AA, older.Code);
        Assert.Contains("stale", older.Flags);
        Assert.Equal("SHARMA^RAHUL", name);
        Assert.DoesNotContain("stale", incomparable.Flags);
        Assert.Equal(StepState.Canceled, _clinic.Step.StepState);
    }

    [Fact]
    public void An_update_of_an_unknown_order_is_refused_where_upsert_is_off()
    {
        _clinic.Policy = _clinic.Policy with { Upsert = false };

        Assert.Equal(204, _clinic.Send(new GroupText { Control = "XO" }).Problems[0].Code);
        Assert.Equal(204, _clinic.Send(new GroupText { Control = "SC", Status = "SC" }).Problems[0].Code);
        Assert.Equal(AcknowledgmentCode.AA, _clinic.Send(new GroupText()).Code);
    }

    [Fact]
    public void An_order_without_a_step_is_never_a_silent_AA()
    {
        var refused = _clinic.Send(new GroupText { HasProcedure = false });
        _clinic.Policy = _clinic.Policy with { AllowNoStep = true };
        var warned = _clinic.Send(new GroupText { HasProcedure = false });

        Assert.Equal((AcknowledgmentCode.AE, 100, "OBR^1"), (refused.Code, refused.Problems[0].Code, refused.Problems[0].Location!.ToString()));
        Assert.Equal(AcknowledgmentCode.AA, warned.Code);
        Assert.Equal(Severity.Warning, Assert.Single(warned.Problems).Severity);
        Assert.Empty(_clinic.Steps);
    }

    [Fact]
    public void A_missing_modality_is_a_fault_of_an_order_but_not_of_a_cancel()
    {
        var order = _clinic.Send(new GroupText { Modality = null });
        _clinic.Given(StepState.Scheduled);
        var cancel = _clinic.Send(new GroupText { Control = "CA", Modality = null });

        Assert.Equal((101, "OBR^1^24"), (order.Problems[0].Code, order.Problems[0].Location!.ToString()));
        Assert.Equal(AcknowledgmentCode.AA, cancel.Code);
        Assert.Equal("CT", _clinic.Step.Modality);
    }

    [Fact]
    public void A_missing_start_is_the_time_of_receipt_and_a_missing_station_is_flagged_until_they_come()
    {
        var first = _clinic.Send(new GroupText { Start = null, Station = null });
        var (start, flags) = (_clinic.Start, _clinic.Step.Flags.Order().ToList());
        _clinic.Send(new GroupText { Control = "SC", Status = "SC", Start = new DateTime(2026, 3, 12, 10, 0, 0), Station = "CT2" });

        Assert.Equal(new DateTime(2026, 3, 10, 8, 30, 20), start);
        Assert.Equal(["no-station", "own-step-id", "unscheduled-time"], flags);
        Assert.Equal(["no-station", "unscheduled-time"], first.Flags.Order());
        Assert.Equal(["own-step-id"], _clinic.Step.Flags);
        Assert.Equal(["CT2"], _clinic.Step.StationAeTitles);
    }

    [Fact]
    public void A_new_date_revives_an_expired_entry()
    {
        _clinic.Given(StepState.Expired);

        _clinic.Send(new GroupText { Control = "XO", Start = new DateTime(2026, 3, 20, 9, 0, 0) });

        Assert.Equal(StepState.Scheduled, _clinic.Step.StepState);
    }

    [Fact]
    public void A_cancel_of_an_order_with_a_step_under_way_is_refused_and_a_discontinue_stops_the_rest()
    {
        _clinic.Send(new GroupText { Accession = "A1", StepId = "S1" }, new GroupText { Accession = "A1", StepId = "S2" });
        _clinic.Steps[0].StepState = StepState.Completed;

        var cancel = _clinic.Send(new GroupText { Control = "CA", HasProcedure = false });
        var stop = _clinic.Send(new GroupText { Control = "DC", HasProcedure = false });

        Assert.Equal((207, "UC"), (cancel.Problems[0].Code, cancel.Replies[0].Control));
        Assert.Equal((AcknowledgmentCode.AA, "DR"), (stop.Code, stop.Replies[0].Control));
        Assert.Equal([StepState.Completed, StepState.Discontinued], _clinic.Steps.Select(s => s.StepState));
        Assert.Equal("completed", OrderStatus.ServiceRequest(_clinic.Order));
    }

    [Fact]
    public void Generated_numbers_go_into_the_answer()
    {
        var reply = Assert.Single(_clinic.Send(new GroupText()).Replies);

        Assert.Equal(("OK", "SC", "P1", "26031000001"), (reply.Control, reply.Status, reply.PlacerNumber!.Value.Value, reply.FillerNumber!.Value.Value));
        Assert.Equal(new StepKeys(_clinic.Procedure.AccessionNumber, _clinic.Procedure.RequestedProcedureId, _clinic.Procedure.StudyInstanceUid, _clinic.Step.StepId), Assert.Single(reply.Steps));
    }
}
