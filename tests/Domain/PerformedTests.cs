using CloudPacs.Dicom;
using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Performed;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Performed;
using Xunit;

namespace CloudPacs.Domain.Tests;

/// <summary>What modalities do with what was scheduled (PS3.4 F.7.2, IHE RAD TF-2 4.6 and 4.7).</summary>
public class PerformedTests
{
    private readonly Hospital _hospital = new();

    [Fact]
    public void A_scheduled_step_is_started_and_completed()
    {
        GiveSteps("S1");

        var begun = Begin("1.1", Named("S1"));
        var during = States();
        var ended = End("1.1", PerformedState.Completed);

        Assert.Empty(begun.Problems);
        Assert.Equal([("S1", StepState.Started)], during);
        Assert.Empty(ended.Problems);
        Assert.Equal([("S1", StepState.Completed)], States());
        Assert.Equal((PerformedState.Completed, _hospital.Orders[0].PatientId), (Row("1.1").PerformedState, Row("1.1").PatientId));
    }

    [Fact]
    public void A_walk_in_is_kept_without_a_step()
    {
        GiveSteps("S1");

        var begun = Begin("1.1", new ScheduledReference { StudyInstanceUid = "9.9" });

        Assert.Empty(begun.Problems);
        Assert.Equal([("S1", StepState.Scheduled)], States());
        Assert.Empty(Row("1.1").StepIds);
        Assert.NotNull(Row("1.1").PatientId);
    }

    [Fact]
    public void A_group_moves_the_steps_of_all_its_orders()
    {
        GiveSteps("S1");
        Give("P2", "A2", "S2");

        Begin("1.1", Named("S1"), Named("S2", "A2"));
        var during = States();
        End("1.1", PerformedState.Completed);

        Assert.Equal([("S1", StepState.Started), ("S2", StepState.Started)], during);
        Assert.Equal([("S1", StepState.Completed), ("S2", StepState.Completed)], States());
        Assert.Equal(2, Row("1.1").OrderIds.Count);
    }

    [Theory]
    [InlineData(PerformedState.Completed, PerformedState.Completed, StepState.Completed)]
    [InlineData(PerformedState.Completed, PerformedState.Discontinued, StepState.Completed)]
    [InlineData(PerformedState.Discontinued, PerformedState.Completed, StepState.Completed)]
    [InlineData(PerformedState.Discontinued, PerformedState.Discontinued, StepState.Discontinued)]
    public void A_step_that_several_perform_ends_with_the_last_of_them(PerformedState first, PerformedState second, StepState expected)
    {
        GiveSteps("S1");
        Begin("1.1", Named("S1"));
        Begin("1.2", Named("S1"));

        End("1.1", first);
        var between = States();
        End("1.2", second);

        Assert.Equal([("S1", StepState.Started)], between);
        Assert.Equal([("S1", expected)], States());
    }

    [Fact]
    public void What_is_appended_to_a_completed_step_opens_it_again()
    {
        GiveSteps("S1");
        Begin("1.1", Named("S1"));
        End("1.1", PerformedState.Completed);

        var appended = Begin("1.2", Named("S1"));

        Assert.Equal("PPS-012", Assert.Single(appended.Problems).Code);
        Assert.Equal([("S1", StepState.Started)], States());
    }

    [Theory]
    [InlineData(true, true, StepState.Scheduled)]
    [InlineData(true, false, StepState.Discontinued)]
    [InlineData(false, true, StepState.Discontinued)]
    public void The_wrong_entry_of_the_worklist_is_given_back(bool isWrongEntry, bool returns, StepState expected)
    {
        _hospital.Policy = _hospital.Policy with { WrongEntriesReturn = returns };
        GiveSteps("S1");
        Begin("1.1", Named("S1"));

        Give(new PerformedReport
        {
            SopInstanceUid = "1.1", Begins = false, State = PerformedState.Discontinued, Hash = 7, Attributes = Because(isWrongEntry ? "110514" : "110513", "Reason"),
        });

        Assert.Equal([("S1", expected)], States());
    }

