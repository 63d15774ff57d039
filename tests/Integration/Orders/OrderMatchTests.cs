using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Domain.Orders;
using CloudPacs.Hl7v2;
using CloudPacs.Resources;
using CloudPacs.Mapping;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Translation;
using Xunit;

namespace CloudPacs.Integration.Tests.Orders;

/// <summary>Which order, procedure and step a message means.</summary>
public class OrderMatchTests
{
    private readonly Clinic _clinic = new();

    [Fact]
    public void An_order_of_another_patient_is_refused_unless_the_two_are_linked()
    {
        _clinic.Send(new GroupText());
        _clinic.PatientId = "MRN2";
        var refused = _clinic.Send(new GroupText { Control = "CA", HasProcedure = false });
        var unknown = _clinic.Workspace.FindPatients(new Identifier("MRN2", "MERCY"));
        _clinic.Event("A24", _clinic.Person("MRN1"), _clinic.Person("MRN2", occurrence: 2));
        var allowed = _clinic.Send(new GroupText { Control = "CA", HasProcedure = false });

        Assert.Equal((AcknowledgmentCode.AE, 205), (refused.Code, refused.Problems[0].Code));
        Assert.Empty(unknown);
        Assert.Equal(AcknowledgmentCode.AA, allowed.Code);
        Assert.Equal(StepState.Canceled, _clinic.Step.StepState);
    }

    [Fact]
    public void Two_keys_that_name_different_orders_are_a_conflict()
    {
        _clinic.Send(new GroupText { Placer = "P1", Accession = "A1" });
        _clinic.Send(new GroupText { Placer = "P2", Accession = "A2" });

        var outcome = _clinic.Send(new GroupText { Placer = "P1", Accession = "A2", Control = "XO" });

        Assert.Equal((AcknowledgmentCode.AE, 205), (outcome.Code, outcome.Problems[0].Code));
        Assert.Contains("conflict", outcome.Flags);
        Assert.False(outcome.IsKept);
    }

    [Fact]
    public void An_order_is_found_by_filler_by_accession_and_by_study_uid()
    {
        _clinic.Send(new GroupText { Placer = "P1", Filler = "F1", Accession = "A1", Uid = "1.2.3" });

        _clinic.Send(new GroupText { Placer = null, Filler = "F1", Control = "HD", HasProcedure = false });
        var byFiller = _clinic.Step.StepState;
        _clinic.Send(new GroupText { Placer = null, Accession = "A1", Control = "RL", HasProcedure = false });
        var byAccession = _clinic.Step.StepState;
        _clinic.Send(new GroupText { Placer = null, Uid = "1.2.3", Control = "CA", HasProcedure = false });

        Assert.Equal((StepState.OnHold, StepState.Scheduled, StepState.Canceled), (byFiller, byAccession, _clinic.Step.StepState));
    }

    [Fact]
    public void A_new_step_id_under_a_known_number_is_a_new_step_and_a_message_without_one_means_all()
    {
        _clinic.Send(new GroupText { Accession = "A1", ProcedureId = "RP1", StepId = "S1" });
        _clinic.Send(new GroupText { Control = "XO", Accession = "A1", ProcedureId = "RP1", StepId = "S2", Code = "CTABD" });
        _clinic.Send(new GroupText { Control = "CA", StepId = "S2", HasProcedure = false });
        var afterOne = _clinic.Steps.ToDictionary(s => s.StepId, s => s.StepState);
        _clinic.Send(new GroupText { Control = "CA", HasProcedure = false });

        Assert.Equal((StepState.Scheduled, StepState.Canceled), (afterOne["S1"], afterOne["S2"]));
        Assert.All(_clinic.Steps, s => Assert.Equal(StepState.Canceled, s.StepState));
        Assert.Single(_clinic.Orders.SelectMany(o => o.Procedures));
    }

