using System.Text;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping;
using CloudPacs.Settings;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Worklist;
using Xunit;

namespace CloudPacs.Integration.Tests.Orders;

/// <summary>An order that is answered AA has changed the worklist, or the answer says why not.</summary>
public class SilentLossTests
{
    private static readonly string[] Controls =
    [
        "NW", "RO", "RP", "RU", "RQ", "XO", "XX", "XR", "CA", "OC", "CR", "DC", "OD", "DR", "HD", "OH", "HR", "RL", "OE", "OR", "SC", "SN", "NA", "PA", "CH",
        "SS", "RE", "OK", "UA", "PR", "LI", "RR",
    ];

    private static readonly string?[] Statuses = [null, "A", "CA", "CM", "DC", "ER", "HD", "IP", "RP", "SC", "??"];

    // The state that a status reports; where the step is there already the worklist is as the sender says.
    private static readonly Dictionary<string, StepState> Reported = new()
    {
        ["CA"] = StepState.Canceled,
        ["CM"] = StepState.Completed,
        ["DC"] = StepState.Discontinued,
        ["HD"] = StepState.OnHold,
        ["IP"] = StepState.Started,
    };

    private readonly Clinic _clinic = new();

    [Fact]
    public void A_new_time_that_says_something_else_besides_is_told_that_the_rest_was_left()
    {
        _clinic.Send(new GroupText());

        var same = _clinic.Send(new GroupText { Control = "SC", Status = "SC", Start = new DateTime(2026, 3, 11, 9, 0, 0) });
        var other = _clinic.Send(new GroupText { Control = "SC", Status = "SC", Start = new DateTime(2026, 3, 12, 9, 0, 0), Modality = "MR" });

        Assert.Empty(same.Problems);
        Assert.Equal((207, "ORC^1^1"), (Assert.Single(other.Problems).Code, other.Problems[0].Location!.ToString()));
        Assert.Equal((new DateTime(2026, 3, 12, 9, 0, 0), "CT"), (_clinic.Start, _clinic.Step.Modality));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(StepState.Draft)]
    [InlineData(StepState.Scheduled)]
    [InlineData(StepState.Arrived)]
    [InlineData(StepState.Ready)]
    [InlineData(StepState.Started)]
    [InlineData(StepState.Departed)]
    [InlineData(StepState.OnHold)]
    [InlineData(StepState.Expired)]
    [InlineData(StepState.Completed)]
    [InlineData(StepState.Discontinued)]
    [InlineData(StepState.Canceled)]
    public void Whatever_is_asked_in_whatever_state_shows_on_the_worklist_or_is_told(StepState? state)
    {
        foreach (var control in Controls)
            foreach (var status in Statuses)
            {
                var fresh = new Clinic();
                if (state is { } given) fresh.Given(given);
                var before = Shown(fresh);

                var outcome = fresh.Send(new GroupText { Control = control, Status = status, Code = "CTABD", Station = "CT7", Start = new DateTime(2026, 3, 10, 11, 0, 0) });

                if (outcome.Code != AcknowledgmentCode.AA || outcome.Problems.Count > 0 || Shown(fresh) != before) continue;
                var isSo = control is "SC" or "XO" or "XX" && status is not null && Reported.TryGetValue(status, out var reported)
                    && (reported == state || (reported == StepState.Started && state == StepState.Departed));
                Assert.True(isSo, $"{control} with {status ?? "no status"} of a step that is {state}: AA, nothing changed and nothing told.");
            }
    }

    [Fact]
    public void A_change_of_an_order_with_several_steps_tells_what_it_left()
    {
        _clinic.Send(new GroupText { Accession = "A1", StepId = "S1" }, new GroupText { Accession = "A1", StepId = "S2", Code = "CTABD" });

        var outcome = _clinic.Send(new GroupText { Control = "XO", Accession = "A1", Code = "MRHEAD", Modality = "MR" });

        Assert.Equal(["CT", "CT"], _clinic.Steps.Select(s => s.Modality));
        Assert.Contains(outcome.Problems, p => p.Text.Contains("names none", StringComparison.Ordinal));
    }