    [Fact]
    public void A_step_that_was_given_up_is_told_from_one_that_an_order_ended_until_it_is_begun_again()
    {
        GiveSteps("S1");
        Begin("1.1", Named("S1"));
        var step = _hospital.Workspace.Rows.OfType<StepRow>().Single();

        var ended = Give(new PerformedReport { SopInstanceUid = "1.1", Begins = false, State = PerformedState.Discontinued, Hash = 7, Attributes = Because("110501", "Equipment failure") });
        var givenUp = StepMoves.IsEndedByModality(step);
        Begin("1.2", Named("S1"));
        var begunAgain = StepMoves.IsEndedByModality(step);
        _hospital.Give(Hospital.Order(OrderRequest.ConfirmDiscontinued, accession: "A1"));

        Assert.Equal("Equipment failure", ended.Reasons[step]);
        Assert.Equal((true, false, false), (givenUp, begunAgain, StepMoves.IsEndedByModality(step)));
        Assert.Equal(StepState.Discontinued, step.StepState);
    }

    [Fact]
    public void What_a_beginning_lacks_is_known()
    {
        var attributes = Hospital.Performed("IN PROGRESS");
        attributes.Remove(Tags.PatientSex);
        attributes.GetItems(Tags.ScheduledStepAttributesSequence)[0].Remove(Tags.RequestedProcedureDescription);
        attributes.Remove(Tags.CommentsOnThePerformedProcedureStep);

        Assert.Equal([Tags.PatientSex, Tags.RequestedProcedureDescription], PerformedChecks.Omissions(attributes));
        Assert.Empty(PerformedChecks.Omissions(Hospital.Performed("IN PROGRESS")));
    }

    [Fact]
    public void Images_of_another_patient_do_not_touch_the_step()
    {
        GiveSteps("S1");

        var begun = Give(Report("1.1", new Identifier("MRN9"), Named("S1")));

        Assert.Equal("PPS-010", Assert.Single(begun.Problems).Code);
        Assert.Equal([("S1", StepState.Scheduled)], States());
        Assert.Null(Row("1.1").PatientId);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("MERCY")]
    public void The_id_of_the_patient_counts_with_and_without_its_issuer(string? issuer)
    {
        GiveSteps("S1");

        Give(Report("1.1", new Identifier("MRN1", issuer), Named("S1")));

        Assert.Equal([("S1", StepState.Started)], States());
    }

    [Fact]
    public void A_step_without_an_id_is_the_only_one_of_its_procedure_or_none()
    {
        GiveSteps("S1");
        Give("P2", "A2", "S2", "S3");

        var one = Begin("1.1", Named(null));
        var two = Begin("1.2", Named(null, "A2"));

        Assert.Empty(one.Problems);
        Assert.Equal("PPS-011", Assert.Single(two.Problems).Code);
        Assert.Equal([("S1", StepState.Started), ("S2", StepState.Scheduled), ("S3", StepState.Scheduled)], States());
    }

    [Fact]
    public void What_comes_twice_is_answered_as_the_first_time_and_changes_nothing()
    {
        GiveSteps("S1");
        Begin("1.1", Named("S1"));
        var begun = Begin("1.1", Named("S1"));
        End("1.1", PerformedState.Completed);
        var audit = Row("1.1").State;

        var ended = End("1.1", PerformedState.Completed);
        var begunLate = Begin("1.1", Named("S1"));

        Assert.All([begun, ended, begunLate], static outcome =>
        {
            Assert.Empty(outcome.Problems);
            Assert.Empty(outcome.Audit);
        });
        Assert.Equal([("S1", StepState.Completed)], States());
        Assert.Equal(audit, Row("1.1").State);
    }

