using System.Globalization;
using System.Text;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.Integration.Tests.Worklist;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Matching;

/// <summary>
/// The matching table put to the worklist servers that are used most in tests and small sites. What they answer stands in
/// WorklistServers.md; set CLOUDPACS_UPDATE=1 to write it anew.
/// </summary>
public sealed class WorklistComparisonTests(SampleEngine sample)
{
    private static readonly string Page = Path.Combine(Repository.Tests, "WorklistServers.md");

    /// <summary>What a worklist server must match (PS3.4 table K.6-1, type R); it may take other keys as return keys only (K.4.1.1.4).</summary>
    private static readonly string[] RequiredKeys = [">00400001", ">00400002", ">00400003", ">00080060", ">00400006", "00100010", "00100020"];

    private const string Ignores = "returns all: optional key not matched";

    private static readonly int Listed = SampleEntry.All.Count(static entry => entry.Status != "CANCELED");

    /// <summary>Sample entries without a station; who finds them is the site's business, not the standard's.</summary>
    private static readonly string[] WithoutStation = ["108", "109"];

    [Fact]
    public async Task The_engine_follows_the_standard_in_every_case_and_the_page_on_the_others_is_up_to_date()
    {
        var engine = await sample.GetAsync();
        await using var wlmscpfs = await WorklistServer.StartWlmscpfsAsync();
        await using var orthanc = await WorklistServer.StartOrthancAsync();
        await using var client = await OwnScu.ConnectAsync(engine.DicomPort);

        var page = new StringBuilder();
        var counts = new int[3];
        foreach (var matching in MatchingCase.All.Where(static matching => IsOfTheStandard(matching)))
        {
            var identifier = SampleQueries.Identifier(matching);
            string[] verdicts =
            [
                await SampleQueries.AskAsync(client, matching) == matching.Expected ? "follows" : "differs",
                Verdict(matching, await wlmscpfs.AskAsync(identifier)),
                Verdict(matching, await orthanc.AskAsync(identifier)),
            ];
            for (var i = 0; i < verdicts.Length; i++) counts[i] += verdicts[i] == "follows" ? 1 : 0;
            page.AppendLine(CultureInfo.InvariantCulture, $"| {Cell(matching.Rule)} | `{Cell(matching.Keys)}` | {string.Join(" | ", verdicts)} |");
        }

        var text = $"""
            # Worklist servers and the matching rules of PS3.4

            Made by `WorklistComparisonTests` (CLOUDPACS_UPDATE=1): each query of the matching table, put to CloudPacs, to `wlmscpfs` of DCMTK 3.6.7
            and to the worklist plugin of Orthanc 1.10.1, all with the same entries. The other two serve files and know neither order nor status, so
            their answers are compared as sets, without the cancelled entry; that an entry without a station is or is not returned counts for nobody.
            Rules of the engine's own (default status filter, status keys) are left out. An answer of "none" is an empty list. "{Ignores}" is
            allowed for keys that table K.6-1 does not require (K.4.1.1.4), and of little use to who asks.

            Follows in: CloudPacs {counts[0]}, wlmscpfs {counts[1]}, Orthanc {counts[2]} of {MatchingCase.All.Count(static matching => IsOfTheStandard(matching))}.

            | rule | keys | CloudPacs | wlmscpfs | Orthanc |
            | --- | --- | --- | --- | --- |
            {page}
            """.ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("CLOUDPACS_UPDATE") == "1") await File.WriteAllTextAsync(Page, text, TestContext.Current.CancellationToken);

        Assert.Equal(MatchingCase.All.Count(static matching => IsOfTheStandard(matching)), counts[0]);
        Assert.Equal(await File.ReadAllTextAsync(Page, TestContext.Current.CancellationToken), text);
    }

    private static bool IsOfTheStandard(MatchingCase matching) => char.IsUpper(matching.Rule[0]) && !matching.Keys.Contains("00400020=", StringComparison.Ordinal);

    private static string Verdict(MatchingCase matching, string answer)
    {
        var expected = matching.Expected.Split(',', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal).ToArray();
        var got = answer.Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (matching.Keys.Contains(">00400001=", StringComparison.Ordinal)) (expected, got) = ([.. expected.Except(WithoutStation)], [.. got.Except(WithoutStation)]);
        if (!expected.SequenceEqual(got) && got.Length == Listed && !matching.Keys.Split(';').Any(static key => RequiredKeys.Any(key.StartsWith))) return Ignores;
        return expected.SequenceEqual(got) ? "follows" : $"differs: got {(answer.Length == 0 ? "none" : answer.Replace(",", ", ", StringComparison.Ordinal))}";
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
