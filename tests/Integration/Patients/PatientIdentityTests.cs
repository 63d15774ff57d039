using System.Collections.Concurrent;
using System.Text;
using CloudPacs.Dicom;
using CloudPacs.Integration.Tests.Messages;
using CloudPacs.Settings;
using CloudPacs.Store.Orders;
using CloudPacs.Worklist;
using Xunit;

namespace CloudPacs.Integration.Tests.Patients;

/// <summary>
/// Two people are never shown under one patient id with one issuer, and one person never becomes two by what cannot be seen.
/// </summary>
public sealed class PatientIdentityTests(ITestOutputHelper output)
{
    private const int IdsOfEach = 100;
    private static readonly int Hospitals = Cases.Long ? 1000 : 100;
    private static readonly EntryFactory Factory = new(new WorklistSettings(), Pipeline.Zone);

    [Fact]
    [Trait("speed", "slow")]
    public void Nobody_is_shown_as_somebody_else_and_nobody_is_two()
    {
        var failures = new ConcurrentBag<string>();
        var answers = new ConcurrentDictionary<string, int>();
        Parallel.For(0, Hospitals, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, seed =>
        {
            var (ids, engine) = (new NearIds(Cases.Seed(seed)), new Pipeline());
            var accepted = new Dictionary<string, NearId>();
            for (var i = 0; i < IdsOfEach; i++)
            {
                var id = ids.Next();
                var result = engine.Send(Order(id, i));
                var (code, error) = (Pipeline.Answer(result, "MSA-1"), Pipeline.Answer(result, "ERR-3"));
                answers.AddOrUpdate($"{code} {error}", 1, static (_, count) => count + 1);
                if (code == "AA") accepted.Add($"P{i}", id);
                else if (result.FirstError!.Code is not (101 or 102)) failures.Add($"refused with {result.FirstError}: {Printable(id)}");
                if (code == "AA" && id.ReadAs is null) failures.Add($"broken bytes were taken: {Printable(id)}");
            }

            foreach (var failure in Shown(engine).Concat(Split(engine, accepted)).Concat(Resources(engine))) failures.Add($"hospital {seed}: {failure}");
        });

        output.WriteLine($"{Hospitals * IdsOfEach} ids: {string.Join(", ", answers.OrderBy(static a => a.Key).Select(static a => $"{a.Key} {a.Value}"))}");
        Assert.True(failures.IsEmpty, string.Join('\n', failures.Take(10)));
        Assert.InRange(answers["AA "], Hospitals * IdsOfEach / 10, Hospitals * IdsOfEach);
    }

    // A name that is UTF-8, so that a byte that is not counts as broken and not as a sign of another character set.
    private static byte[] Order(NearId id, int number) =>
    [
        .. Encoding.UTF8.GetBytes($"MSH|^~\\&|HIS|MERCY|CP|CP|20260310083015||ORM^O01|M{number}|P|2.5.1||||||UNICODE UTF-8\rPID|1||"), .. id.Wire,
        .. Encoding.UTF8.GetBytes($"||RAO^ANITÉ||19800214|F\r{HisLink.Order("NW", $"P{number}^HIS")}\r"),
    ];

    /// <summary>One patient id of one issuer, as a modality sees them, is one row.</summary>
    private static IEnumerable<string> Shown(Pipeline engine) =>
        from entry in EntryCollector.Collect(engine.Workspace, engine.Workspace.Rows, Factory, revision: 1)!.Entries
        let shown = entry.Compose()
        group entry.PatientRowId by (shown.GetString(Tags.PatientId), Issuer(shown)) into people
        where people.Distinct().Count() > 1
        select $"{people.Distinct().Count()} people are shown as {people.Key}";

    private static string Issuer(DataSet shown) => string.Join(
        '|', shown.GetItems(Tags.IssuerOfPatientIdQualifiersSequence).Select(static item => item.GetString(Tags.UniversalEntityId))
            .Prepend(shown.GetString(Tags.IssuerOfPatientId)));

    /// <summary>What a person reads as one id leads to one row.</summary>
    private static IEnumerable<string> Split(Pipeline engine, Dictionary<string, NearId> accepted) =>
        from order in engine.Workspace.Rows.OfType<OrderRow>()
        let id = accepted[order.PlacerNumber!.Value.Value]
        group (order.PatientId, Id: id) by id.ReadAs into people
        where people.Select(static person => person.PatientId).Distinct().Count() > 1
        select $"one person is several: {string.Join(" and ", people.DistinctBy(static person => person.PatientId).Select(static p => Printable(p.Id)))}";

    private static IEnumerable<string> Resources(Pipeline engine) =>
        from resource in new HisLink(engine).Resources("Patient")
        where resource["active"]?.GetValue<bool>() == true
        from identifier in resource["identifier"]!.AsArray()
        group (string?)resource["id"] by ((string?)identifier!["system"], (string?)identifier["value"]) into people
        where people.Distinct().Count() > 1
        select $"{people.Distinct().Count()} Patient resources have the identifier {people.Key}";

    private static string Printable(NearId id) => string.Concat(Encoding.UTF8.GetString(id.Wire).EnumerateRunes().Select(static rune =>
        rune.Value is >= ' ' and <= '~' ? rune.ToString() : $"<{rune.Value:X4}>"));
}