    [Fact]
    public void A_change_that_fits_several_orders_tells_that_it_changed_one()
    {
        _clinic.Send(new GroupText { Placer = "P1", Accession = "A1" }, new GroupText { Placer = "P2", Accession = "A1", Code = "CTABD" });

        var outcome = _clinic.Send(new GroupText { Placer = null, Control = "XO", Accession = "A1", Comment = "new" });

        Assert.Equal((AcknowledgmentCode.AA, 207), (outcome.Code, outcome.Problems[0].Code));
    }

    [Fact]
    public void A_step_id_that_is_not_known_among_others_that_are_is_told()
    {
        _clinic.Send(new GroupText { Accession = "A1", StepId = "S1" }, new GroupText { Accession = "A1", StepId = "S2", Code = "CTABD" });

        var outcome = _clinic.Send(
            new GroupText { Accession = "A1", StepId = "S1", Control = "CH" }, new GroupText { Accession = "A1", StepId = "S2", Control = "XX", Status = "CA" },
            new GroupText { Accession = "A1", StepId = "S9", Control = "XX", Status = "CA" });

        Assert.Equal([StepState.Scheduled, StepState.Canceled], _clinic.Steps.Select(s => s.StepState));
        Assert.Equal((204, "OBR^2^20"), (Assert.Single(outcome.Problems).Code, outcome.Problems[0].Location!.ToString()));
    }

    [Theory]
    [InlineData("CA", null, StepState.Canceled)]
    [InlineData("HD", null, StepState.OnHold)]
    [InlineData("SC", "IP", StepState.Started)]
    [InlineData("XX", "CA", StepState.Canceled)]
    public void A_step_id_that_is_not_known_means_the_only_step_when_its_id_is_ours(string control, string? status, StepState after)
    {
        _clinic.Send(new GroupText { Accession = "A1" });

        var outcome = _clinic.Send(new GroupText { Accession = "A1", StepId = "S9", Control = control, Status = status });

        Assert.Equal(after, _clinic.Step.StepState);
        Assert.Equal((AcknowledgmentCode.AA, 204, "OBR^1^20"), (outcome.Code, Assert.Single(outcome.Problems).Code, outcome.Problems[0].Location!.ToString()));
    }

    [Fact]
    public void A_new_time_for_a_step_id_that_is_not_known_moves_the_only_step()
    {
        _clinic.Send(new GroupText { Accession = "A1" });
        var start = new DateTime(2026, 3, 10, 11, 0, 0);

        var outcome = _clinic.Send(new GroupText { Accession = "A1", StepId = "S9", Control = "SC", Status = "SC", Start = start });

        Assert.Equal(start, _clinic.Start);
        Assert.Equal(204, Assert.Single(outcome.Problems).Code);
    }

    [Theory]
    [InlineData("XO", "S9", true)]
    [InlineData("XX", "S9", true)]
    [InlineData("NW", "S9", false)]
    public void A_change_with_a_step_id_that_is_not_known_changes_the_only_step_when_its_id_is_ours(string control, string stepId, bool isTold)
    {
        _clinic.Send(new GroupText { Accession = "A1" });
        var ours = _clinic.Step.StepId;

        var outcome = _clinic.Send(new GroupText { Accession = "A1", StepId = stepId, Control = control, Comment = "new", Modality = "MR", IsFillerFeed = true });

        Assert.Equal(("MR", StepState.Scheduled), (_clinic.Step.Modality, _clinic.Step.StepState));
        Assert.Equal(stepId, _clinic.Step.StepId);
        Assert.Equal(isTold, outcome.Problems.Any(static problem => problem.Code == 204));
        // Whoever has seen the former id still finds the step.
        _clinic.Send(new GroupText { Accession = "A1", StepId = ours, Control = "CA" });
        Assert.Equal(StepState.Canceled, _clinic.Step.StepState);
    }

