using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Querying;

/// <summary>
/// The same queries put to this engine and, with CLOUDPACS_LONG=1, to Orthanc with its DICOMweb plugin, on the same 500 studies. What they
/// answer, and by which section the one may differ from the other, stands in StudyServers.md; CLOUDPACS_UPDATE=1 writes it anew.
/// </summary>
public sealed class StudyComparisonTests
{
    private static readonly string Page = Path.Combine(Repository.Tests, "StudyServers.md");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_answers_are_those_of_the_page()
    {
        await using var engine = await StartAsync();
        using var server = ServerOf(engine);
        var page = await File.ReadAllLinesAsync(Page, Token);

        // A fifth of them, of each kind; the comparison below asks them all.
        foreach (var query in StudyQueryCases.All.Where(static (_, i) => i % 5 == 0))
        {
            var row = Assert.Single(page, line => line.StartsWith(Head(query) + " | ", StringComparison.Ordinal));
            var answer = await server.AskAsync(query);
            Assert.True(row.StartsWith($"{Head(query)} | {Digest(answer)} | ", StringComparison.Ordinal), $"{row}\nanswers {Digest(answer)}: {answer}");
        }

        Assert.Equal(StudyQueryCases.All.Count, page.Count(static line => line.StartsWith("| C.", StringComparison.Ordinal) || line.StartsWith("| PS3.18", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Orthanc_finds_the_same_or_the_standard_says_why_not()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("CLOUDPACS_LONG") == "1", "CLOUDPACS_LONG=1 runs it.");
        await using var archive = OrthancArchive.Create();
        await archive.StartAsync();
        await archive.StoreAsync(SampleStudies.All.Select(SampleStudies.FileOf));
        await using var engine = await StartAsync();
        using var ours = ServerOf(engine);
        using var theirs = new QueryServer(archive.DicomPort, "ORTHANC", archive.WebAddress, isEncoded: false);

        var rows = new StringBuilder();
        var unexplained = new List<string>();
        var same = 0;
        foreach (var query in StudyQueryCases.All)
        {
            var (own, other) = (await ours.AskAsync(query), await theirs.AskAsync(query));
            var why = StudyDifferences.Of(query);
            same += own == other ? 1 : 0;
            if (own == other != why is null) unexplained.Add($"{Head(query)}\n   {Compare(own, other)} {why}");
            rows.Append(CultureInfo.InvariantCulture, $"{Head(query)} | {Digest(own)} | {(own == other ? "same" : $"{Compare(own, other)}: {why}")} |\n");
        }

        var text = $"""
            # Queries of studies: CloudPacs and Orthanc

            Made by `StudyComparisonTests` (CLOUDPACS_LONG=1 and CLOUDPACS_UPDATE=1): each query put to CloudPacs and to Orthanc 1.10.1 with its DICOMweb
            plugin 1.7, on the same {SampleStudies.Count} studies ({SampleStudies.All.Count} instances), by C-FIND and by QIDO-RS. Sets of answers are compared; their
            order, and which attributes they have, is not. "27 of 1a2b3c4d" is the number of answers and the beginning of the SHA-256 of their sorted
            UIDs; +2 -1 means that Orthanc finds two more and one less. Sections are those of PS3.4 where nothing else is said.

            The same: {same} of {StudyQueryCases.All.Count}.

            | rule | by | query | CloudPacs | Orthanc |
            | --- | --- | --- | --- | --- |
            {rows}
            """.ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("CLOUDPACS_UPDATE") == "1") await File.WriteAllTextAsync(Page, text, Token);

        Assert.True(unexplained.Count == 0, $"Differences without a reason, or reasons without a difference:\n{string.Join('\n', unexplained)}");
        Assert.Equal(await File.ReadAllTextAsync(Page, Token), text);
    }

    private static async Task<TestedEngine> StartAsync()
    {
        var engine = await EngineInside.StartNewAsync();
        using var viewer = new DicomWebViewer(engine);
        // Side by side, as instances of several requests are made durable together.
        var stored = await Task.WhenAll(SampleStudies.All.Select(SampleStudies.FileOf).Chunk(70).Select(files => viewer.StoreAsync(files)));
        Assert.All(stored, static answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        return engine;
    }

    private static QueryServer ServerOf(TestedEngine engine) => new(engine.DicomPort, "CLOUDPACS", $"http://127.0.0.1:{engine.HttpPort}/dicomweb", isEncoded: true);

    private static string Head(StudyQueryCase query) => $"| {query.Rule} | {query.DoorName} | `{query.Level} {query.Keys}`";

    private static string Digest(string answer) => answer is "refused" or ""
        ? answer.Length == 0 ? "none" : answer
        : $"{answer.Split(' ').Length} of {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(answer)))[..8]}";

    private static string Compare(string own, string other)
    {
        if (own == "refused" || other is "refused" or "") return other.Length == 0 ? "none" : Digest(other);
        var (mine, others) = (own.Split(' ', StringSplitOptions.RemoveEmptyEntries), other.Split(' '));
        return $"+{others.Except(mine).Count()} -{mine.Except(others).Count()}";
    }
}