    [Fact]
    public void A_step_that_is_discontinued_while_held_or_canceled_by_an_order_is_left_so()
    {
        GiveSteps("S1");
        Begin("1.1", Named("S1"));
        var step = _hospital.Workspace.Rows.OfType<StepRow>().Single();
        step.StepState = StepState.Canceled;

        End("1.1", PerformedState.Completed);

        Assert.Equal([("S1", StepState.Canceled)], States());
    }

    [Fact]
    public void A_change_that_comes_twice_is_done_once_and_answered_alike()
    {
        GiveSteps("S1");
        Begin("1.1", Named("S1"));
        var moved = new PerformedReport
        {
            SopInstanceUid = "1.1", Begins = false, Hash = 2,
            Attributes = new DataSet().Set(Tags.PatientName, "OTHER^NAME").Set(Tags.CommentsOnThePerformedProcedureStep, "Moved"),
        };

        var first = Give(moved);
        var again = Give(moved);
        Give(new PerformedReport { SopInstanceUid = "1.1", Begins = false, Hash = 3, Attributes = new DataSet().Set(Tags.CommentsOnThePerformedProcedureStep, "Back") });
        var later = Give(moved);

        Assert.Equal(["PPS-008"], first.Problems.Select(static problem => problem.Code));
        Assert.Equal(first.Problems.Select(static problem => problem.Text), again.Problems.Select(static problem => problem.Text));
        Assert.Equal((1, 0, 1), (first.Described.Count, again.Described.Count, later.Described.Count));
        Assert.Empty(again.Audit);
        Assert.Equal("Moved", Attributes.Read(Row("1.1").Attributes).GetString(Tags.CommentsOnThePerformedProcedureStep));
    }

    [Fact]
    public void An_end_that_comes_twice_is_told_the_same_twice()
    {
        GiveSteps("S1");
        Begin("1.1", Named("S1"));
        var end = new PerformedReport { SopInstanceUid = "1.1", Begins = false, State = PerformedState.Completed, Hash = 2, Attributes = new DataSet().Set(Tags.PatientName, "OTHER^NAME") };

        var (first, again) = (Give(end), Give(end));

        Assert.Equal(["PPS-008"], first.Problems.Select(static problem => problem.Code));
        Assert.Equal(["PPS-008"], again.Problems.Select(static problem => problem.Code));
        Assert.Empty(again.Audit);
    }

    [Theory]
    [InlineData(UncreatedSteps.Keep, "PPS-014")]
    [InlineData(UncreatedSteps.Accept, "PPS-013")]
    public void What_became_of_a_step_is_kept_until_its_beginning_comes(UncreatedSteps rule, string code)
    {
        _hospital.Policy = _hospital.Policy with { UncreatedSteps = rule };
        GiveSteps("S1");
        Give(new PerformedReport { SopInstanceUid = "1.1", Begins = false, Hash = 2, Attributes = new DataSet().Set(Tags.CommentsOnThePerformedProcedureStep, "Moved") });

        var ended = End("1.1", PerformedState.Completed);
        var again = End("1.1", PerformedState.Completed);
        var before = (States(), Row("1.1").PatientId, Row("1.1").CreateHash);
        var begun = Begin("1.1", Named("S1"));
        var known = End("1.1", PerformedState.Completed);

        Assert.Equal([code], ended.Problems.Select(static problem => problem.Code));
        Assert.Equal([code], again.Problems.Select(static problem => problem.Code));
        Assert.True(ended.IsKept);
        Assert.Equal([("S1", StepState.Scheduled)], before.Item1);
        Assert.Equal(((Guid?)null, (long?)null), (before.PatientId, before.CreateHash));
        Assert.Empty(begun.Problems);
        Assert.Empty(known.Problems);
        Assert.Equal([("S1", StepState.Completed)], States());
        Assert.Equal((PerformedState.Completed, _hospital.Orders[0].PatientId), (Row("1.1").PerformedState, Row("1.1").PatientId));
        var stored = Attributes.Read(Row("1.1").Attributes);
        Assert.Equal(("Moved", "SHARMA^RAHUL"), (stored.GetString(Tags.CommentsOnThePerformedProcedureStep), stored.GetString(Tags.PatientName)));
        var other = Report("1.1", new Identifier("MRN1"), Named("S2")).Attributes;
        Assert.Equal("PPS-002", Assert.Single(Give(new PerformedReport { SopInstanceUid = "1.1", Begins = true, Hash = 99, Attributes = other }).Problems).Code);
    }

