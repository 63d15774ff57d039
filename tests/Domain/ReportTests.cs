using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Domain.Reports;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
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
    public void Results_of_one_number_that_come_one_after_the_other_stand_beside_each_other()
    {
        SentReport chest = new(ReportState.Final, 1), abdomen = new(ReportState.Final, 2) { Code = "CTABDOMEN" };
        chest.To(_hospital);

        var beside = abdomen.To(_hospital);
        var again = (abdomen with { State = ReportState.Corrected, Minute = 3, Text = "3" }).To(_hospital);

        Assert.Contains("REP-029", beside.Problems.Select(static problem => problem.Code));
        Assert.DoesNotContain("REP-029", again.Problems.Select(static problem => problem.Code));
        Assert.Equal(
            [("CTABDOMEN", "3"), ("CTCHEST", "1")],
            _hospital.Workspace.Rows.OfType<ReportRow>().Select(static row => (row.Code!, row.NewDocuments![0].Title!)).Order());
    }

    [Fact]
    public void Of_one_number_all_results_are_about_one_patient()
    {
        new SentReport(ReportState.Final, 1).To(_hospital);

        var outcome = new SentReport(ReportState.Final, 2) { Code = "CTABDOMEN", PatientId = "MRN2" }.To(_hospital);

        Assert.Equal("REP-005", Assert.Single(outcome.Problems).Code);
        Assert.Equal("CTCHEST", Report.Code);
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

    [Theory]
    [InlineData("D1")]
    [InlineData("D2")]
    public void A_document_that_replaces_itself_or_what_replaces_it_is_refused(string parent)
    {
        new SentReport(ReportState.Final, 1) { Document = "D1" }.To(_hospital);
        var second = new SentReport(ReportState.Final, 2) { Document = "D2", Parent = "D1", Relation = ReportRelation.Replacement };
        second.To(_hospital);

        var first = new SentReport(ReportState.Final, 3) { Document = "D1", Parent = parent, Relation = ReportRelation.Replacement };
        var outcome = first.To(_hospital);

        Assert.Equal(["REP-007"], outcome.Problems.Where(static problem => problem.IsError).Select(static problem => problem.Code));
        var rows = _hospital.Workspace.Rows.OfType<ReportRow>().ToDictionary(static row => row.Number.Value, ReportTable.Shown);
        Assert.Equal((ReportState.EnteredInError, ReportState.Final), (rows["D1"], rows["D2"]));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(12)]
    public void A_circle_of_several_documents_is_refused_whichever_closes_it(int count)
    {
        for (var closing = 1; closing <= count; closing++)
        {
            var hospital = new Hospital();
            for (var n = 1; n < count; n++) Assert.False(Send(hospital, (closing + n) % count).HasErrors);

            var outcome = Send(hospital, closing % count);

            Assert.Equal(["REP-007"], outcome.Problems.Where(static problem => problem.IsError).Select(static problem => problem.Code));
        }

        Outcome Send(Hospital hospital, int document) => new SentReport(ReportState.Final, 1)
        {
            Document = $"D{document}", Parent = $"D{(document + 1) % count}", Relation = ReportRelation.Addendum,
        }.To(hospital);
    }

    [Fact]
    public void A_chain_that_is_too_long_to_be_followed_is_refused_where_a_circle_could_close()
    {
        for (var n = 1; n <= 20; n++) Send(n);

        var closing = Send(0, parent: 19);
        var further = Send(21);

        Assert.Equal(("REP-009", false), (closing.Problems[0].Code, further.HasErrors));

        Outcome Send(int document, int? parent = null) => new SentReport(ReportState.Final, 1)
        {
            Document = $"D{document}", Parent = $"D{parent ?? document - 1}", Relation = ReportRelation.Replacement,
        }.To(_hospital);
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
    public void A_document_that_names_another_parent_later_counts_for_that_one_and_is_told()
    {
        foreach (var first in (string[])["D1", "D3"]) new SentReport(ReportState.Final, 1) { Document = first }.To(_hospital);
        var addendum = new SentReport(ReportState.Final, 2) { Document = "D2", Parent = "D1", Relation = ReportRelation.Addendum };
        var named = addendum.To(_hospital);

        var renamed = (addendum with { Minute = 3, Parent = "D3" }).To(_hospital);
        var late = (addendum with { State = ReportState.Preliminary, Minute = 1 }).To(_hospital);

        Assert.Equal(["", "REP-028", "REP-022"], [Told(named), Told(renamed), Told(late)]);
        var rows = _hospital.Workspace.Rows.OfType<ReportRow>().ToDictionary(static row => row.Number.Value);
        Assert.Equal((ReportState.Final, ReportState.Appended), (ReportTable.Shown(rows["D1"]), ReportTable.Shown(rows["D3"])));
        Assert.Equal("D3", rows["D2"].ParentNumber!.Value.Value);

        static string Told(Outcome outcome) => string.Join(
            ' ', outcome.Problems.Select(static problem => problem.Code).Where(static code => code is "REP-022" or "REP-027" or "REP-028"));
    }

    [Fact]
    public void A_report_that_names_nobody_is_not_linked_to_the_order_of_somebody_else()
    {
        var order = Place("P2", "ACC2", "MRN2");
        new SentReport(ReportState.Final, 1).To(_hospital);

        var outcome = new SentReport(ReportState.Final, 2) { Accession = "ACC2", PatientId = null }.To(_hospital);

        Assert.Equal("REP-004", Assert.Single(outcome.Problems).Code);
        Assert.Null(Report.OrderId);
        Assert.NotEqual(order.PatientId, Report.PatientId);
    }

    [Fact]
    public void A_correction_that_names_another_order_leaves_nothing_of_the_first_one_in_either_order()
    {
        var wrong = new SentReport(ReportState.Final, 1) { Placer = "P1", Study = "1.2.3" };
        var right = new SentReport(ReportState.Corrected, 2) { Accession = "ACC2" };
        foreach (var versions in (SentReport[][])[[wrong, right], [right, wrong]])
        {
            var hospital = new Hospital();
            var (first, second) = (Place("P1", "ACC1", hospital: hospital), Place("P2", "ACC2", hospital: hospital));
            first.VisitId = hospital.Workspace.AddVisit(first.PatientId, new Identifier("V1"), "in-progress").Id;

            foreach (var version in versions) version.To(hospital);

            var row = hospital.Workspace.Rows.OfType<ReportRow>().Single();
            Assert.Equal((second.Id, null, "ACC2"), (row.OrderId!.Value, row.PlacerNumber, row.AccessionNumber!.Value.Value));
            Assert.Equal((null, second.Procedures[0].StudyInstanceUid, null), (row.StudyInstanceUid, row.OrderStudyUid, row.VisitId));
        }
    }

    [Fact]
    public void A_correction_that_names_an_order_that_is_not_known_waits_for_it()
    {
        Place("P1", "ACC1");
        new SentReport(ReportState.Final, 1) { Placer = "P1" }.To(_hospital);

        var outcome = new SentReport(ReportState.Corrected, 2) { Accession = "ACC2" }.To(_hospital);
        var waits = Report.OrderId;
        var order = Place("P2", "ACC2");

        Assert.Equal(["REP-021", "REP-024"], outcome.Problems.Select(static problem => problem.Code).Order());
        Assert.Equal((null, order.Id), (waits, Report.OrderId));
    }

    [Fact]
    public void A_later_version_of_the_same_order_corrects_numbers_and_keeps_those_that_it_does_not_name()
    {
        var order = Place("P1", "ACC1");
        new SentReport(ReportState.Final, 1) { Placer = "P1", Study = "1.2.3" }.To(_hospital);

        new SentReport(ReportState.Corrected, 2) { Study = "1.2.4" }.To(_hospital);
        new SentReport(ReportState.Preliminary, 1) { Study = "1.2.5" }.To(_hospital);

        Assert.Equal((order.Id, "P1", "1.2.4"), (Report.OrderId!.Value, Report.PlacerNumber!.Value.Value, Report.StudyInstanceUid));
    }

    [Fact]
    public void A_report_goes_with_its_patient_when_that_is_merged()
    {
        new SentReport(ReportState.Final, 1).To(_hospital);

        _hospital.Give(new MergePatients { Patient = Hospital.Patient("MRN9", prior: "MRN1") });

        Assert.Contains(_hospital.Workspace.Patient(Report.PatientId!.Value)!.Identifiers, static held => held.Identifier.Value == "MRN9");
    }

    private OrderRow Place(string placer, string accession, string patient = "MRN1", Hospital? hospital = null)
    {
        hospital ??= _hospital;
        var order = Hospital.Order(OrderRequest.Place, placer, accession);
        new OrderCommands(hospital.Context, [Hospital.Patient(patient)], [order]).Apply(hospital.Workspace);
        return hospital.Orders.Single(row => row.PlacerNumber!.Value.Value == placer);
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
