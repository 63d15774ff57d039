using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace CloudPacs.Benchmarks;

/// <summary>What was measured in one run.</summary>
internal sealed class Report
{
    private readonly List<(string What, string Measured, string Goal)> _rows = [];

    public void Add(string what, string measured, string goal)
    {
        _rows.Add((what, measured, goal));
        Console.Error.WriteLine($"{what}: {measured} (goal: {goal})");
    }

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine("# Results").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"Measured in one run on {TimeProvider.System.GetLocalNow():yyyy-MM-dd}: {Environment.ProcessorCount} cores ({Processor()}), {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription.Trim()}.");
        text.AppendLine("Run it again with `dotnet run -c Release --project tests/Benchmarks -- --write`.").AppendLine();
        text.AppendLine("| what | measured | goal |").AppendLine("| --- | --- | --- |");
        foreach (var (what, measured, goal) in _rows) text.AppendLine(CultureInfo.InvariantCulture, $"| {what} | {measured} | {goal} |");
        return text.ToString();
    }

    public void Write([CallerFilePath] string here = "") => File.WriteAllText(Path.Combine(Path.GetDirectoryName(here)!, "RESULTS.md"), ToMarkdown());

    private static string Processor() => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(static l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown"
        : "unknown";
}
