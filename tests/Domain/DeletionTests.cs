using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Domain.Studies;
using CloudPacs.Store.Studies;
using Xunit;

namespace CloudPacs.Domain.Tests;

/// <summary>What is deleted, or rejected by a note, is hidden, and restored where that may be.</summary>
public class DeletionTests
{
    private const string Reason = "wrong patient on the table";
    private readonly Hospital _hospital = new();

    private StudyRow Study => _hospital.Workspace.Rows.OfType<StudyRow>().First();

    [Theory]
    [InlineData(Rejection.Deleted, StudyState.EnteredInError)]
    [InlineData(Rejection.Quality, StudyState.Cancelled)]
    [InlineData(Rejection.PatientSafety, StudyState.EnteredInError)]
    [InlineData(Rejection.IncorrectWorklistEntry, StudyState.EnteredInError)]
    public void A_study_of_which_everything_is_deleted_is_cancelled_or_never_was(Rejection rejection, StudyState state)
    {
        StoreThree();

        Decide(new DeleteInstances { StudyInstanceUid = "1.1", Rejection = rejection, Reason = Reason });

        Assert.Equal((state, 0), (Study.StudyState, Study.Series.Sum(static series => series.Instances)));
        Assert.All(Instances, row => Assert.Equal((InstanceState.Rejected, (Rejection?)rejection), (row.InstanceState, row.Rejection)));
        Assert.Equal(["STU-004"], _hospital.Store().Outcome.Problems.Select(static problem => problem.Code));
    }

    [Fact]
    public void A_series_and_an_instance_are_deleted_and_restored()
    {
        StoreThree();

        Assert.Equal(["study.deleted"], Decide(new DeleteInstances { StudyInstanceUid = "1.1", SeriesInstanceUid = "1.1.2", Reason = Reason }));
        Assert.Equal([2, 0], Study.Series.Select(static series => series.Instances));
        Decide(new DeleteInstances { StudyInstanceUid = "1.1", SopInstanceUid = "1.1.1.1", Reason = Reason });
        Assert.Equal([1, 0], Study.Series.Select(static series => series.Instances));
        Assert.Equal(StudyState.Available, Study.StudyState);
        AssertRefused("STU-055", new DeleteInstances { StudyInstanceUid = "1.1", SopInstanceUid = "1.1.1.1", Reason = Reason });
        AssertRefused("STU-055", new DeleteInstances { StudyInstanceUid = "1.1", SopInstanceUid = "9.9", Reason = Reason });
        AssertRefused("STU-054", new DeleteInstances { StudyInstanceUid = "1.1" });

        Assert.Equal(["study.restored"], Decide(new RestoreInstances { StudyInstanceUid = "1.1", Reason = Reason }));
        Assert.Equal([2, 1], Study.Series.Select(static series => series.Instances));
        Assert.All(Instances, static row => Assert.Null(row.Rejection));
    }

    [Fact]
    public void What_is_a_matter_of_safety_is_restored_by_two_persons()
    {
        StoreThree();
        Decide(new DeleteInstances { StudyInstanceUid = "1.1", Rejection = Rejection.PatientSafety, Reason = Reason });

        AssertRefused("STU-056", new RestoreInstances { StudyInstanceUid = "1.1", Reason = Reason });
        AssertRefused("STU-056", new RestoreInstances { StudyInstanceUid = "1.1", Reason = Reason, ConfirmedBy = "test" });
        Decide(new RestoreInstances { StudyInstanceUid = "1.1", Reason = Reason, ConfirmedBy = "m.rao" });

        Assert.Equal(StudyState.Available, Study.StudyState);
    }

