using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Domain.Studies;
using CloudPacs.Store.Studies;
using Xunit;

namespace CloudPacs.Domain.Tests;

/// <summary>Studies are split and merged, and put back; images that come later find where their series went.</summary>
public class StudyMoveTests
{
    private readonly Hospital _hospital = new();

    [Fact]
    public void Images_of_another_patient_become_a_study_of_that_patient_with_its_order()
    {
        _hospital.Give(Hospital.Order(OrderRequest.Place, "P1", "ACC1"));
        _hospital.Give(new UpdatePatient { Patient = Hospital.Patient("MRN2", "OTHER^ONE") });
        new OrderCommands(_hospital.Context, [Hospital.Patient("MRN2", "OTHER^ONE")], [Hospital.Order(OrderRequest.Place, "P2", "ACC2")])
            .Apply(_hospital.Workspace);
        _hospital.Store(header: Hospital.Accession("ACC1", "MERCY"));
        // One in a series of its own, one in that of the first patient.
        _hospital.Store(patient: "MRN2", series: "1.1.2", instance: "1.1.2.1", header: Hospital.Accession("ACC2", "MERCY"));
        _hospital.Store(patient: "MRN2", instance: "1.1.1.2", header: Hospital.Accession("ACC2", "MERCY"));
        Assert.True(Study("1.1").IsUndecided);

        Decide(new SplitStudy { StudyInstanceUid = "1.1", Reason = "two patients" });

        var (first, second) = (Study("1.1"), Studies.Single(static study => study.StudyInstanceUid != "1.1"));
        Assert.Equal((1, 1), (first.Series.Count, first.Series[0].Instances));
        Assert.DoesNotContain("patient-conflict", first.Flags);
        Assert.Equal(_hospital.Orders[1].PatientId, second.PatientId);
        Assert.Equal([(LinkRule.AccessionAndIssuer, LinkState.Linked)], second.Links.Select(static link => (link.Rule, link.LinkState)));
        Assert.Equal([1, 1], second.Series.Select(static series => series.Instances));
        Assert.Contains("1.1.2", second.Series.Select(static series => series.SeriesInstanceUid));
        Assert.All(second.Series, static series => Assert.Equal("1.1", series.SentStudyUid));
        Assert.All(Instances, static row => Assert.Equal(InstanceState.Shown, row.InstanceState));
        AssertRefused("STU-042", new SplitStudy { StudyInstanceUid = "1.1" });

        // One more of the series that was moved goes where it went, and one more of the other patient waits again.
        var (later, fate) = _hospital.Store(patient: "MRN2", series: "1.1.2", instance: "1.1.2.2", header: Hospital.Accession("ACC2", "MERCY"));
        Assert.Equal((0, InstanceFate.Stored), (later.Problems.Count, fate));
        Assert.Equal(2, second.Series.Single(static series => series.SeriesInstanceUid == "1.1.2").Instances);
        Assert.Equal(InstanceFate.Known, _hospital.Store(patient: "MRN2", series: "1.1.2", instance: "1.1.2.2", header: Hospital.Accession("ACC2", "MERCY")).Fate);
    }

    [Fact]
    public void Images_that_show_another_id_are_accepted_as_those_of_the_patient()
    {
        _hospital.Store();
        _hospital.Store(patient: "MRN9", instance: "1.1.1.2");

        Decide(new AcceptImages { StudyInstanceUid = "1.1" });

        Assert.Equal(2, Study("1.1").Series[0].Instances);
        Assert.DoesNotContain("patient-conflict", Study("1.1").Flags);
        Assert.All(Instances, static row => Assert.Equal(InstanceState.Shown, row.InstanceState));
        AssertRefused("STU-042", new AcceptImages { StudyInstanceUid = "1.1" });
    }

    [Fact]
    public void Accepted_images_are_hidden_again_and_can_still_be_split_off()
    {
        _hospital.Store();
        _hospital.Store(patient: "MRN9", instance: "1.1.1.2");
        AssertRefused("STU-049", new HideImages { StudyInstanceUid = "1.1" });
        Decide(new AcceptImages { StudyInstanceUid = "1.1" });

        Decide(new HideImages { StudyInstanceUid = "1.1", Reason = "the names were mixed up" });

        Assert.Equal(1, Study("1.1").Series[0].Instances);
        Assert.Contains("patient-conflict", Study("1.1").Flags);
        Assert.Equal([InstanceState.Shown, InstanceState.PatientConflict], Instances.Select(static row => row.InstanceState));

        Decide(new SplitStudy { StudyInstanceUid = "1.1" });
        Assert.Equal("MRN9", Studies.Single(static study => study.StudyInstanceUid != "1.1").ShownPatientId?.Value);
    }

