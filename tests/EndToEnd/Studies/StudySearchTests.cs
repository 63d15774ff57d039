using System.Net;
using System.Text;
using CloudPacs.Dicom;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>Searches that peers get wrong, or get wrong answers to, by C-FIND and QIDO-RS.</summary>
public sealed class StudySearchTests(StudyEngine shared) : IAsyncLifetime
{
    private const string Root = "1.2.826.0.1.3680043.10.9.34.", Counts = "NumberOfStudyRelatedInstances,NumberOfStudyRelatedSeries";
    private TestedEngine _engine = null!;
    private DicomWebViewer _viewer = null!;

    public async ValueTask InitializeAsync()
    {
        foreach (var tool in new[] { "findscu", "getscu", "storescu" }) Tool.SkipWithout(tool);
        _engine = await shared.GetAsync();
        _viewer = new DicomWebViewer(_engine);
    }

    public ValueTask DisposeAsync()
    {
        _viewer?.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_list_of_modalities_a_padded_level_and_series_without_their_study_are_understood()
    {
        var images = new[] { "CT", "MR", "US" }.Select((modality, i) => (Modality: modality, Image: new SentImage($"{Root}1.{i}", "SE-1"))).ToList();
        await StudyFiles.StoreAsync(_engine, images.Select(static one => FileOf(one.Image, one.Modality)));

        Assert.Equal(["CT", "MR"], await FindAsync("STUDY", "00080061", "00100020=SE-1", "00080061=CT\\MR"));
        Assert.Equal(["CT", "MR", "US"], await FindAsync(" study", "00080061", "00100020=SE-1", "00080061"));
        Assert.Equal(["MR"], await FindAsync("Series ", "00080060", "00100020=SE-1", "00080060=MR"));
        Assert.Equal(["CT", "MR", "US"], await FindAsync("IMAGE", "00080060", "00100020=SE-1", "00080060", "00080018"));
        var unbounded = await Tool.RunAsync(
            "findscu", "-d", "-S", "-aec", "CLOUDPACS", "-k", "0008,0052=SERIES", "-k", "0008,0060=CT", "-k", "0020,000e", "127.0.0.1", $"{_engine.DicomPort}");
        Assert.Contains("0xa900", unbounded.Errors + unbounded.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_search_that_is_cancelled_after_three_of_a_thousand_answers_ends_as_cancelled()
    {
        // Of an answer each so much that the thousand do not fit between the two on their way.
        var image = new SentImage(Root + "9", "SE-9") { PatientComments = new string('c', 10_000), Rows = 1 };
        var files = Enumerable.Range(1, 1000).Select(number => (image with { Instance = $"{image.Series}.{number}" }).File());
        var stored = await Task.WhenAll(files.Chunk(125).Select(chunk => _viewer.StoreAsync(chunk)));
        Assert.All(stored, static answer => Assert.Equal(HttpStatusCode.OK, answer.Status));

        var cancelled = await SearchAsync("--cancel", "3");
        var whole = await SearchAsync();

        Assert.InRange(cancelled.Answers, 3, 990);
        Assert.Contains("Cancel", cancelled.End, StringComparison.Ordinal);
        Assert.Equal(1000, whole.Answers);
        Assert.Contains("Success", whole.End, StringComparison.Ordinal);

        async Task<(int Answers, string End)> SearchAsync(params string[] options)
        {
            var result = await Tool.RunAsync(
                "findscu", ["-v", "-S", "-aec", "CLOUDPACS", .. options, "-k", "0008,0052=IMAGE", "-k", $"0020,000d={image.Study}", "-k", "0010,4000", "-k", "0008,0018",
                    "127.0.0.1", $"{_engine.DicomPort}"]);
            Assert.True(result.ExitCode == 0, result.Errors);
            var lines = (result.Output + result.Errors).Split('\n');
            return (lines.Count(static line => line.Contains("Find Response: ", StringComparison.Ordinal)), lines.Last(static line => line.Contains("Final Find Response", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task One_patient_id_of_two_issuers_finds_both_each_with_its_issuer()
    {
        var (mercy, other) = (new SentImage(Root + "2.1", "SE-2"), new SentImage(Root + "2.2", "SE-2") { Issuer = "OTHER" });
        await StudyFiles.StoreAsync(_engine, mercy.File(), other.File());

        Assert.Equal(["MERCY", "OTHER"], await FindAsync("STUDY", "00100021", "00100020=SE-2", "00100021"));
        Assert.Equal(["OTHER"], await FindAsync("STUDY", "00100021", "00100020=SE-2", "00100021=OTHER"));
        var found = await _viewer.SearchAsync("studies?PatientID=SE-2&includefield=IssuerOfPatientID");
        Assert.Equal([(mercy.Study, "MERCY"), (other.Study, "OTHER")], found.Select(static one => (one.GetString(Tags.StudyInstanceUid), one.GetString(Tags.IssuerOfPatientId))).Order());
    }

    [Fact]
    public async Task Counts_are_those_of_what_is_fetched_before_and_after_a_rejection()
    {
        var image = new SentImage(Root + "3", "SE-3");
        var second = image with { Instance = image.Series + ".2" };
        var other = image with { Series = image.Study + ".2" };
        await StudyFiles.StoreAsync(_engine, image.File(), second.File(), other.File());
        await CheckCountsAsync(image.Study, series: 2, instances: 3);

        Assert.Equal([0], await Storescu.StoreAsync(_engine, new SentNote("113037", second).File()));
        await CheckCountsAsync(image.Study, series: 2, instances: 2);

        Assert.Equal([0], await Storescu.StoreAsync(_engine, new SentNote("113038", other).File()));
        await CheckCountsAsync(image.Study, series: 1, instances: 1);
    }

    [Fact]
    public async Task A_patient_is_found_by_the_id_that_a_merge_gave_up()
    {
        await using var his = new HisSender(_engine.MllpPort);
        var order = new OrderText("SE04", "SE-4", "SEARCH^FOUR");
        await his.PlaceAsync(order);
        var image = new SentImage(order.StudyUid, "SE-4") { Accession = "SE04", Name = order.Name };
        await StudyFiles.StoreAsync(_engine, image.File());

        await his.PlaceAsync(new OrderText("SE04", "SE-4X", "SEARCH^FOUR").Event("A40", "MRG|SE-4^^^MERCY^MR\r"));

        foreach (var id in new[] { "SE-4", "SE-4X" })
        {
            Assert.Equal([image.Study], await FindAsync("STUDY", "0020000D", $"00100020={id}", "0020000D"));
            Assert.Equal(image.Study, Assert.Single(await _viewer.SearchAsync($"studies?PatientID={id}")).GetString(Tags.StudyInstanceUid));
        }
    }

    [Theory]
    [InlineData("studies?PatientID=NOBODY-AT-ALL")]
    [InlineData("studies?PatientID=SE-5&limit=0")]
    [InlineData("studies?PatientID=SE-5&offset=1000")]
    [InlineData("instances?PatientID=SE-5&offset=1")]
    [InlineData("studies/1.2.3.4/series")]
    public async Task Nothing_found_is_an_empty_list(string path)
    {
        await StudyFiles.StoreAsync(_engine, new SentImage(Root + "5", "SE-5").File());

        var (status, type, body) = await _viewer.GetAsync(path, "application/dicom+json");

        Assert.Equal((HttpStatusCode.OK, "application/dicom+json", "[]"), (status, type, Encoding.UTF8.GetString(body)));
        Assert.Single(await _viewer.SearchAsync("studies?00100020=SE-5&includefield=StudyDescription&includefield=00080060&StudyInstanceUID=" + Root + "5%5C1.2.3,1.2.4"));
    }

    private static byte[] FileOf(SentImage image, string modality)
    {
        var file = new System.Buffers.ArrayBufferWriter<byte>();
        var meta = Part10.CreateMeta(Uids.SecondaryCaptureImageStorage, image.Instance, TransferSyntax.ExplicitVrLittleEndian);
        Part10.Write(meta, image.DataSet().Set(Tags.Modality, modality), file, SpecificCharacterSet.Default);
        return file.WrittenSpan.ToArray();
    }

    private async Task<IEnumerable<string>> FindAsync(string level, string shown, params string[] keys) =>
        (await Findscu.QueryStudiesAsync(_engine.DicomPort, level, keys)).Select(found => found[shown]).Order(StringComparer.Ordinal);

    /// <summary>C-FIND and QIDO-RS count what C-GET sends.</summary>
    private async Task CheckCountsAsync(string study, int series, int instances)
    {
        var found = Assert.Single(await Findscu.QueryStudiesAsync(_engine.DicomPort, "STUDY", $"0020000D={study}", "00201206", "00201208"));
        Assert.Equal(($"{series}", $"{instances}"), (found["00201206"], found["00201208"]));
        var searched = Assert.Single(await _viewer.SearchAsync($"studies?StudyInstanceUID={study}&includefield={Counts}"));
        Assert.Equal((series, instances), (searched.GetInt32(Tags.NumberOfStudyRelatedSeries), searched.GetInt32(Tags.NumberOfStudyRelatedInstances)));
        var parts = await Findscu.QueryStudiesAsync(_engine.DicomPort, "SERIES", $"0020000D={study}", "0020000E", "00201209");
        Assert.Equal(instances, parts.Sum(static one => int.Parse(one["00201209"], System.Globalization.CultureInfo.InvariantCulture)));
        using var folder = new ScratchFolder();
        var got = await Tool.RunAsync(
            "getscu", "-S", "-aec", "CLOUDPACS", "-od", folder.Path, "-k", "0008,0052=STUDY", "-k", $"0020,000d={study}", "127.0.0.1", $"{_engine.DicomPort}");
        Assert.True(got.ExitCode == 0, got.Errors);
        Assert.Equal(instances, Directory.GetFiles(folder.Path).Length);
    }
}
