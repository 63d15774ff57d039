using System.Globalization;
using CloudPacs.Benchmarks;

// dotnet run -c Release --project tests/Benchmarks [parse|mapping|values|orders|store|performed|deliveries|storage|studies|http|identity|worklist|peers|writers|fhir …]; all but the last two without arguments; fhir1000 is fhir over so many studies, and --only=WORDS runs its reads with these words in their names.
// Prints a Markdown table; --write puts it into RESULTS.md beside this file.
var chosen = args.Where(static a => !a.StartsWith('-')).ToHashSet(StringComparer.Ordinal);
var only = Array.Find(args, static a => a.StartsWith("--only=", StringComparison.Ordinal))?["--only=".Length..];
var report = new Report();
if (Wants("parse")) ParseBenchmark.Run(report);
if (Wants("mapping")) MappingBenchmark.Run(report);
if (Wants("values")) FhirWriteBenchmark.AddValues(report);
if (Wants("orders")) await OrderBenchmark.RunAsync(report);
if (Wants("store")) await StoreBenchmark.RunAsync(report);
if (Wants("performed")) await PerformedBenchmark.RunAsync(report);
if (Wants("deliveries")) await DeliveryBenchmark.RunAsync(report);
if (Wants("storage")) await StorageBenchmark.RunAsync(report);
if (Wants("studies")) await StudyWebBenchmark.RunAsync(report);
if (Wants("http")) await WorklistHttpBenchmark.RunAsync(report);
if (Wants("identity")) await IdentityBenchmark.RunAsync(report);
// Last, as what a million entries do to the heap would be counted against the others.
if (Wants("worklist")) await WorklistBenchmark.RunAsync(report);
if (Wants("peers")) await PeerBenchmark.RunAsync(report);
foreach (var name in chosen.Contains("fhir") ? ["fhir100000", "fhir1000000"] : chosen)
{
    if (name.StartsWith("fhir", StringComparison.Ordinal) && int.TryParse(name.AsSpan(4), CultureInfo.InvariantCulture, out var studies)) await FhirBenchmark.RunAsync(report, studies, only);
}

if (chosen.Contains("writers")) await OrderBenchmark.RunWritersAsync(report);
Console.WriteLine(report.ToMarkdown());
if (args.Contains("--write")) report.Write();
return 0;

bool Wants(string name) => chosen.Count == 0 || chosen.Contains(name);