    [Fact]
    public void Images_of_a_wrong_worklist_entry_leave_its_order_and_come_back_to_it()
    {
        _hospital.Give(Hospital.Order(OrderRequest.Place, accession: "ACC1"));
        _hospital.Store(header: Hospital.Accession("ACC1", "MERCY"));

        Decide(new DeleteInstances { StudyInstanceUid = "1.1", Rejection = Rejection.IncorrectWorklistEntry, Reason = Reason });
        Assert.Equal([LinkState.Withdrawn], Study.Links.Select(static link => link.LinkState));
        Assert.False(Study.IsUndecided);

        Decide(new RestoreInstances { StudyInstanceUid = "1.1", Reason = Reason, ConfirmedBy = "m.rao" });
        Assert.Equal([LinkState.Linked], Study.Links.Select(static link => link.LinkState));
    }

    [Fact]
    public void A_hold_stops_persons_notes_and_the_nightly_deletion()
    {
        StoreThree();
        Assert.Equal(["study.held"], Decide(new HoldStudy { StudyInstanceUid = "1.1", Reason = "court" }));

        AssertRefused("STU-051", new DeleteInstances { StudyInstanceUid = "1.1", Reason = Reason });
        Assert.Equal(["STU-051"], Reject("113001", "1.1.1.1").Outcome.Problems.Select(static problem => problem.Code));
        Assert.False(Rules(new RetentionRule(null, null, TimeSpan.FromDays(1))).IsOver(Study, Hospital.Morning.AddYears(100)));

        Decide(new EndHold { StudyInstanceUid = "1.1", Reason = "over" });
        Decide(new DeleteInstances { StudyInstanceUid = "1.1", Reason = Reason });
    }

    [Fact]
    public void A_hold_on_a_patient_is_one_on_all_studies_and_goes_along_with_them()
    {
        _hospital.Give(Hospital.Order(OrderRequest.Place, accession: "ACC1"));
        StoreThree();
        var id = Study.ShownPatientId!.Value;
        Assert.Equal(["PAT-045"], Hold(new HoldPatient { Patient = new PatientDetails { Primary = id } }).Problems.Select(static problem => problem.Code));
        Assert.Equal(["PAT-046"], Hold(new HoldPatient { Patient = new PatientDetails { Primary = id with { Value = "NOBODY" } }, Reason = "court" }).Problems.Select(static problem => problem.Code));
        Assert.Equal(["patient.held"], Hold(new HoldPatient { Patient = new PatientDetails { Primary = id }, Reason = "court" }).Audit.Select(static act => act.Verb));
        Assert.Empty(Hold(new HoldPatient { Patient = new PatientDetails { Primary = id }, Reason = "court" }).Audit);

        AssertHeld();
        Assert.Equal(["PAT-047"], Hold(new DeletePatient { Patient = new PatientDetails { Primary = id } }).Problems.Select(static problem => problem.Code));

        var survivor = id with { Value = "SURVIVOR" };
        var merged = Hold(new MergePatients { Patient = new PatientDetails { Primary = survivor, Prior = [id] } });
        Assert.Contains("patient.held", merged.Audit.Select(static act => act.Verb));
        AssertHeld();
        // Whoever has a paper with the former id means the same person.
        Assert.Equal(["patient.hold-ended"], Hold(new EndPatientHold { Patient = new PatientDetails { Primary = survivor }, Reason = "closed" }).Audit.Select(static act => act.Verb));
        Decide(new DeleteInstances { StudyInstanceUid = "1.1", Reason = Reason });

        void AssertHeld()
        {
            AssertRefused("STU-051", new DeleteInstances { StudyInstanceUid = "1.1", Reason = Reason });
            Assert.Equal(["STU-051"], Reject("113001", "1.1.1.1").Outcome.Problems.Select(static problem => problem.Code));
        }
    }