    [Fact]
    public void Several_groups_of_one_procedure_make_several_steps_and_a_repetition_makes_no_more()
    {
        GroupText[] groups = [new() { Accession = "A1" }, new() { Accession = "A1", Code = "CTABD" }];
        _clinic.Send(groups);
        var ids = _clinic.Steps.Select(s => s.StepId).ToList();

        _clinic.Send(groups);

        Assert.Equal(ids, _clinic.Steps.Select(s => s.StepId));
        Assert.Equal(["Step of CTCHEST", "Step of CTABD"], _clinic.Steps.Select(s => Attributes.Read(s.Attributes).GetString(Tags.ScheduledProcedureStepDescription)));
        Assert.EndsWith("-1", ids[0], StringComparison.Ordinal);
        Assert.EndsWith("-2", ids[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Placer_orders_that_share_an_accession_number_share_the_study_and_are_cancelled_one_by_one()
    {
        _clinic.Send(new GroupText { Placer = "P1", Accession = "A1" }, new GroupText { Placer = "P2", Accession = "A1", Code = "CTABD" });

        _clinic.Send(new GroupText { Placer = "P2", Control = "CA", HasProcedure = false });

        Assert.Equal(2, _clinic.Orders.Count);
        Assert.Single(_clinic.Orders.SelectMany(o => o.Procedures).Select(p => p.StudyInstanceUid).Distinct());
        Assert.Equal(2, _clinic.Steps.Select(s => s.StepId).Distinct().Count());
        Assert.Equal([StepState.Scheduled, StepState.Canceled], _clinic.Steps.Select(s => s.StepState));
    }

    [Fact]
    public void Two_procedures_of_one_order_without_numbers_are_found_again_by_their_codes()
    {
        GroupText[] groups = [new() { Code = "CTCHEST" }, new() { Code = "XRHAND", Modality = "DX" }];
        _clinic.Send(groups);
        var before = _clinic.Order.Procedures.Select(p => (p.AccessionNumber, p.StudyInstanceUid)).ToList();

        _clinic.Send(groups[1], groups[0]);

        Assert.Equal(before, _clinic.Order.Procedures.Select(p => (p.AccessionNumber, p.StudyInstanceUid)));
        Assert.Equal(2, before.Distinct().Count());
        Assert.Equal(["CT", "DX"], _clinic.Steps.Select(s => s.Modality));
    }

    [Fact]
    public void A_replacement_closes_the_old_order_and_links_the_new_one()
    {
        _clinic.Send(new GroupText { Placer = "P1" });

        var outcome = _clinic.Send(new GroupText { Placer = "P1", Control = "RP", HasProcedure = false }, new GroupText { Placer = "P2", Control = "RO" });

        Assert.Equal(["RQ", "OK"], outcome.Replies.Select(r => r.Control));
        Assert.Equal([StepState.Canceled, StepState.Scheduled], _clinic.Steps.Select(s => s.StepState));
        Assert.Equal(_clinic.Orders[0].Id, _clinic.Orders[1].Replaces);
    }

    [Fact]
    public void A_parent_has_no_step_its_children_have_and_a_cancel_of_the_parent_cancels_them()
    {
        _clinic.Send(
            new GroupText { Placer = "P1", Control = "PA" },
            new GroupText { Placer = "P1", Filler = "F1", Control = "CH", Parent = "P1", Accession = "A1" },
            new GroupText { Placer = "P1", Filler = "F2", Control = "CH", Parent = "P1", Accession = "A2" });
        var steps = _clinic.Steps.Count;
        var parent = _clinic.Orders.Single(o => o.IsParent);

        _clinic.Send(new GroupText { Placer = "P1", Control = "CA", HasProcedure = false });

        Assert.Equal((3, 2), (_clinic.Orders.Count, steps));
        Assert.Empty(parent.Procedures);
        Assert.All(_clinic.Steps, s => Assert.Equal(StepState.Canceled, s.StepState));
        Assert.Equal("revoked", OrderStatus.ServiceRequest(parent, Families.ChildrenOf(parent, _clinic.Orders)));
    }

    [Theory]
    [InlineData("XO", true, StepState.Canceled)]
    [InlineData("XO", false, StepState.Scheduled)]
    [InlineData("XX", true, StepState.Canceled)]
    [InlineData("CH", true, StepState.Scheduled)]
    public void A_complete_message_of_a_filler_closes_the_steps_that_it_no_longer_lists(string control, bool isFillerFeed, StepState expected)
    {
        _clinic.Send(
            new GroupText { Accession = "A1", ProcedureId = "RP1", StepId = "S1" }, new GroupText { Accession = "A1", ProcedureId = "RP1", StepId = "S2" });

        _clinic.Send(new GroupText { Control = control, Accession = "A1", ProcedureId = "RP1", StepId = "S1", IsFillerFeed = isFillerFeed });

        Assert.Equal(expected, _clinic.Steps.Single(s => s.StepId == "S2").StepState);
    }

    [Fact]
    public void An_assigned_number_is_stored_and_may_not_be_that_of_another_order()
    {
        _clinic.Send(new GroupText { Control = "SN", Placer = null, Filler = "F1" });
        _clinic.Send(new GroupText { Placer = "P2", Filler = "F2" });
        var assigned = _clinic.Send(new GroupText { Control = "NA", Placer = "P1", Filler = "F1", HasProcedure = false });

        Assert.Equal(AcknowledgmentCode.AA, assigned.Code);
        Assert.Equal("P1", _clinic.Orders[0].PlacerNumber!.Value.Value);
        Assert.Equal("P1", Attributes.Read(_clinic.Orders[0].Procedures[0].Attributes).GetString(Tags.PlacerOrderNumberImagingServiceRequest));
        Assert.Equal("draft", OrderStatus.ServiceRequest(_clinic.Orders[0]));
        Assert.Equal(205, _clinic.Send(new GroupText { Control = "NA", Placer = "P2", Filler = "F1", HasProcedure = false }).Problems[0].Code);
    }

    [Fact]
    public void An_order_on_hold_that_becomes_a_parent_has_nothing_left_to_release()
    {
        _clinic.Given(StepState.OnHold);

        _clinic.Send(new GroupText { Control = "PA" });

        Assert.Equal((StepState.Canceled, null), (_clinic.Step.StepState, _clinic.Step.StateBeforeHold));
    }

    [Fact]
    public void A_control_that_finds_a_parent_without_naming_its_patient_is_refused_rather_than_miss_the_children()
    {
        _clinic.Send(new GroupText { Control = "PA" }, new GroupText { Placer = "P2", Control = "CH", Parent = "P1" });

        var outcome = _clinic.Send([new GroupText { Control = "CA", HasProcedure = false }], []);

        Assert.Equal((101, "PID^1^3"), (outcome.Problems[0].Code, outcome.Problems[0].Location!.ToString()));
        Assert.Equal(StepState.Scheduled, _clinic.Step.StepState);
    }

    [Fact]
    public void The_keys_to_load_cover_every_look_up()
    {
        var message = new MappedMessage { MapVersion = "test" };
        message.Patients.Add(_clinic.Person());
        message.Groups.Add(new GroupText { Filler = "F1", Accession = "A1", Uid = "1.2.3" }.ToGroup(0));

        var keys = _clinic.Commands(MessageKind.Order, message, "O01").Keys(_clinic.Workspace.InstallationNamespace);

        Assert.Equal(["MRN1"], keys.PatientIds);
        Assert.Empty(keys.OrdersOfPatients);
        Assert.Equal(["P1"], keys.PlacerNumbers);
        Assert.Equal(["F1"], keys.FillerNumbers);
        Assert.Equal(["A1"], keys.AccessionNumbers);
        Assert.Equal(["1.2.3"], keys.StudyInstanceUids);
        Assert.Equal(["VN1"], keys.VisitNumbers);
    }
}
