using CloudPacs.Dicom;
using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Studies;
using CloudPacs.Store.Studies;
using Xunit;

namespace CloudPacs.Domain.Tests;

/// <summary>Whoever sees a study adds to it, and nobody else: the facility of the study decides.</summary>
public class StudyFacilityTests
{
    private readonly Hospital _hospital = new();

    [Theory]
    [InlineData("North", "North", true)]
    [InlineData("North", "South", false)]
    [InlineData("North", "", false)]
    [InlineData("North", null, true)]
    [InlineData("", "South", true)]
    [InlineData(null, "South", true)]
    [InlineData(null, "", true)]
    public void Who_sees_a_study_adds_to_it(string? first, string? second, bool adds)
    {
        Store(first);

        var (outcome, fate) = Store(second, series: "1.1.2", instance: "1.1.2.1");

        Assert.Equal((adds, adds ? InstanceFate.Stored : InstanceFate.Aside), (outcome.IsKept, fate));
        Assert.Equal(adds ? [] : ["STU-005"], outcome.Problems.Select(static problem => problem.Code));
        Assert.Equal(adds ? 2 : 1, Study("1.1").Series.Count);
        Assert.Equal(string.IsNullOrEmpty(first) ? null : first, Study("1.1").Facility);
    }

    [Fact]
    public void What_is_refused_is_audited_and_no_name_of_a_facility_is_told()
    {
        Store("North");

        var (outcome, _) = Store("South", instance: "1.1.1.2");

        Assert.Equal([new AuditAct("study.refused", Study("1.1").Id, IsRefusal: true)], outcome.Audit);
        Assert.DoesNotContain("North", outcome.Problems[0].Text, StringComparison.Ordinal);
        Assert.True(outcome.Problems[0].Text.Length <= 64);
    }

    [Fact]
    public void The_same_again_and_another_one_under_its_name_are_told_nothing_of_what_is_stored()
    {
        Store("North");

        var codes = new[] { Store("South"), Store("South", digest: 2) }.Select(static stored => stored.Outcome.Problems[0].Code);

        Assert.Equal(["STU-005", "STU-005"], codes);
    }

    [Fact]
    public void A_study_of_an_order_of_another_facility_is_not_begun()
    {
        _hospital.Caller = "North";
        _hospital.Give(Hospital.Order(OrderRequest.Place));
        var uid = _hospital.Orders[0].Procedures[0].StudyInstanceUid;

        var (outcome, _) = Store("South", study: uid);

        Assert.Equal(["STU-005"], outcome.Problems.Select(static problem => problem.Code));
        Assert.Equal([new AuditAct("study.refused", _hospital.Orders[0].Id, IsRefusal: true)], outcome.Audit);
        Assert.Empty(_hospital.Workspace.Rows.OfType<StudyRow>());
        Assert.Empty(Store("North", study: uid).Outcome.Problems);
        Assert.Equal(LinkState.Linked, Assert.Single(Study(uid).Links).LinkState);
    }

    [Fact]
    public void Who_is_of_no_facility_begins_no_study_that_would_be_hidden_from_it_in_the_middle()
    {
        _hospital.Caller = "North";
        _hospital.Give(Hospital.Order(OrderRequest.Place, accession: "ACC1"));

        var (outcome, _) = Store("", header: Hospital.Accession("ACC1", "MERCY"));

        Assert.Equal(["STU-005"], outcome.Problems.Select(static problem => problem.Code));
        Assert.Empty(_hospital.Workspace.Rows.OfType<StudyRow>());
        // Who sees all may: the study is that of its order.
        Assert.Empty(Store(null, header: Hospital.Accession("ACC1", "MERCY")).Outcome.Problems);
        Assert.Equal("North", Study("1.1").Facility);
        Assert.Empty(Store(null, instance: "1.1.1.2", header: Hospital.Accession("ACC1", "MERCY")).Outcome.Problems);
    }

    [Fact]
    public void Who_began_a_study_that_a_person_merged_goes_on_with_it_and_others_do_not()
    {
        Store("North");
        Store("South", study: "2.1", series: "2.1.1", instance: "2.1.1.1");
        _hospital.Caller = null;
        Assert.Empty(new StudyDecisions(_hospital.Context, [new MergeStudies { StudyInstanceUid = "1.1", Into = "2.1", Reason = "one" }])
            .Apply(_hospital.Workspace).Problems);

        var (north, south) = (Store("North", instance: "1.1.1.2"), Store("South", instance: "1.1.1.3"));

        Assert.Empty(north.Outcome.Problems);
        Assert.Equal("2.1", _hospital.Workspace.Study(_hospital.Workspace.FindSeries("1.1.1")!.StudyId)!.StudyInstanceUid);
        Assert.Equal(["STU-005"], south.Outcome.Problems.Select(static problem => problem.Code));
        Assert.Equal(["STU-005"], Store("North", study: "2.1", series: "2.1.1", instance: "2.1.1.2").Outcome.Problems.Select(static problem => problem.Code));
    }

    [Fact]
    public void A_note_of_another_facility_hides_nothing()
    {
        Store("North");

        var outcome = Reject("South", "1.1.1.1");

        Assert.Equal(["STU-005"], outcome.Problems.Select(static problem => problem.Code));
        Assert.Equal(InstanceState.Shown, Instance("1.1.1.1").InstanceState);
        Assert.Empty(Reject("North", "1.1.1.1").Problems);
        Assert.Equal(InstanceState.Rejected, Instance("1.1.1.1").InstanceState);
    }

    [Theory]
    [InlineData("South", InstanceState.Shown)]
    [InlineData("", InstanceState.Shown)]
    [InlineData("North", InstanceState.Rejected)]
    [InlineData(null, InstanceState.Rejected)]
    public void A_note_that_comes_first_hides_what_its_sender_sees(string? sender, InstanceState state)
    {
        Reject("East", "1.1.1.1");
        Reject(sender, "1.1.1.1");

        Store("North");

        Assert.Equal(state, Instance("1.1.1.1").InstanceState);
    }

    [Theory]
    [InlineData("South", false)]
    [InlineData("North", true)]
    [InlineData(null, true)]
    public void An_archive_of_another_facility_adds_nothing_and_what_is_here_is_known(string? facility, bool adds)
    {
        Store("North");

        var (known, more) = (Store(facility, archive: "OLD"), Store(facility, instance: "1.1.1.2", archive: "OLD"));

        Assert.Equal((InstanceFate.Known, 0), (known.Fate, known.Outcome.Audit.Count));
        Assert.Equal(adds ? InstanceFate.Stored : InstanceFate.Aside, more.Fate);
    }

    /// <summary>Each caller has a study of its own for its notes.</summary>
    private Outcome Reject(string? caller, string instance)
    {
        _hospital.Caller = caller;
        return _hospital.Reject("113001", $"9.{caller?.Length ?? 9}", instance).Outcome;
    }

    private StudyRow Study(string uid) => _hospital.Workspace.Rows.OfType<StudyRow>().Single(study => study.StudyInstanceUid == uid);

    private InstanceRow Instance(string uid) => _hospital.Workspace.Rows.OfType<InstanceRow>().Single(row => row.SopInstanceUid == uid);

    private (Outcome Outcome, InstanceFate Fate) Store(
        string? caller, string study = "1.1", string series = "1.1.1", string instance = "1.1.1.1", DataSet? header = null, byte digest = 1,
        string? archive = null)
    {
        _hospital.Caller = caller;
        return _hospital.Store(study: study, series: series, instance: instance, header: header, digest: digest, archive: archive);
    }
}