    [Fact]
    public void A_strict_station_does_not_begin_what_has_ended_with_an_end()
    {
        _hospital.Policy = _hospital.Policy with { UncreatedSteps = UncreatedSteps.Accept, PerformedMayBeginEnded = false };
        GiveSteps("S1");
        Give(new PerformedReport { SopInstanceUid = "1.1", Begins = false, Hash = 2, Attributes = new DataSet().Set(Tags.CommentsOnThePerformedProcedureStep, "Moved") });

        var begun = Give(new PerformedReport { SopInstanceUid = "1.1", Begins = true, State = PerformedState.Completed, Hash = 1, Attributes = Hospital.Performed("COMPLETED", null, Named("S1")) });

        Assert.Equal("PPS-004", Assert.Single(begun.Problems).Code);
        Assert.Equal([("S1", StepState.Scheduled)], States());
    }

    [Theory]
    [InlineData("A1", "9.9", "MRN1", StepState.Completed)] // by the accession number
    [InlineData(null, "1.2.3", "MRN1", StepState.Completed)] // by the study
    [InlineData("A1", "1.2.3", "MRN7", StepState.Scheduled)] // images of somebody else
    [InlineData("A7", "9.9", "MRN1", StepState.Scheduled)]
    public void What_was_performed_before_its_order_came_is_linked_to_it(string? accession, string study, string patient, StepState expected)
    {
        var reference = new ScheduledReference { AccessionNumber = accession is null ? null : new Identifier(accession), StudyInstanceUid = study };
        Give(Report("1.1", new Identifier(patient), reference));
        End("1.1", PerformedState.Completed);

        var placed = _hospital.Set(Placed("P1", "A1", "S1")).Apply(_hospital.Workspace);

        Assert.Equal([("S1", expected)], States());
        var isLinked = expected == StepState.Completed;
        Assert.Equal(isLinked, placed.Audit.Any(static act => act.Verb == "performed.linked"));
        Assert.Equal(isLinked ? ["step.was-started", "step.was-completed"] : [], placed.Audit.Select(static act => act.Verb).Where(static verb => verb.StartsWith("step.", StringComparison.Ordinal)));
        Assert.Equal((isLinked ? 1 : 0, isLinked), (Row("1.1").StepIds.Count, Row("1.1").PatientId == _hospital.Orders[0].PatientId));
        Assert.Equal(isLinked, Row("1.1").WaitsFor.Count == 0);
    }

    [Fact]
    public void A_group_of_which_one_order_has_come_waits_for_the_other()
    {
        GiveSteps("S1");
        Begin("1.1", Named("S1"), Named("S2", "A2"));
        var during = States();
        End("1.1", PerformedState.Discontinued);

        Give("P2", "A2", "S2");

        Assert.Equal([("S1", StepState.Started)], during);
        Assert.Equal([("S1", StepState.Discontinued), ("S2", StepState.Discontinued)], States());
        Assert.Equal((2, 0), (Row("1.1").OrderIds.Count, Row("1.1").WaitsFor.Count));
    }

    [Theory]
    [InlineData("9.9", 8, StepState.Scheduled)]
    [InlineData("9.9", 6, StepState.Completed)]
    [InlineData("1.2.3", 400, StepState.Completed)]
    public void A_number_that_is_used_again_does_not_mean_what_was_performed_long_ago(string study, int days, StepState expected)
    {
        var before = Report("1.1", new Identifier("MRN1"), new ScheduledReference { AccessionNumber = new Identifier("A1"), StudyInstanceUid = study });
        Give(new PerformedReport
        {
            SopInstanceUid = "1.1", Begins = true, State = PerformedState.InProgress, Hash = 1, Attributes = before.Attributes, Start = Hospital.Morning.AddDays(-days),
        });
        End("1.1", PerformedState.Completed);

        _hospital.Set(Placed("P1", "A1", "S1")).Apply(_hospital.Workspace);

        Assert.Equal([("S1", expected)], States());
    }

