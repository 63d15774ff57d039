using CloudPacs.Dicom;
using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Domain.Performed;
using CloudPacs.Store;
using CloudPacs.Store.Patients;
using CloudPacs.Store.Performed;
using CloudPacs.Store.Reports;
using Xunit;

namespace CloudPacs.Domain.Tests;

/// <summary>An order, its change, what the modality does, its report and a merge of its patient come in any order that can happen.</summary>
public class ArrivalTests
{
    private static readonly (string Name, string[] After, Func<Hospital, Outcome> Give)[] Events =
    [
        ("order", [], static hospital => Order(hospital, OrderRequest.Place, "CT Chest", 1)),
        ("change", [], static hospital => Order(hospital, OrderRequest.Change, "CT Chest with contrast", 2)),
        ("begin", [], static hospital => Report(hospital, PerformedState.InProgress, begins: true)),
        ("end", ["begin"], static hospital => Report(hospital, PerformedState.Completed, begins: false)),
        ("preliminary", [], static hospital => new SentReport(ReportState.Preliminary, 3).To(hospital)),
        ("final", [], static hospital => new SentReport(ReportState.Final, 4).To(hospital)),
        ("cancelled", [], static hospital => new SentReport(ReportState.Cancelled, 5) { Text = null }.To(hospital)),
        ("merge", [], static hospital => hospital.Give(new MergePatients { Patient = Hospital.Patient("MRN9", prior: "MRN1") })),
    ];

    [Fact]
    public void Every_order_of_arrival_ends_in_the_same_state()
    {
        var expected = Play(Events);
        var count = 0;
        foreach (var permutation in Permutations(Events).Where(CanHappen))
        {
            var state = Play(permutation);
            count++;
            Assert.True(expected == state, $"{Names(permutation)}:\n{state}\ninstead of\n{expected}");
        }

        Assert.StartsWith("report Cancelled of 4", expected, StringComparison.Ordinal);
        Assert.InRange(count, 2_000, 40_320);
    }

    /// <summary>
    /// A modality ends what it began, perhaps before anybody ordered it; an order of which images are being made is not changed any more (its
    /// sender is told); nobody is merged whom nobody knows.
    /// </summary>
    private static bool CanHappen((string Name, string[] After, Func<Hospital, Outcome> Give)[] all) =>
        Array.FindIndex(all, static one => one.Name is "merge") > Array.FindIndex(all, static one => one.Name is not ("merge" or "begin" or "end"))
        && (Place(all, "change") < Place(all, "begin") || Place(all, "change") < Place(all, "order")) && Array.TrueForAll(all, one => Array.TrueForAll(one.After, before => Place(all, before) < Place(all, one.Name)));

    private static int Place((string Name, string[] After, Func<Hospital, Outcome> Give)[] all, string name) => Array.FindIndex(all, one => one.Name == name);

    private static string Names((string Name, string[] After, Func<Hospital, Outcome> Give)[] all) => string.Join(", ", all.Select(static one => one.Name));

    private static string Play((string Name, string[] After, Func<Hospital, Outcome> Give)[] all)
    {
        var hospital = new Hospital();
        foreach (var (name, _, give) in all)
        {
            var errors = give(hospital).Problems.Where(static problem => problem.IsError).Select(static problem => problem.Text);
            Assert.True(!errors.Any(), $"{Names(all)}: {name}: {string.Join(' ', errors)}");
        }

        return Describe(hospital);
    }

    private static Outcome Order(Hospital hospital, OrderRequest request, string words, int minute)
    {
        var order = Hospital.Order(request, accession: "ACC1");
        order.Procedure!.Attributes.Set(Tags.RequestedProcedureDescription, words);
        var context = hospital.Context with { SentAt = Hospital.Morning.AddMinutes(minute) };
        return new OrderCommands(context, [Hospital.Patient()], [order]).Apply(hospital.Workspace);
    }

    private static Outcome Report(Hospital hospital, PerformedState state, bool begins)
    {
        var report = new PerformedReport
        {
            SopInstanceUid = "1.1", Begins = begins, State = state, Hash = (long)state,
            Attributes = begins ? Hospital.Performed("IN PROGRESS", new Identifier("MRN1"), new ScheduledReference { AccessionNumber = new Identifier("ACC1") }) : new DataSet(),
        };
        return new PerformedCommands(hospital.Context, report).Apply(hospital.Workspace);
    }

    /// <summary>What the rows say, without their ids.</summary>
    private static string Describe(Hospital hospital)
    {
        var report = hospital.Workspace.Rows.OfType<ReportRow>().Single();
        var performed = hospital.Workspace.Rows.OfType<PerformedStepRow>().Single();
        var order = hospital.Orders.Single();
        var procedure = order.Procedures.Single();
        var words = Attributes.Read(procedure.Attributes).GetString(Tags.RequestedProcedureDescription);
        return $"""
            report {report.Version.State} of {report.NewDocuments![0].Title}
            {string.Join(";", report.Observations.Select(static row => row.Status))}
            linked {report.OrderId == order.Id} {report.OrderStudyUid == procedure.StudyInstanceUid} {report.PatientId == order.PatientId}
            performed {performed.PerformedState} {performed.OrderIds.Single() == order.Id} {performed.StepIds.Single() == procedure.Steps.Single().Id} {performed.PatientId == order.PatientId}
            order {words} {procedure.Steps.Single().StepState} of {Ids(hospital.Workspace.Patient(order.PatientId)!)}
            {string.Join(";", hospital.Workspace.Rows.OfType<PatientRow>().Select(static row => $"{Ids(row)} {row.Active}").Order())}
            """;
    }

    private static string Ids(PatientRow row) =>
        string.Join(",", row.Identifiers.Select(static held => $"{held.Identifier.Value}{(held.IsPrior ? "-" : "")}").Order());

    private static IEnumerable<T[]> Permutations<T>(T[] items) => items.Length <= 1
        ? [items]
        : items.SelectMany((item, i) => Permutations<T>([.. items[..i], .. items[(i + 1)..]]).Select(rest => (T[])[item, .. rest]));
}