    [Fact]
    public void Further_step_ids_are_steps_of_their_own()
    {
        _clinic.Send(new GroupText { Accession = "A1" });

        _clinic.Send(new GroupText { Accession = "A1", StepId = "S1", Control = "XO" }, new GroupText { Accession = "A1", StepId = "S2", Control = "XO", Code = "CTABD" });

        Assert.Equal(["S1", "S2"], _clinic.Steps.Select(static step => step.StepId).Order());
    }

    [Fact]
    public void A_step_whose_id_the_sender_gave_is_never_meant_by_another_id()
    {
        _clinic.Send(new GroupText { Accession = "A1", StepId = "S1" });

        var outcome = _clinic.Send(new GroupText { Accession = "A1", StepId = "S9", Control = "CA" });

        Assert.Equal(StepState.Scheduled, _clinic.Step.StepState);
        Assert.NotEmpty(outcome.Problems);
    }

    [Theory]
    [InlineData("NW", null, null)]
    [InlineData("XO", null, StepState.Scheduled)]
    [InlineData("SC", "SC", StepState.Arrived)]
    [InlineData("NW", null, StepState.Canceled)]
    public void A_start_that_is_long_past_is_told(string control, string? status, StepState? before)
    {
        _clinic.WhyHidden = new EntryVisibility(new EngineSettings()).WhyHidden;
        if (before is { } state) _clinic.Given(state);
        var group = new GroupText { Control = control, Status = status };

        var inTime = _clinic.Send(group with { Start = _clinic.Now.DateTime.AddHours(-23) });
        var over = _clinic.Send(group with { Start = _clinic.Now.DateTime.AddHours(-25) });

        Assert.Empty(inTime.Problems);
        Assert.Equal((AcknowledgmentCode.AA, 207, "ORC^1^1"), (over.Code, Assert.Single(over.Problems).Code, over.Problems[0].Location!.ToString()));
    }

    [Fact]
    public void An_inpatient_is_shown_longer()
    {
        _clinic.WhyHidden = new EntryVisibility(new EngineSettings()).WhyHidden;
        var start = _clinic.Now.DateTime.AddHours(-48);

        var outpatient = _clinic.Send(new GroupText { Start = start });
        var inpatient = _clinic.Send([new GroupText { Placer = "P2", Start = start }], [_clinic.Person(visit: "VN2", patientClass: "I")]);

        Assert.Equal((1, 0), (outpatient.Problems.Count, inpatient.Problems.Count));
    }

    [Theory]
    [InlineData("modality", "", "CT1", true)]            // found by its own station
    [InlineData("modality", "", "", true)]               // CT1 does CT
    [InlineData("none", "", "", false)]
    [InlineData("modality", "NORTH", "CT1", false)]      // all stations are of another facility
    [InlineData("modality", "SOUTH", "", true)]
    public void An_entry_that_no_station_can_find_is_told(string unassigned, string facility, string station, bool isFound)
    {
        var settings = new EngineSettings { Worklist = { UnassignedVisibleTo = unassigned } };
        settings.Dicom.Stations["CT1"] = new StationSettings { Facility = "SOUTH", Modalities = ["CT"] };
        settings.Dicom.Stations["MR1"] = new StationSettings { Facility = "SOUTH", Modalities = ["MR"] };
        _clinic.WhyHidden = new EntryVisibility(settings).WhyHidden;
        _clinic.Facility = facility.Length == 0 ? null : facility;

        var outcome = _clinic.Send(new GroupText { Station = station });

        Assert.Equal(AcknowledgmentCode.AA, outcome.Code);
        Assert.Equal(isFound, outcome.Problems.Count == 0);
    }