    [Theory]
    [InlineData(null, false, null, "PPS-001")]
    [InlineData(null, false, PerformedState.Completed, "PPS-001")]
    [InlineData(null, true, null, "PPS-006")]
    [InlineData(PerformedState.InProgress, true, PerformedState.InProgress, "PPS-002")]
    [InlineData(PerformedState.Completed, true, PerformedState.InProgress, "PPS-002")]
    [InlineData(PerformedState.Completed, false, null, "PPS-003")]
    [InlineData(PerformedState.Completed, false, PerformedState.InProgress, "PPS-003")]
    [InlineData(PerformedState.Completed, false, PerformedState.Discontinued, "PPS-003")]
    [InlineData(PerformedState.Discontinued, false, PerformedState.Completed, "PPS-003")]
    public void What_the_states_do_not_allow_is_refused_and_changes_nothing(
        PerformedState? stored, bool begins, PerformedState? said, string code)
    {
        GiveSteps("S1");
        if (stored is not null) Begin("1.1", Named("S1"));
        if (stored is { } final and not PerformedState.InProgress) End("1.1", final);
        var before = States();

        var refused = Give(new PerformedReport
        {
            SopInstanceUid = "1.1", Begins = begins, State = said, Hash = 99,
            Attributes = begins ? Hospital.Performed("IN PROGRESS", null, Named("S1")).SetEmpty(Tags.PerformedProcedureStepStatus) : new DataSet(),
        });

        Assert.Equal(code, Assert.Single(refused.Problems).Code);
        Assert.False(refused.IsKept);
        Assert.Equal(before, States());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_device_that_reports_only_the_end_is_taken_where_the_site_says_so(bool isTaken)
    {
        _hospital.Policy = _hospital.Policy with { PerformedMayBeginEnded = isTaken };
        GiveSteps("S1");

        var outcome = Give(new PerformedReport
        {
            SopInstanceUid = "1.1", Begins = true, State = PerformedState.Completed, Hash = 1, Attributes = Hospital.Performed("COMPLETED", null, Named("S1")),
        });

        Assert.Equal(isTaken, outcome.IsKept);
        Assert.Equal([("S1", isTaken ? StepState.Completed : StepState.Scheduled)], States());
    }

    [Fact]
    public void What_may_not_be_changed_is_left_out_and_told()
    {
        GiveSteps("S1");
        Begin("1.1", Named("S1"));

        var changed = Give(new PerformedReport
        {
            SopInstanceUid = "1.1", Begins = false, Hash = 2,
            Attributes = new DataSet().Set(Tags.PatientName, "OTHER^NAME").Set(Tags.CommentsOnThePerformedProcedureStep, "Moved"),
        });

        var problem = Assert.IsType<AttributeProblem>(Assert.Single(changed.Problems));
        Assert.Equal(("PPS-008", Severity.Warning, Tags.PatientName), (problem.Code, problem.Severity, problem.Tag));
        var stored = Attributes.Read(Row("1.1").Attributes);
        Assert.Equal(("SHARMA^RAHUL", "Moved"), (stored.GetString(Tags.PatientName), stored.GetString(Tags.CommentsOnThePerformedProcedureStep)));
    }

    public static TheoryData<uint, bool, bool, string> Attributes_that_are_needed()
    {
        var data = new TheoryData<uint, bool, bool, string>();
        foreach (var attribute in PerformedAttributes.All)
        {
            if (attribute.Create == AttributeType.One)
            {
                data.Add(attribute.Tag.Value, false, false, "PPS-005");
                data.Add(attribute.Tag.Value, false, true, "PPS-005");
                data.Add(attribute.Tag.Value, true, false, "PPS-006");
            }
            else if (attribute.Create == AttributeType.Two)
            {
                data.Add(attribute.Tag.Value, false, false, "");
                data.Add(attribute.Tag.Value, false, true, "PPS-005");
                data.Add(attribute.Tag.Value, true, true, "");
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Attributes_that_are_needed))]
    public void An_attribute_that_is_missing_or_empty_is_named(uint tag, bool isEmpty, bool isStrict, string code)
    {
        _hospital.Policy = _hospital.Policy with { ChecksPerformedStrictly = isStrict, PerformedMayBeginEnded = false };
        GiveSteps("S1");
        var attributes = Hospital.Performed("IN PROGRESS", null, Named("S1"));
        if (isEmpty) attributes.SetEmpty(new Tag(tag));
        else attributes.Remove(new Tag(tag));

        var outcome = Give(new PerformedReport
        {
            SopInstanceUid = "1.1", Begins = true, State = PerformedState.InProgress, Hash = 1, Attributes = attributes,
        });

        Assert.Equal(code.Length == 0 ? [] : [(code, new Tag(tag))], outcome.Problems.Cast<AttributeProblem>().Select(static problem => (problem.Code, problem.Tag)));
        Assert.All(outcome.Problems, static problem => Assert.True(problem.Text.Length <= 64));
    }

    private static DataSet Because(string code, string meaning) => new DataSet().SetSequence(
        Tags.PerformedProcedureStepDiscontinuationReasonCodeSequence, new DataSet().Set(Tags.CodeValue, code).Set(Tags.CodeMeaning, meaning));

    private void GiveSteps(params string[] stepIds) => Give("P1", "A1", stepIds);

    private void Give(string placer, string accession, params string[] stepIds) => _hospital.Give(Placed(placer, accession, stepIds));

    private static OrderCommand Placed(string placer, string accession, params string[] stepIds) => new()
    {
        Request = OrderRequest.Place,
        PlacerNumber = new Identifier(placer),
        AccessionNumber = new Identifier(accession),
        StudyInstanceUid = accession == "A1" ? "1.2.3" : null,
        Procedure = new ProcedureDetails
        {
            Attributes = new DataSet().Set(Tags.RequestedProcedureDescription, "CT Chest"),
            Steps = [.. stepIds.Select(static id => new StepDetails { StepId = id, Attributes = new DataSet().Set(Tags.Modality, "CT"), Start = new DateTime(2026, 3, 10, 9, 30, 0) })],
        },
    };

    private static ScheduledReference Named(string? stepId, string accession = "A1") => new() { AccessionNumber = new Identifier(accession), StepId = stepId };

    private Outcome Begin(string uid, params ScheduledReference[] scheduled) => Give(Report(uid, new Identifier("MRN1"), scheduled));

    private static PerformedReport Report(string uid, Identifier patient, params ScheduledReference[] scheduled) => new()
    {
        SopInstanceUid = uid, Begins = true, State = PerformedState.InProgress, Hash = 1, Attributes = Hospital.Performed("IN PROGRESS", patient, scheduled),
    };

    private Outcome End(string uid, PerformedState state) =>
        Give(new PerformedReport { SopInstanceUid = uid, Begins = false, State = state, Hash = 10 + (long)state });

    private Outcome Give(PerformedReport report)
    {
        var commands = new PerformedCommands(_hospital.Context, report);
        commands.MoreKeys(_hospital.Workspace);
        return commands.Apply(_hospital.Workspace);
    }

    private PerformedStepRow Row(string uid) => _hospital.Workspace.Rows.OfType<PerformedStepRow>().Single(row => row.SopInstanceUid == uid);

    private (string Id, StepState State)[] States() =>
        [.. _hospital.Workspace.Rows.OfType<StepRow>().Select(static step => (step.StepId, step.StepState)).Order()];
}
