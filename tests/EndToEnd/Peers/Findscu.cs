using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Peers;

/// <summary>A modality made of DCMTK: worklist queries with <c>findscu</c>, answers as DCMTK understood them.</summary>
internal static partial class Findscu
{
    private const string Step = "(0040,0100)[0].";

    /// <summary>Return keys of every query, as <c>ggggeeee</c>; <c>&gt;</c> in front means in the scheduled step.</summary>
    private static readonly string[] ReturnKeys =
    [
        "00080050", "00100010", "00100020", "00100030", "00100040", "0020000D", "00401001", "00321060",
        ">00400001", ">00400002", ">00400003", ">00080060", ">00400009", ">00400020",
    ];

    /// <summary>The answers to one query.</summary>
    /// <param name="port">DICOM port of the worklist.</param>
    /// <param name="keys">Keys in the notation of the matching cases: <c>ggggeeee=value</c>, <c>&gt;</c> in front for the scheduled step.</param>
    public static async Task<IReadOnlyList<FoundEntry>> QueryAsync(int port, params string[] keys)
    {
        var all = ReturnKeys.Where(tag => !keys.Any(key => key.StartsWith(tag, StringComparison.Ordinal))).Concat(keys).Append("00080005=ISO_IR 192");
        var result = await RunAsync(port, ["+sr", .. all.SelectMany(key => (string[])["-k", Argument(key)])]);
        return Assert.Single(result);
    }

    /// <summary>The answers to each of several queries on one association, each a file with the identifier.</summary>
    public static async Task<IReadOnlyList<IReadOnlyList<FoundEntry>>> QueryFilesAsync(int port, IEnumerable<string> files) => await RunAsync(port, ["-v"], files);

    /// <summary>The answers to a query of studies, series or images (Study Root).</summary>
    /// <param name="port">DICOM port.</param>
    /// <param name="level">STUDY, SERIES or IMAGE.</param>
    /// <param name="keys">Keys as <c>ggggeeee=value</c>.</param>
    public static async Task<IReadOnlyList<FoundEntry>> QueryStudiesAsync(int port, string level, params string[] keys) => Assert.Single(await RunAsync(
        "-S", port, ["+sr", "-k", $"0008,0052={level}", .. keys.SelectMany(static key => (string[])["-k", Argument(key)])]));

    private static Task<List<IReadOnlyList<FoundEntry>>> RunAsync(int port, IEnumerable<string> options, params IEnumerable<string> files) =>
        RunAsync("-W", port, options, files);

    private static async Task<List<IReadOnlyList<FoundEntry>>> RunAsync(string model, int port, IEnumerable<string> options, params IEnumerable<string> files)
    {
        var result = await Tool.RunAsync("findscu", [model, "-aet", "MODALITY", "-aec", "CLOUDPACS", .. options, "127.0.0.1", port.ToString(CultureInfo.InvariantCulture), .. files]);
        Assert.True(result.ExitCode == 0, $"findscu ended with {result.ExitCode}: {result.Errors}");
        return Parse(result.Errors);
    }

    private static string Argument(string key) => key[0] == '>' ? $"{Step}{key[1..5]},{key[5..]}" : $"{key[..4]},{key[4..]}";

    /// <summary>Reads the dumps of the log: one list a query, one entry a response, elements by tag without regard to nesting.</summary>
    private static List<IReadOnlyList<FoundEntry>> Parse(string log)
    {
        var queries = new List<IReadOnlyList<FoundEntry>>();
        var current = new List<FoundEntry>();
        Dictionary<string, string>? entry = null;
        var sendsAreLogged = log.Contains("Sending Find Request", StringComparison.Ordinal);
        if (!sendsAreLogged) queries.Add(current);
        foreach (var line in log.Split('\n'))
        {
            if (line.Contains("Sending Find Request", StringComparison.Ordinal))
            {
                queries.Add(current = []);
                entry = null;
            }
            else if (line.Contains("Find Response:", StringComparison.Ordinal))
            {
                current.Add(new FoundEntry(entry = new(StringComparer.Ordinal)));
            }
            else if (line.Contains("Received Final Find Response", StringComparison.Ordinal))
            {
                entry = null;
            }
            else if (entry is not null && Element().Match(line) is { Success: true } match)
            {
                entry.TryAdd(match.Groups[1].Value + match.Groups[2].Value.ToUpperInvariant(), match.Groups[3].Value.TrimEnd(' ', '\0'));
            }
        }

        return queries;
    }

    [GeneratedRegex(@"^I:\s+\(([0-9a-f]{4}),([0-9a-f]{4})\) [A-Z]{2} \[(.*)\]\s+#")]
    private static partial Regex Element();
}

/// <summary>One answer: values by tag (<c>ggggEEEE</c>), of the step too.</summary>
internal sealed record FoundEntry(IReadOnlyDictionary<string, string> Values)
{
    public string this[string tag] => Values.GetValueOrDefault(tag, "");

    public string Accession => this["00080050"];

    public string Name => this["00100010"];

    public string PatientId => this["00100020"];

    public string StudyUid => this["0020000D"];

    public string Station => this["00400001"];

    public string Start => this["00400002"] + this["00400003"];

    public string Modality => this["00080060"];

    public string StepId => this["00400009"];

    public string Status => this["00400020"];
}
