using CloudPacs.Dicom;
using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Domain.Performed;
using CloudPacs.Store;
using CloudPacs.Store.Patients;
using CloudPacs.Store.Performed;
using CloudPacs.Store.Studies;
using Xunit;

namespace CloudPacs.Domain.Tests;

/// <summary>
/// Images that say something wrong, and orders that share a number, in every order in which they can come: the end is the same, and no
/// study is linked with an order of somebody else or one that a person should choose.
/// </summary>
public class MislabelledStudyTests
{
    private static readonly Dictionary<string, (Action<Hospital>[] Events, string[] Links)> Cases = new()
    {
        ["as it should be"] = ([Order("P1", "MRN1", "ACC1"), Image("MRN1", "ACC1"), Image("MRN1", "ACC1", number: 2)], ["P1 Linked"]),
        ["a wrong accession number"] = ([Order("P1", "MRN1", "ACC1"), Image("MRN1", "ACC9"), Patient("MRN1")], []),
        ["a wrong accession number that another patient has"] =
            ([Order("P1", "MRN1", "ACC1"), Order("P2", "MRN2", "ACC2"), Image("MRN1", "ACC2")], ["P2 Conflict"]),
        ["a wrong patient id that is known"] = ([Order("P1", "MRN1", "ACC1"), Patient("MRN2"), Image("MRN2", "ACC1")], ["P1 Conflict"]),
        ["a wrong patient id that nobody has"] = ([Order("P1", "MRN1", "ACC1"), Image("MRN9", "ACC1"), Image("MRN9", "ACC1", number: 2)], ["P1 Conflict"]),
        ["no patient id"] = ([Order("P1", "MRN1", "ACC1"), Image(null, "ACC1")], ["P1 Suggested"]),
        ["two orders with one accession number from two issuers, not named"] =
            ([Order("P1", "MRN1", "ACC1", "LABA"), Order("P2", "MRN1", "ACC1", "LABB"), Image("MRN1", "ACC1")], ["P1 Suggested", "P2 Suggested"]),
        ["two orders with one accession number from two issuers, named"] =
            ([Order("P1", "MRN1", "ACC1", "LABA"), Order("P2", "MRN1", "ACC1", "LABB"), Image("MRN1", "ACC1", "LABB")], ["P2 Linked"]),
        ["two orders with one accession number of two patients"] =
            ([Order("P1", "MRN1", "ACC1", "LABA"), Order("P2", "MRN2", "ACC1", "LABB"), Image("MRN2", "ACC1")], ["P2 Linked"]),
        ["no order"] = ([Patient("MRN1"), Image("MRN1", null), Image("MRN1", null, number: 2)], []),
        ["images of another patient in the study"] =
            ([Order("P1", "MRN1", "ACC1"), Patient("MRN2"), Image("MRN1", "ACC1"), Image("MRN2", "ACC1", number: 2)], ["P1 Linked|P1 Conflict"]),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_end_is_the_same_in_every_order(string name)
    {
        var (events, links) = Cases[name];
        foreach (var order in Permutations([.. Enumerable.Range(0, events.Length)]))
        {
            var hospital = new Hospital();
            foreach (var i in order) events[i](hospital);
            // What comes twice changes nothing.
            foreach (var i in order.Reverse()) events[i](hospital);

            var study = Assert.Single(hospital.Workspace.Rows.OfType<StudyRow>());
            var found = study.Links.Where(static link => link.LinkState != LinkState.Withdrawn)
                .Select(link => $"{hospital.Orders.Single(one => one.Id == link.OrderId).PlacerNumber?.Value} {link.LinkState}").Order().ToArray();
            Assert.True(Allowed(links, found), $"{name}, in the order {string.Join(',', order)}: {string.Join(", ", found)}");
            AssertNobodyElses(hospital, study);
        }
    }

    /// <summary>Of two patients in one study the first has it; the other one's order is a conflict then.</summary>
    private static bool Allowed(string[] expected, string[] found) =>
        expected is [var one] && one.Contains('|', StringComparison.Ordinal) ? found is [var only] && one.Split('|').Contains(only) : expected.SequenceEqual(found);

    private static void AssertNobodyElses(Hospital hospital, StudyRow study)
    {
        foreach (var link in study.Links.Where(static link => link.LinkState == LinkState.Linked))
            Assert.Equal(study.PatientId, hospital.Orders.Single(order => order.Id == link.OrderId).PatientId);
        if (study.PatientId is not { } id) return;
        var owner = hospital.Workspace.Rows.OfType<PatientRow>().Single(patient => patient.Id == id);
        Assert.Contains(owner.Identifiers, held => held.Identifier.Value == study.ShownPatientId?.Value);
        Assert.Equal(study.Series.Sum(static series => series.Instances), hospital.Workspace.Rows.OfType<InstanceRow>().Count(static row => row.InstanceState == InstanceState.Shown));
    }

    private static Action<Hospital> Order(string placer, string patient, string accession, string issuer = "MERCY") => hospital =>
        new OrderCommands(hospital.Context with { AccessionAuthority = issuer }, [Hospital.Patient(patient, $"{patient}^ONE")], [Hospital.Order(OrderRequest.Place, placer, accession)])
            .Apply(hospital.Workspace);

    private static Action<Hospital> Patient(string id) => hospital => hospital.Give(new UpdatePatient { Patient = Hospital.Patient(id, $"{id}^ONE") });

    private static Action<Hospital> Image(string? patient, string? accession, string? issuer = null, int number = 1) => hospital => hospital.Store(
        patient, instance: $"1.1.1.{number}", header: accession is null ? new DataSet() : Hospital.Accession(accession, issuer), digest: (byte)number, pixelDigest: (byte)number);

    [Fact]
    public void Images_that_name_only_what_performed_them_find_its_order_in_every_order()
    {
        (string Name, Action<Hospital> Do)[] events =
        [
            ("order", Order("P1", "MRN1", "ACC1")), ("begin", Report(PerformedState.InProgress)), ("end", Report(PerformedState.Completed)),
            ("image", Made("1.1.1")), ("further", Made("1.1.2")),
        ];
        foreach (var order in Permutations([0, 1, 2, 3, 4]).Where(static order => Array.IndexOf(order, 1) < Array.IndexOf(order, 2)))
        {
            var hospital = new Hospital();
            foreach (var i in order) events[i].Do(hospital);

            var study = Assert.Single(hospital.Workspace.Rows.OfType<StudyRow>());
            var name = string.Join(", ", order.Select(i => events[i].Name));
            Assert.True(study.Links is [{ Rule: LinkRule.PerformedStep, LinkState: LinkState.Linked }], $"{name}: {string.Join(", ", study.Links.Select(static link => $"{link.Rule} {link.LinkState}"))}");
            Assert.True(hospital.Workspace.Rows.OfType<PerformedStepRow>().Single().Id == study.PerformedStepId, name);
            Assert.True(hospital.Orders.Single().PatientId == study.PatientId, name);
            Assert.True(study.Series.Sum(static series => series.Instances) == 2, name);
        }
    }

    private static Action<Hospital> Made(string series) => hospital => hospital.Store(
        series: series, instance: series + ".1", performed: "7.7", digest: (byte)series[^1], pixelDigest: (byte)series[^1], header: new DataSet().SetSequence(
            Tags.ReferencedPerformedProcedureStepSequence, new DataSet().Set(Tags.ReferencedSopInstanceUid, "7.7")));

    private static Action<Hospital> Report(PerformedState state) => hospital =>
    {
        var begins = state == PerformedState.InProgress;
        var report = new PerformedReport
        {
            SopInstanceUid = "7.7", Begins = begins, State = state, Hash = (long)state,
            Attributes = begins
                ? Hospital.Performed("IN PROGRESS", new Identifier("MRN1"), new ScheduledReference { StudyInstanceUid = "1.1", AccessionNumber = new Identifier("ACC1") })
                : new DataSet(),
        };
        Assert.DoesNotContain(new PerformedCommands(hospital.Context, report).Apply(hospital.Workspace).Problems, static problem => problem.IsError);
    };

    private static IEnumerable<int[]> Permutations(int[] all) => all.Length < 2
        ? [all]
        : all.SelectMany((first, i) => Permutations([.. all[..i], .. all[(i + 1)..]]).Select(rest => (int[])[first, .. rest]));
}
