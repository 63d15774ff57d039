using CloudPacs.Domain.Patients;
using CloudPacs.Domain.Reports;
using CloudPacs.Store;
using CloudPacs.Store.Reports;
using Xunit;

namespace CloudPacs.Domain.Tests;

/// <summary>Versions of reports, in whatever order they come.</summary>
public class ReportTests
{
    private readonly Hospital _hospital = new();

    private ReportRow Report => Assert.Single(_hospital.Workspace.Rows.OfType<ReportRow>());

    [Theory]
    [InlineData(ReportState.Preliminary, ReportState.Final, ReportState.Final)]
    [InlineData(ReportState.Registered, ReportState.Preliminary, ReportState.Preliminary)]
    [InlineData(ReportState.Final, ReportState.Corrected, ReportState.Corrected)]
    [InlineData(ReportState.Final, ReportState.Cancelled, ReportState.Cancelled)]
    [InlineData(ReportState.Preliminary, ReportState.Cancelled, ReportState.Cancelled)]
    [InlineData(ReportState.Corrected, ReportState.EnteredInError, ReportState.EnteredInError)]
    public void The_later_version_counts_in_either_order(ReportState first, ReportState second, ReportState shown)
    {
        SentReport one = new(first, 1), other = new(second, 2);

        Assert.Equal((shown, "2"), Play(one, other));
        Assert.Equal((shown, "2"), Play(other, one));
    }

    [Fact]
    public void Without_times_the_state_tells_which_version_is_the_later_one()
    {
        SentReport final = new(ReportState.Final, null) { Text = "final" }, preliminary = new(ReportState.Preliminary, null) { Text = "preliminary" };

        Assert.Equal((ReportState.Final, "final"), Play(final, preliminary));
        Assert.Equal((ReportState.Final, "final"), Play(preliminary, final));
    }

    [Fact]
    public void A_released_report_does_not_become_a_preliminary_one_again()
    {
        new SentReport(ReportState.Final, 1).To(_hospital);

        var outcome = new SentReport(ReportState.Preliminary, 2).To(_hospital);

        Assert.Contains("REP-022", outcome.Problems.Select(static problem => problem.Code));
        Assert.Contains("stale", outcome.Flags);
        Assert.Equal(ReportState.Final, Report.Version.State);
    }

    [Fact]
    public void A_version_without_content_keeps_the_content_in_either_order()
    {
        SentReport preliminary = new(ReportState.Preliminary, 1), final = new(ReportState.Final, 2), cancel = new(ReportState.Cancelled, 3) { Text = null };

        Assert.Equal((ReportState.Cancelled, "2"), Play(preliminary, final, cancel));
        Assert.Equal((ReportState.Cancelled, "2"), Play(cancel, final, preliminary));
        Assert.Equal((ReportState.Cancelled, "2"), Play(final, cancel, preliminary));
    }

    [Fact]
    public void Results_of_one_number_are_told_apart_by_what_was_examined()
    {
        SentReport a = new(ReportState.Final, 1) { Code = "A" }, b = new(ReportState.Final, 1) { Code = "B" };
        new ReportCommands(_hospital.Context, [a.Details, b.Details]).Apply(_hospital.Workspace);

        new SentReport(ReportState.Corrected, 2) { Code = "B" }.To(_hospital);

        Assert.Equal(
            [("A", ReportState.Final), ("B", ReportState.Corrected)],
            _hospital.Workspace.Rows.OfType<ReportRow>().Select(static row => (row.Code!, row.Version.State)).Order());
    }

    [Fact]
    public void Two_results_that_cannot_be_told_apart_are_refused()
    {
        var sent = new SentReport(ReportState.Final, 1);

        var outcome = new ReportCommands(_hospital.Context, [sent.Details, sent.Details]).Apply(_hospital.Workspace);

        Assert.Equal("REP-006", outcome.Problems[0].Code);
        Assert.Empty(_hospital.Workspace.Rows);
    }

    [Theory]
    [InlineData(ReportRelation.Addendum, ReportState.Appended)]
    [InlineData(ReportRelation.Replacement, ReportState.EnteredInError)]
    public void A_later_document_shows_in_the_one_that_it_names_in_either_order(ReportRelation relation, ReportState shown)
    {
        SentReport first = new(ReportState.Final, 1) { Document = "D1" };
        var second = new SentReport(ReportState.Final, 2) { Document = "D2", Parent = "D1", Relation = relation };
        foreach (var order in (SentReport[][])[[first, second], [second, first]])
        {
            var hospital = new Hospital();
            foreach (var sent in order) sent.To(hospital);
            var rows = hospital.Workspace.Rows.OfType<ReportRow>().ToDictionary(static row => row.Number.Value, ReportTable.Shown);
            Assert.Equal((shown, ReportState.Final), (rows["D1"], rows["D2"]));
        }
    }

    [Fact]
    public void An_addendum_that_is_withdrawn_leaves_the_report_as_it_was()
    {
        new SentReport(ReportState.Final, 1) { Document = "D1" }.To(_hospital);
        var addendum = new SentReport(ReportState.Final, 2) { Document = "D2", Parent = "D1", Relation = ReportRelation.Addendum };
        addendum.To(_hospital);

        (addendum with { State = ReportState.Cancelled, Minute = 3 }).To(_hospital);

        var first = _hospital.Workspace.Rows.OfType<ReportRow>().Single(static row => row.Number.Value == "D1");
        Assert.Equal(ReportState.Final, ReportTable.Shown(first));
    }

    [Fact]
    public void A_report_goes_with_its_patient_when_that_is_merged()
    {
        new SentReport(ReportState.Final, 1).To(_hospital);

        _hospital.Give(new MergePatients { Patient = Hospital.Patient("MRN9", prior: "MRN1") });

        Assert.Contains(_hospital.Workspace.Patient(Report.PatientId!.Value)!.Identifiers, static held => held.Identifier.Value == "MRN9");
    }

    [Fact]
    public void A_visit_that_moves_to_another_patient_takes_no_report_along_that_is_not_of_it()
    {
        _hospital.Give(new UpdatePatient { Patient = OfVisit("MRN1") });
        new SentReport(ReportState.Final, 1).To(_hospital);

        var outcome = _hospital.Give(new MoveVisit { Patient = OfVisit("MRN9", prior: "MRN1") });

        Assert.DoesNotContain(outcome.Problems, static problem => problem.IsError);
        Assert.Contains(outcome.Audit, static act => act.Verb == "visit.moved");
        Assert.Equal("MRN1", Assert.Single(_hospital.Workspace.Patient(Report.PatientId!.Value)!.Identifiers).Identifier.Value);
    }

    private static PatientDetails OfVisit(string id, string? prior = null) => new()
    {
        Primary = new Identifier(id), Prior = prior is null ? [] : [new Identifier(prior)], Visit = new Identifier("V1"), PriorVisit = new Identifier("V1"),
    };

    private static (ReportState State, string? Text) Play(params SentReport[] versions)
    {
        var hospital = new Hospital();
        foreach (var version in versions) version.To(hospital);
        var row = hospital.Workspace.Rows.OfType<ReportRow>().Single();
        return (row.Version.State, row.NewDocuments?[0].Title);
    }
}