    [Theory]
    [InlineData("113001", Rejection.Quality)]
    [InlineData("113037", Rejection.PatientSafety)]
    [InlineData("113038", Rejection.IncorrectWorklistEntry)]
    public void A_note_hides_what_it_lists_and_is_not_shown_itself(string title, Rejection rejection)
    {
        StoreThree();

        var (outcome, fate) = Reject(title, "1.1.1.1", "1.1.2.1");

        Assert.Equal((0, InstanceFate.Stored), (outcome.Problems.Count, fate));
        Assert.Contains("study.rejected", outcome.Audit.Select(static act => act.Verb));
        Assert.Equal([1, 0, 0], Study.Series.Select(static series => series.Instances));
        Assert.Equal((InstanceState.Rejected, rejection), (Instance("1.1.1.1").InstanceState, Instance("1.1.1.1").Rejection));
        Assert.Equal(InstanceState.Shown, Instance("1.1.1.2").InstanceState);
        Assert.Equal(InstanceState.Note, Instance("1.1.9.1").InstanceState);
        Assert.Equal(["STU-004"], _hospital.Store().Outcome.Problems.Select(static problem => problem.Code));
        // The note again is the same note.
        Assert.Equal(InstanceFate.Known, Reject(title, "1.1.1.1", "1.1.2.1").Fate);
    }

    [Fact]
    public void A_note_that_comes_before_its_images_hides_them_when_they_come()
    {
        Reject("113037", "1.1.1.1");

        var (outcome, fate) = _hospital.Store();

        Assert.Equal((0, InstanceFate.Stored), (outcome.Problems.Count, fate));
        Assert.Equal((InstanceState.Rejected, Rejection.PatientSafety), (Instance("1.1.1.1").InstanceState, Instance("1.1.1.1").Rejection));
        _hospital.Store(instance: "1.1.1.2");
        Assert.Equal(1, Study.Series.Sum(static series => series.Instances));
    }

    [Fact]
    public void A_note_is_kept_in_mind_for_a_day()
    {
        Reject("113037", "1.1.1.1");
        _hospital.Later = TimeSpan.FromHours(25);

        _hospital.Store();

        Assert.Equal(InstanceState.Shown, Instance("1.1.1.1").InstanceState);
    }

    [Fact]
    public void A_note_finds_the_images_that_a_person_moved_to_another_study()
    {
        StoreThree();
        Decide(new SplitStudy { StudyInstanceUid = "1.1", SeriesInstanceUids = ["1.1.2"] });

        Reject("113037", "1.1.2.1");

        Assert.Equal(InstanceState.Rejected, Instance("1.1.2.1").InstanceState);
    }

    [Fact]
    public void The_time_to_keep_is_over_when_the_rules_say_so_and_then_the_images_may_come_again()
    {
        StoreThree();
        Assert.Equal(["STU-052"], Reject("113039", "1.1.1.1").Outcome.Problems.Select(static problem => problem.Code));
        AssertRefused("STU-052", new DeleteInstances { StudyInstanceUid = "1.1", Rejection = Rejection.RetentionExpired, Reason = Reason });

        _hospital.Retention = Rules(new RetentionRule(null, "CT", TimeSpan.FromDays(10)));
        _hospital.Later = TimeSpan.FromDays(11);
        Decide(new DeleteInstances { StudyInstanceUid = "1.1", Rejection = Rejection.RetentionExpired, Reason = Reason });
        Assert.Equal(StudyState.Cancelled, Study.StudyState);
        var erase = new EraseCommands(_hospital.Context, "1.1", Hospital.Morning.AddDays(30));
        erase.Apply(_hospital.Workspace);
        Assert.Equal(3, erase.Erased.Count);
        AssertRefused("STU-057", new RestoreInstances { StudyInstanceUid = "1.1", Reason = Reason });

        Assert.Equal(InstanceFate.Stored, _hospital.Store().Fate);
        Assert.Equal((StudyState.Available, 1), (Study.StudyState, Study.Series.Sum(static series => series.Instances)));
        Assert.Equal(100, Instance("1.1.1.1").Bytes.Length);
    }