    [Fact]
    public void A_series_is_split_off_and_merged_back()
    {
        _hospital.Store();
        _hospital.Store(series: "1.1.2", instance: "1.1.2.1");
        AssertRefused("STU-043", new SplitStudy { StudyInstanceUid = "1.1", SeriesInstanceUids = ["1.1.9"] });
        AssertRefused("STU-044", new SplitStudy { StudyInstanceUid = "1.1", SeriesInstanceUids = ["1.1.1", "1.1.2"] });

        for (var round = 0; round < 2; round++)
        {
            Decide(new SplitStudy { StudyInstanceUid = "1.1", SeriesInstanceUids = ["1.1.2"] });
            var made = Studies.Single(static study => study.StudyInstanceUid != "1.1");
            Assert.Equal((1, 1, StudyState.Available), (Study("1.1").Series.Count, made.Series.Count, made.StudyState));
            Assert.Equal("1.1", made.Series[0].SentStudyUid);

            Decide(new MergeStudies { StudyInstanceUid = made.StudyInstanceUid, Into = "1.1" });
            Assert.Equal((2, 0, StudyState.EnteredInError), (Study("1.1").Series.Count, made.Series.Count, made.StudyState));
            Assert.All(Study("1.1").Series, static series => Assert.Null(series.SentStudyUid));
            AssertRefused("STU-040", new IgnoreStudy { StudyInstanceUid = made.StudyInstanceUid });
        }
    }

    [Fact]
    public void A_study_goes_into_another_one_with_what_comes_later_and_comes_back()
    {
        _hospital.Give(Hospital.Order(OrderRequest.Place, accession: "ACC1"));
        _hospital.Store(header: Hospital.Accession("ACC1", "MERCY"));
        _hospital.Store(study: "1.2", series: "1.2.1", instance: "1.2.1.1");

        Decide(new MergeStudies { StudyInstanceUid = "1.1", Into = "1.2", Reason = "console was started again" });

        var (gone, survivor) = (Study("1.1"), Study("1.2"));
        Assert.Equal((StudyState.EnteredInError, "1.2", 0), (gone.StudyState, gone.MergedInto, gone.Series.Count));
        Assert.False(survivor.IsWaiting);
        Assert.Equal(["1.2.1", "1.1.1"], survivor.Series.Select(static series => series.SeriesInstanceUid));

        // A new series of the study that is gone.
        Assert.Equal(InstanceFate.Stored, _hospital.Store(series: "1.1.2", instance: "1.1.2.1", header: Hospital.Accession("ACC1", "MERCY")).Fate);
        Assert.Equal(3, survivor.Series.Count);
        Assert.Empty(gone.Series);

        Decide(new SeparateStudy { StudyInstanceUid = "1.1" });
        Assert.Equal((StudyState.Available, 2, 1), (gone.StudyState, gone.Series.Count, survivor.Series.Count));
        Assert.All(gone.Series, static series => Assert.Null(series.SentStudyUid));
        AssertRefused("STU-048", new SeparateStudy { StudyInstanceUid = "1.1" });
    }

    [Fact]
    public void Studies_of_two_patients_are_not_merged()
    {
        _hospital.Give(new UpdatePatient { Patient = Hospital.Patient() });
        _hospital.Store();
        _hospital.Store(patient: "MRN2", study: "1.2", series: "1.2.1", instance: "1.2.1.1");

        AssertRefused("STU-045", new MergeStudies { StudyInstanceUid = "1.2", Into = "1.1" });
        AssertRefused("STU-047", new MergeStudies { StudyInstanceUid = "1.1", Into = "1.1" });
        AssertRefused("STU-047", new MergeStudies { StudyInstanceUid = "1.1", Into = "1.9" });
    }

    private IEnumerable<StudyRow> Studies => _hospital.Workspace.Rows.OfType<StudyRow>();

    private IEnumerable<InstanceRow> Instances => _hospital.Workspace.Rows.OfType<InstanceRow>();

    private StudyRow Study(string uid) => Studies.Single(study => study.StudyInstanceUid == uid);

    private void Decide(StudyDecision decision) => Assert.Empty(new StudyDecisions(_hospital.Context, [decision]).Apply(_hospital.Workspace).Problems);

    private void AssertRefused(string code, StudyDecision decision) =>
        Assert.Equal([code], new StudyDecisions(_hospital.Context, [decision]).Apply(_hospital.Workspace).Problems.Select(static problem => problem.Code));
}
