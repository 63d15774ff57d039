using CloudPacs.Dicom;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.Integration.Tests.Worklist;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Matching;

/// <summary>The matching table over C-FIND, asked by DCMTK and by the own client, on orders that came in by HL7.</summary>
public sealed class MatchingTests(SampleEngine sample)
{
    [Fact]
    public async Task Every_query_of_the_own_client_returns_what_the_rule_says()
    {
        var engine = await sample.GetAsync();
        await using var client = await OwnScu.ConnectAsync(engine.DicomPort);
        var differences = new List<string>();

        foreach (var matching in MatchingCase.All)
        {
            var found = await SampleQueries.AskAsync(client, matching);
            if (found != matching.Expected) differences.Add($"{matching}: expected {matching.Expected}, found {found}");
        }

        Assert.Empty(differences);
    }

    [Fact]
    public async Task Every_query_of_dcmtk_returns_what_the_rule_says()
    {
        var engine = await sample.GetAsync();
        using var folder = new ScratchFolder();
        var files = MatchingCase.All.Select((matching, number) =>
        {
            var path = folder[$"{number:000}.dcm"];
            EntryFiles.Write(path, SampleQueries.Identifier(matching), Uids.ModalityWorklistFind, $"1.2.826.0.1.3680043.10.8.9.{number}");
            return path;
        }).ToList();

        var answers = await Findscu.QueryFilesAsync(engine.DicomPort, files);

        Assert.Equal(MatchingCase.All.Count, answers.Count);
        var differences = MatchingCase.All.Zip(answers, static (matching, found) => (matching, Found: SampleQueries.StepsOf(found.Select(static entry => entry.StudyUid))))
            .Where(static pair => pair.Found != pair.matching.Expected)
            .Select(static pair => $"{pair.matching}: expected {pair.matching.Expected}, found {pair.Found}");
        Assert.Empty(differences);
    }

    /// <summary>The same by keys of the command line, which DCMTK itself encodes.</summary>
    [Theory]
    [InlineData("00080050=ACC1001", "101")]
    [InlineData("00100010=SHARMA^RAHUL^KUMAR^MR", "101,107")]
    [InlineData("00100010=mül*", "104")]
    [InlineData("00100010=山田^太郎", "106")]
    [InlineData("00100020=0010004", "104")]
    [InlineData(">00400001=US1;>00400002=20260707;>00080060=US", "106,107")]
    [InlineData(">00400002=20260705-20260706;>00400003=1000-1800", "102,108,109,104,103")]
    [InlineData(">00400020=ARRIVED", "112")]
    [InlineData("0020000D=1.2.826.0.1.3680043.10.7.103\\1.2.826.0.1.3680043.10.7.105", "103,105")]
    public async Task Keys_of_the_findscu_command_line_return_what_the_rule_says(string keys, string expected)
    {
        var engine = await sample.GetAsync();

        var found = await Findscu.QueryAsync(engine.DicomPort, keys.Split(';'));

        Assert.Equal(expected, SampleQueries.StepsOf(found.Select(static entry => entry.StudyUid)));
    }

    [Fact]
    public async Task The_entries_hold_the_values_of_the_messages()
    {
        var engine = await sample.GetAsync();

        var found = await Findscu.QueryAsync(engine.DicomPort);

        var listed = SampleEntry.All.Where(static entry => entry.Status != "CANCELED").ToDictionary(static entry => entry.StepId);
        Assert.Equal(listed.Count, found.Count);
        foreach (var entry in found)
        {
            var sampleEntry = listed[entry.StepId];
            string[] expected =
            [
                sampleEntry.Accession, sampleEntry.PatientId, sampleEntry.Name, sampleEntry.BirthDate, sampleEntry.Sex, sampleEntry.StudyUid, sampleEntry.ProcedureId,
                sampleEntry.ProcedureDescription, sampleEntry.Date + sampleEntry.Time, sampleEntry.Modality, sampleEntry.Status,
            ];
            string[] actual =
            [
                entry.Accession, entry.PatientId, entry.Name, entry["00100030"], entry["00100040"], entry.StudyUid, entry["00401001"],
                entry["00321060"], entry.Start, entry.Modality, entry.Status,
            ];
            Assert.Equal(expected, actual);
        }
    }
}