    [Fact]
    public void What_was_deleted_long_ago_is_erased_and_its_name_stays_refused()
    {
        StoreThree();
        Decide(new DeleteInstances { StudyInstanceUid = "1.1", SeriesInstanceUid = "1.1.1", Reason = Reason });

        var early = new EraseCommands(_hospital.Context, "1.1", Hospital.Morning);
        Assert.Empty(early.Apply(_hospital.Workspace).Audit);
        var erase = new EraseCommands(_hospital.Context, "1.1", Hospital.Morning.AddDays(1));
        Assert.Equal(["study.erased"], erase.Apply(_hospital.Workspace).Audit.Select(static act => act.Verb));

        Assert.Equal(2, erase.Erased.Count);
        Assert.Equal((0, 1), (Instance("1.1.1.1").Bytes.Length, Instance("1.1.1.1").Bytes.Digest.Length));
        Assert.Equal(100, Instance("1.1.2.1").Bytes.Length);
        Assert.Equal(["STU-004"], _hospital.Store().Outcome.Problems.Select(static problem => problem.Code));
    }

    [Theory]
    [InlineData("North", "CT", 3)]
    [InlineData("North", "MR", 2)]
    [InlineData("South", "CT", 5)]
    [InlineData("South", "MR", null)]
    public void The_rule_that_says_more_counts(string facility, string modality, int? days)
    {
        var rules = Rules(
            new RetentionRule(null, "CT", TimeSpan.FromDays(5)), new RetentionRule("North", null, TimeSpan.FromDays(2)), new RetentionRule("North", "CT", TimeSpan.FromDays(3)));
        var study = new KeptStudy(Guid.Empty, "1.1", facility, null, Hospital.Morning, [modality]);

        Assert.Equal(days is { } known ? Hospital.Morning.AddDays(known) : null, rules.EndOf(study));
        Assert.Equal(facility == "North" ? Hospital.Morning.AddDays(3) : null, rules.EndOf(study with { Modalities = ["CT", "MR"] }));
    }

    [Fact]
    public void Lost_bytes_hide_an_instance_until_the_same_comes_again_or_is_found()
    {
        StoreThree();

        new LostInstanceCommands(_hospital.Context, null, "1.1", ["1.1.1.1", "1.1.1.2"]).Apply(_hospital.Workspace);
        Assert.Equal([0, 1], Study.Series.Select(static series => series.Instances));
        Assert.Equal(["STU-001"], _hospital.Store(digest: 9, pixelDigest: 9).Outcome.Problems.Select(static problem => problem.Code));
        Assert.Equal(InstanceFate.Stored, _hospital.Store().Fate);
        Assert.Equal([1, 1], Study.Series.Select(static series => series.Instances));

        var found = new FoundInstanceCommands(_hospital.Context, "1.1", ["1.1.1.2"]).Apply(_hospital.Workspace);
        Assert.Equal(["study.found"], found.Audit.Select(static act => act.Verb));
        Assert.Equal([2, 1], Study.Series.Select(static series => series.Instances));
        Assert.DoesNotContain(LostInstanceCommands.Flag, Study.Flags);
    }

    private static RetentionRules Rules(params RetentionRule[] rules) => new(rules);

    private IEnumerable<InstanceRow> Instances => _hospital.Workspace.Rows.OfType<InstanceRow>();

    private InstanceRow Instance(string uid) => Instances.Single(row => row.SopInstanceUid == uid);

    /// <summary>Two instances of one series and one of another.</summary>
    private void StoreThree()
    {
        _hospital.Store();
        _hospital.Store(instance: "1.1.1.2");
        _hospital.Store(series: "1.1.2", instance: "1.1.2.1");
    }

    private (Outcome Outcome, InstanceFate Fate) Reject(string title, params string[] instances) => _hospital.Reject(title, "1.1", instances);

    private Outcome Hold(PatientCommand command) => _hospital.Give(command);

    private IReadOnlyList<string> Decide(StudyDecision decision)
    {
        var outcome = new StudyDecisions(_hospital.Context, [decision]).Apply(_hospital.Workspace);
        Assert.Empty(outcome.Problems);
        return [.. outcome.Audit.Select(static act => act.Verb)];
    }

    private void AssertRefused(string code, StudyDecision decision) =>
        Assert.Equal([code], new StudyDecisions(_hospital.Context, [decision]).Apply(_hospital.Workspace).Problems.Select(static problem => problem.Code));
}
