using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.Dicom;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Loading;

namespace CloudPacs.Benchmarks;

/// <summary>The base maps over the 1 KB order, parse included, beside plain code that gives the same worklist attributes; and the load of many senders.</summary>
internal static class MappingBenchmark
{
    private const int Senders = 50;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(6);
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-03-10T08:30:20+05:30", CultureInfo.InvariantCulture);
    private static readonly MapContext Context = MapContext.Preview(Now);
    private static readonly MapEnvironment Environment = new("default", TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata"), "urn:cloudpacs:default", Guid.Empty);

    public static void Run(Report report)
    {
        var (set, found) = MapCatalog.Load(Repository.Mappings, Environment);
        var map = set?.Find("default") ?? throw new InvalidOperationException(string.Join('\n', found));
        var bytes = SampleOrder.Create(1);
        var message = new Message();
        var byHand = new HandWrittenMap(Environment.SiteZone);
        Message Parse() => message.TryLoad(bytes, ParseOptions.Default, out var problem) ? message : throw new InvalidOperationException(problem.Text);
        Compare(map.Map(Parse(), Context), byHand.Map(Parse()));

        var parse = Measure(() => Parse());
        var hand = Measure(() => byHand.Map(Parse()));
        var worklist = Measure(() => map.Map(Parse(), Context));
        var resources = new OrderResources(map, Parse(), map.Map(Parse(), Context), Now);
        var plain = new HandWrittenFhir(resources.Ids, Now);
        Compare(resources.Write(Parse(), map.Map(message, Context)), plain.Write(Parse()));
        var handFhir = Measure(() =>
        {
            byHand.Map(Parse());
            return plain.Write(message);
        });
        var fhir = Measure(() => resources.Write(Parse(), map.Map(message, Context)));
        resources.Keep(Parse(), map.Map(message, Context));
        var again = Measure(() => resources.Put(Parse(), map.Map(message, Context)));
        var traced = Measure(() => map.Explain(Parse(), Context));
        report.Add("parse of a 1 KB order", Describe(parse), "");
        report.Add("worklist attributes by hand, parse included", Describe(hand), "baseline");
        report.Add("worklist map, parse included", Describe(worklist, hand), "≤ 1.5 x by hand");
        report.Add("worklist attributes and the resources Patient, Encounter, ServiceRequest and Task by hand", Describe(handFhir), "baseline");
        report.Add("worklist map, and the same resources by maps and from rows", Describe(fhir, handFhir), "≤ 1.6 x by hand");
        report.Add("the same when the resources are there and nothing is new", Describe(again, handFhir), "");
        report.Add("the same in the traced form", Describe(traced, fhir), "≤ 3 x");
        MeasureLoad(report, set);
    }

    private static void MeasureLoad(Report report, MapSet set)
    {
        var files = MapSource.Read(Repository.Mappings, "default", new Diagnostics()).Files.ToDictionary();
        for (var i = 0; i < Senders - set.Senders.Count; i++)
        {
            files[$"senders/his{i}.yaml"] = $$"""
                sender: his{{i}}
                match: { MSH-3.1: HIS{{i}} }
                extends: [base/order@1, base/appointment@1]
                tables: { modality+: { X{{i}}: CT } }
                rules: { accession: { from: 'OBR-21.1 ?? OBR-18.1' } }
                """;
        }

        var source = new MapSource("default", files);
        var started = Stopwatch.GetTimestamp();
        var (many, found) = MapCatalog.Load(source, Environment);
        var elapsed = Stopwatch.GetElapsedTime(started);
        if (many is not { Senders.Count: Senders }) throw new InvalidOperationException(string.Join('\n', found));
        report.Add($"load and compile of {Senders} senders", string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds:0.00} s"), "< 2 s");

        var catalog = new MapCatalog(Repository.Mappings, Environment, set);
        started = Stopwatch.GetTimestamp();
        const int Swaps = 1000;
        for (var i = 0; i < Swaps; i++) catalog.Rollback(set.Version);
        report.Add("swap of the maps in use", string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(started).TotalMilliseconds / Swaps:0.0000} ms"), "< 1 ms");
    }

    /// <summary>Time and memory of one turn: the best of several rounds, as others use the machine too.</summary>
    private static (double Micros, double Bytes) Measure(Func<object> turn)
    {
        const int Turns = 3000;
        const int Rounds = 7;
        // Until the compiler has made its last version of everything that a turn runs through.
        for (var warm = Stopwatch.StartNew(); warm.Elapsed < WarmUp;) turn();
        var best = double.MaxValue;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < Rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < Turns; i++) turn();
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalMicroseconds / Turns);
        }

        return (best, (GC.GetAllocatedBytesForCurrentThread() - before) / (double)(Rounds * Turns));
    }

    private static string Describe((double Micros, double Bytes) measured, (double Micros, double Bytes)? baseline = null)
    {
        var ratio = baseline is { } known ? string.Create(CultureInfo.InvariantCulture, $", {measured.Micros / known.Micros:0.00} x") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{measured.Micros:0.00} µs, {measured.Bytes:N0} bytes{ratio}");
    }

    private static void Compare(MappedMessage mapped, HandWrittenOrder hand)
    {
        var pairs = new[]
        {
            (mapped.Patients[0].PatientAttributes, hand.Patient), (mapped.Patients[0].VisitAttributes, hand.Visit),
            (mapped.Procedures[0].Attributes, hand.Procedure), (mapped.Procedures[0].Steps[0].Attributes, hand.Step),
        };
        foreach (var (ours, theirs) in pairs)
        {
            var (left, right) = (Encoding.UTF8.GetString(DicomJson.ToUtf8Bytes(ours)), Encoding.UTF8.GetString(DicomJson.ToUtf8Bytes(theirs)));
            if (left != right) throw new InvalidOperationException($"The two maps differ:\n{left}\n{right}");
        }
    }

    private static void Compare(byte[][] ours, byte[][] theirs)
    {
        foreach (var (left, right) in ours.Zip(theirs))
        {
            if (!JsonNode.DeepEquals(JsonNode.Parse(left), JsonNode.Parse(right))) throw new InvalidOperationException($"The two resources differ:\n{Encoding.UTF8.GetString(left)}\n{Encoding.UTF8.GetString(right)}");
        }
    }
}
