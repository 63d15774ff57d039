using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.EndToEnd.Tests.Crash;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.Hl7v2;
using Hl7.Fhir.Serialization;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Reports;

/// <summary>
/// Result and document messages of other projects (Samples/SOURCES.md): each gives reports that three validators accept, or a refusal that
/// names the field.
/// </summary>
public sealed class ReportSampleTests
{
    private static readonly string Folder = Path.Combine(Repository.Tests, "Reports", "Samples");

    [Fact]
    public async Task Every_sample_gives_valid_reports_or_a_refusal_that_names_the_field()
    {
        await using var engine = await EngineInside.StartNewAsync(("MLLP__ALLOWTESTMESSAGES", "true"));
        await using var his = new HisSender(engine.MllpPort);
        var answers = new List<string>();

        foreach (var file in Directory.EnumerateFiles(Folder, "*.hl7").Order(StringComparer.Ordinal))
        {
            var answer = await his.SendBytesAsync(InOriginalMode(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)));
            answers.Add($"{Path.GetFileName(file)}: {Short(answer)}");
        }

        var (resources, reports) = await ResourcesAsync(engine);
        Assert.True(answers.Count >= 40, $"{answers.Count} samples");
        Assert.True(reports >= 25, $"{reports} reports");
        foreach (var resource in resources)
        {
            var isRead = FhirJsonDeserializer.STRICT.TryDeserializeResource(resource, out _, out var problems);
            Assert.True(isRead, $"{string.Join("; ", problems.Select(static problem => problem.Message))}\n{resource}");
        }

        AssertExpected(answers);
        using var folder = new ScratchFolder();
        var validated = await Tool.RunClientAsync("validate-fhir.cjs", folder.Write("resources.ndjson", string.Join('\n', resources)));
        Assert.Equal($"{resources.Count} validated", validated.Trim());
    }

    /// <summary>Without MSH-15 and MSH-16, by which some want no answer.</summary>
    internal static byte[] InOriginalMode(byte[] message)
    {
        var text = Encoding.Latin1.GetString(message);
        var end = text.IndexOf('\r', StringComparison.Ordinal);
        var header = text[..end].Split('|');
        foreach (var field in (int[])[14, 15])
            if (field < header.Length) header[field] = "";
        return Encoding.Latin1.GetBytes(string.Join('|', header) + text[end..]);
    }

    /// <summary>AA, or the code with the place of the error.</summary>
    private static string Short(string answer)
    {
        if (answer == "AA") return answer;
        Assert.True(Message.TryParse(Encoding.UTF8.GetBytes(answer[3..]), ParseOptions.Default, out var parsed, out _));
        var error = parsed.Segment("ERR");
        // Of one field, by HL7 2.5 and later in ERR-2, before in ERR-1.
        var place = error.Field(2).HasValue ? Encoding.UTF8.GetString(error.Field(2).Raw) : Encoding.UTF8.GetString(error.Field(1).Raw);
        Assert.NotEmpty(place);
        return $"{answer[..2]} {place}";
    }

    private static void AssertExpected(List<string> answers)
    {
        var file = Path.Combine(Folder, "answers.txt");
        if (Environment.GetEnvironmentVariable("CLOUDPACS_UPDATE") == "1") File.WriteAllLines(file, answers);
        Assert.Equal(File.ReadAllLines(file), answers);
    }

    private static async Task<(List<string> Resources, int Reports)> ResourcesAsync(TestedEngine engine)
    {
        await using var database = new EngineDatabase(engine);
        var reports = await database.ListAsync("SELECT id::text FROM report", static row => "DiagnosticReport/" + row.GetString(0));
        var results = await database.ListAsync("SELECT id::text FROM observation", static row => "Observation/" + row.GetString(0));
        var resources = new List<string>();
        foreach (var name in reports.Concat(results)) resources.Add(JsonNode.Parse(await engine.GetAsync("/fhir/" + name))!.ToJsonString());
        return (resources, reports.Count);
    }
}