    [Fact]
    public void A_modality_that_no_admitted_station_does_is_told()
    {
        var settings = new EngineSettings();
        settings.Dicom.Stations["CT1"] = new StationSettings { Modalities = ["CT"] };
        _clinic.WhyHidden = new EntryVisibility(settings).WhyHidden;

        Assert.Single(_clinic.Send(new GroupText { Modality = "MR", Station = "" }).Problems);
        Assert.Empty(_clinic.Send(new GroupText { Placer = "P2", Modality = "CT", Station = "" }).Problems);
    }

    [Theory]
    [InlineData("A1", null, "OBR^1^18")]
    [InlineData(null, "1.2.3", "ZDS^1^1")]
    public void Two_patients_never_share_an_examination(string? accession, string? uid, string location)
    {
        _clinic.Send(new GroupText { Placer = "P1", Accession = accession, Uid = uid });
        _clinic.PatientId = "MRN2";

        var refused = _clinic.Send(new GroupText { Placer = "P2", Accession = accession, Uid = uid });
        _clinic.Event("A40", Merging("MRN2", "MRN1"));
        var shared = _clinic.Send(new GroupText { Placer = "P2", Accession = accession, Uid = uid });

        Assert.Equal((AcknowledgmentCode.AE, 205, location), (refused.Code, refused.Problems[0].Code, refused.Problems[0].Location!.ToString()));
        Assert.Equal(AcknowledgmentCode.AA, shared.Code);
        Assert.Single(_clinic.Orders.SelectMany(o => o.Procedures).Select(p => p.StudyInstanceUid).Distinct());
    }

    [Fact]
    public void An_accession_number_taken_from_the_placer_number_is_not_that_of_another_patient()
    {
        _clinic.Policy = _clinic.Policy with { MissingAccession = "fromPlacer" };
        _clinic.Send(new GroupText { Placer = "P1", Accession = "7" });
        _clinic.PatientId = "MRN2";

        Assert.Equal(205, _clinic.Send(new GroupText { Placer = "7" }).Problems[0].Code);
    }

    [Fact]
    public void Orders_of_several_patients_in_one_message_are_refused()
    {
        GroupText[] groups = [new() { Placer = "P1" }, new() { Placer = "P2" }];

        var refused = _clinic.Send(groups, [_clinic.Person("MRN1"), _clinic.Person("MRN2", occurrence: 2)]);
        var same = _clinic.Send(groups, [_clinic.Person("MRN1"), _clinic.Person("MRN1", occurrence: 2)]);

        Assert.Equal((AcknowledgmentCode.AE, 100, "PID^2"), (refused.Code, refused.Problems[0].Code, refused.Problems[0].Location!.ToString()));
        Assert.Equal(AcknowledgmentCode.AA, same.Code);
    }

    [Fact]
    public void An_order_held_while_it_was_expired_is_told_to_be_off_the_list_when_it_is_released()
    {
        _clinic.Given(StepState.Expired);
        _clinic.Send(new GroupText { Control = "HD", HasProcedure = false });

        var outcome = _clinic.Send(new GroupText { Control = "RL", HasProcedure = false });

        Assert.Equal(StepState.Expired, _clinic.Step.StepState);
        Assert.Single(outcome.Problems);
    }

    private MappedPatient Merging(string id, string prior)
    {
        var person = _clinic.Person(id);
        person.Prior.Add(new MappedIdentifier(prior, "MERCY", TypeCode: "MR"));
        return person;
    }

    /// <summary>The state of every step, and all that a modality sees of those that are listed.</summary>
    private static string Shown(Clinic clinic) => string.Join('\n', clinic.Orders.SelectMany(o => o.Procedures).SelectMany(procedure => procedure.Steps.Select(step =>
        WorklistStates.IsListed(step.StepState) ? $"{step.StepState} {Text(step.Attributes)} {Text(procedure.Attributes)}" : $"{step.StepState}")));

    private static string Text(StoredAttributes attributes) => Encoding.UTF8.GetString(attributes.Bytes.Span);
}
