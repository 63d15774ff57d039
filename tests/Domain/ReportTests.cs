using CloudPacs.Dicom;
using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Domain.Reports;
using CloudPacs.Store;
using CloudPacs.Store.Patients;
using CloudPacs.Store.Reports;
using Xunit;

namespace CloudPacs.Domain.Tests;

/// <summary>Versions of reports, in whatever order they come.</summary>
public class ReportTests
{
    private static readonly DateTimeOffset Morning = new(2026, 3, 10, 8, 0, 0, TimeSpan.Zero);

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
        Sent one = new(first, 1), other = new(second, 2);

        Assert.Equal((shown, "2"), Play(one, other));
        Assert.Equal((shown, "2"), Play(other, one));
    }

    [Fact]
    public void Without_times_the_state_tells_which_version_is_the_later_one()
    {
        Sent final = new(ReportState.Final, null) { Text = "final" }, preliminary = new(ReportState.Preliminary, null) { Text = "preliminary" };

        Assert.Equal((ReportState.Final, "final"), Play(final, preliminary));
        Assert.Equal((ReportState.Final, "final"), Play(preliminary, final));
    }

    [Fact]
    public void A_released_report_does_not_become_a_preliminary_one_again()
    {
        new Sent(ReportState.Final, 1).To(_hospital);

        var outcome = new Sent(ReportState.Preliminary, 2).To(_hospital);

        Assert.Contains("REP-022", outcome.Problems.Select(static problem => problem.Code));
        Assert.Contains("stale", outcome.Flags);
        Assert.Equal(ReportState.Final, Report.Version.State);
    }

    [Fact]
    public void A_version_without_content_keeps_the_content_in_either_order()
    {
        Sent preliminary = new(ReportState.Preliminary, 1), final = new(ReportState.Final, 2), cancel = new(ReportState.Cancelled, 3) { Text = null };

        Assert.Equal((ReportState.Cancelled, "2"), Play(preliminary, final, cancel));
        Assert.Equal((ReportState.Cancelled, "2"), Play(cancel, final, preliminary));
        Assert.Equal((ReportState.Cancelled, "2"), Play(final, cancel, preliminary));
    }

    [Fact]
    public void Results_of_one_number_are_told_apart_by_what_was_examined()
    {
        Sent a = new(ReportState.Final, 1) { Code = "A" }, b = new(ReportState.Final, 1) { Code = "B" };
        new ReportCommands(_hospital.Context, [a.Details, b.Details]).Apply(_hospital.Workspace);

        new Sent(ReportState.Corrected, 2) { Code = "B" }.To(_hospital);

        Assert.Equal(
            [("A", ReportState.Final), ("B", ReportState.Corrected)],
            _hospital.Workspace.Rows.OfType<ReportRow>().Select(static row => (row.Code!, row.Version.State)).Order());
    }

    [Fact]
    public void Two_results_that_cannot_be_told_apart_are_refused()
    {
        var sent = new Sent(ReportState.Final, 1);

        var outcome = new ReportCommands(_hospital.Context, [sent.Details, sent.Details]).Apply(_hospital.Workspace);

        Assert.Equal("REP-006", outcome.Problems[0].Code);
        Assert.Empty(_hospital.Workspace.Rows);
    }

    [Theory]
    [InlineData(ReportRelation.Addendum, ReportState.Appended)]
    [InlineData(ReportRelation.Replacement, ReportState.EnteredInError)]
    public void A_later_document_shows_in_the_one_that_it_names_in_either_order(ReportRelation relation, ReportState shown)
    {
        Sent first = new(ReportState.Final, 1) { Document = "D1" };
        var second = new Sent(ReportState.Final, 2) { Document = "D2", Parent = "D1", Relation = relation };
        foreach (var order in (Sent[][])[[first, second], [second, first]])
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
        new Sent(ReportState.Final, 1) { Document = "D1" }.To(_hospital);
        var addendum = new Sent(ReportState.Final, 2) { Document = "D2", Parent = "D1", Relation = ReportRelation.Addendum };
        addendum.To(_hospital);

        (addendum with { State = ReportState.Cancelled, Minute = 3 }).To(_hospital);

        var first = _hospital.Workspace.Rows.OfType<ReportRow>().Single(static row => row.Number.Value == "D1");
        Assert.Equal(ReportState.Final, ReportTable.Shown(first));
    }

    [Fact]
    public void A_report_goes_with_its_patient_when_that_is_merged()
    {
        new Sent(ReportState.Final, 1).To(_hospital);

        _hospital.Give(new MergePatients { Patient = Hospital.Patient("MRN9", prior: "MRN1") });

        Assert.Contains(_hospital.Workspace.Patient(Report.PatientId!.Value)!.Identifiers, static held => held.Identifier.Value == "MRN9");
    }

    [Fact]
    public void Every_order_of_arrival_ends_in_the_same_state()
    {
        (string Name, Func<Hospital, Outcome> Give)[] events =
        [
            ("order", static hospital => Order(hospital, OrderRequest.Place, "CT Chest", 1)),
            ("change", static hospital => Order(hospital, OrderRequest.Change, "CT Chest with contrast", 2)),
            ("preliminary", static hospital => new Sent(ReportState.Preliminary, 3).To(hospital)),
            ("final", static hospital => new Sent(ReportState.Final, 4).To(hospital)),
            ("cancelled", static hospital => new Sent(ReportState.Cancelled, 5) { Text = null }.To(hospital)),
            ("merge", static hospital => hospital.Give(new MergePatients { Patient = Hospital.Patient("MRN9", prior: "MRN1") })),
        ];
        var states = new Dictionary<string, string>();
        // Nobody is merged whom nobody knows.
        foreach (var permutation in Permutations(events).Where(static all => all[0].Name != "merge"))
        {
            var hospital = new Hospital();
            var name = string.Join(", ", permutation.Select(static step => step.Name));
            foreach (var (_, give) in permutation) Assert.DoesNotContain(give(hospital).Problems, static problem => problem.IsError);
            states[name] = Describe(hospital);
        }

        Assert.Equal(600, states.Count);
        var expected = states["order, change, preliminary, final, cancelled, merge"];
        Assert.StartsWith("Cancelled of 4", expected, StringComparison.Ordinal);
        Assert.All(states, state => Assert.True(expected == state.Value, $"{state.Key}:\n{state.Value}\ninstead of\n{expected}"));
    }

    private static Outcome Order(Hospital hospital, OrderRequest request, string words, int minute)
    {
        var order = Hospital.Order(request, accession: "ACC1");
        order.Procedure!.Attributes.Set(Tags.RequestedProcedureDescription, words);
        var context = hospital.Context with { SentAt = Morning.AddMinutes(minute) };
        return new OrderCommands(context, [Hospital.Patient()], [order]).Apply(hospital.Workspace);
    }

    /// <summary>What the rows say, without their ids.</summary>
    private static string Describe(Hospital hospital)
    {
        var report = hospital.Workspace.Rows.OfType<ReportRow>().Single();
        var order = hospital.Orders.Single();
        var procedure = order.Procedures.Single();
        var words = Attributes.Read(procedure.Attributes).GetString(Tags.RequestedProcedureDescription);
        return $"""
            {report.Version.State} of {report.NewDocuments![0].Title}
            {string.Join(";", report.Observations.Select(static row => row.Status))}
            linked {report.OrderId == order.Id} {report.OrderStudyUid == procedure.StudyInstanceUid} {report.PatientId == order.PatientId}
            order {words} {procedure.Steps.Single().StepState} of {Ids(hospital.Workspace.Patient(order.PatientId)!)}
            {string.Join(";", hospital.Workspace.Rows.OfType<PatientRow>().Select(static row => $"{Ids(row)} {row.Active}").Order())}
            """;
    }

    private static string Ids(PatientRow row) =>
        string.Join(",", row.Identifiers.Select(static held => $"{held.Identifier.Value}{(held.IsPrior ? "-" : "")}").Order());

    private static IEnumerable<T[]> Permutations<T>(T[] items) => items.Length <= 1
        ? [items]
        : items.SelectMany((item, i) => Permutations<T>([.. items[..i], .. items[(i + 1)..]]).Select(rest => (T[])[item, .. rest]));

    private static (ReportState State, string? Text) Play(params Sent[] versions)
    {
        var hospital = new Hospital();
        foreach (var version in versions) version.To(hospital);
        var row = hospital.Workspace.Rows.OfType<ReportRow>().Single();
        return (row.Version.State, row.NewDocuments?[0].Title);
    }

    /// <summary>One version of a report, sent at a minute after the morning's hour; null = nobody says when.</summary>
    private sealed record Sent(ReportState State, int? Minute)
    {
        public string? Text { get; init; } = $"{Minute}";

        public string? Document { get; init; }

        public string Code { get; init; } = "CTCHEST";

        public string? Parent { get; init; }

        public ReportRelation Relation { get; init; }

        public ReportDetails Details => new()
        {
            DocumentNumber = Document is null ? null : new Identifier(Document),
            FillerNumber = new Identifier("REPORT"),
            AccessionNumber = new Identifier("ACC1"),
            Code = Code,
            State = State,
            ParentNumber = Parent is null ? null : new Identifier(Parent),
            Relation = Relation,
            Patient = Hospital.Patient(),
            Documents = Text is null ? [] : [new ReportDocument { Title = Text, Size = 1, Open = static () => new MemoryStream([65]) }],
            Observations = Text is null ? [] : [new ObservationDetails { Code = "8867-4|LN", Status = $"at {Minute}" }],
        };

        public Outcome To(Hospital hospital)
        {
            var context = hospital.Context with { SentAt = Minute is { } minute ? Morning.AddMinutes(minute) : null };
            return new ReportCommands(context, [Details]).Apply(hospital.Workspace);
        }
    }
}
