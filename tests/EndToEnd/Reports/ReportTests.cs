using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.EndToEnd.Tests.Crash;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Reports;

/// <summary>Reports over MLLP, read over FHIR.</summary>
public sealed class ReportTests(SharedEngine shared)
{
    private const int Megabyte = 1024 * 1024;

    [Fact]
    public async Task A_report_is_read_over_FHIR_linked_to_its_order()
    {
        var engine = await shared.GetAsync();
        await using var his = new HisSender(engine.MllpPort);
        await his.PlaceAsync(new OrderText("RP01", "RP-1", "REPORT^RITA"));

        await his.PlaceAsync(Report("RP01", "RP-1", "F", "OBX|1|TX|CT&IMP^Chest||Normal chest.||||||F\r"));

        var report = await ReportOfAsync(engine, "RP01");
        Assert.Equal("final", (string?)report["status"]);
        Assert.Equal("Normal chest.", Encoding.UTF8.GetString(Convert.FromBase64String((string)report["presentedForm"]![0]!["data"]!)));
        var order = JsonNode.Parse(await engine.GetAsync($"/fhir/{report["basedOn"]![0]!["reference"]}"))!;
        Assert.Equal((string?)report["subject"]!["reference"], (string?)order["subject"]!["reference"]);
    }

    [Fact]
    public async Task Versions_and_the_order_may_come_in_any_order()
    {
        var engine = await shared.GetAsync();
        await using var his = new HisSender(engine.MllpPort);

        await his.PlaceAsync(
            Report("RP02", "RP-2", "F", "OBX|1|TX|CT^Chest||Final.||||||F\r"),
            Report("RP02", "RP-2", "P", "OBX|1|TX|CT^Chest||Preliminary.||||||P\r"),
            new OrderText("RP02", "RP-2", "REPORT^RUBY"), Report("RP02", "RP-2", "C", "OBX|1|TX|CT^Chest||Corrected.||||||C\r"),
            new OrderText("RP02", "RP-2X", "REPORT^RUBY").Event("A40", "MRG|RP-2^^^MERCY^MR\r"));

        var report = await ReportOfAsync(engine, "RP02");
        Assert.Equal("corrected", (string?)report["status"]);
        Assert.Equal("Corrected.", Encoding.UTF8.GetString(Convert.FromBase64String((string)report["presentedForm"]![0]!["data"]!)));
        var order = JsonNode.Parse(await engine.GetAsync($"/fhir/{report["basedOn"]![0]!["reference"]}"))!;
        var patient = JsonNode.Parse(await engine.GetAsync($"/fhir/{report["subject"]!["reference"]}"))!;
        Assert.Equal((string?)report["subject"]!["reference"], (string?)order["subject"]!["reference"]);
        Assert.Contains(patient["identifier"]!.AsArray(), static id => (string?)id!["value"] == "RP-2X");
    }

    [Fact]
    public async Task A_document_of_47_megabytes_is_not_in_memory_twice_and_is_read_as_it_was_sent()
    {
        await using var engine = await EngineProcess.StartNewAsync();
        await using var his = new HisSender(engine.MllpPort);
        await his.PlaceAsync(new OrderText("RP03", "RP-3", "REPORT^ROSA"), Report("RP04", "RP-3", "F", "OBX|1|TX|CT^Chest||Small.||||||F\r"));
        var document = new byte[47 * Megabyte];
        new Random(1).NextBytes(document);
        "%PDF-1.7"u8.CopyTo(document);
        var message = Message("RP03", "RP-3", document);
        var before = engine.PeakMemory;

        Assert.Equal("AA", await his.SendBytesAsync(message));

        var growth = engine.PeakMemory - before;
        TestContext.Current.SendDiagnosticMessage($"{message.Length / Megabyte} MB message: {growth / Megabyte} MB more memory at the most");
        var form = (await ReportOfAsync(engine, "RP03"))["presentedForm"]![0]!;
        Assert.Equal(("application/pdf", document.Length), ((string?)form["contentType"], (int)form["size"]!));
        Assert.Equal(HashOf(document), (string?)form["hash"]);
        Assert.Equal(document, await BytesAsync(engine, (string)form["url"]!, "*/*", "application/pdf"));
        var resource = JsonNode.Parse(await BytesAsync(engine, (string)form["url"]!, "application/fhir+json", "application/fhir+json"))!;
        Assert.Equal(document, Convert.FromBase64String((string)resource["data"]!));
        Assert.True(growth < 2L * message.Length, $"{growth / Megabyte} MB");
    }

    private static string HashOf(byte[] document)
    {
        using var sha1 = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        sha1.AppendData(document);
        return Convert.ToBase64String(sha1.GetHashAndReset());
    }

    private static byte[] Message(string accession, string patient, byte[] document)
    {
        var head = Encoding.UTF8.GetBytes(Report(accession, patient, "F", "OBX|1|ED|PDF^Report^L||^application^pdf^Base64^"));
        var tail = "||||||F\r"u8;
        var length = Base64.GetMaxEncodedToUtf8Length(document.Length);
        var message = new byte[head.Length + length + tail.Length];
        head.CopyTo(message, 0);
        Base64.EncodeToUtf8(document, message.AsSpan(head.Length), out _, out _);
        tail.CopyTo(message.AsSpan(head.Length + length));
        return message;
    }

    private static string Report(string accession, string patient, string status, string results) => OrderText.Message("ORU^R01", "2.5.1",
        $"PID|1||{patient}^^^MERCY^MR||REPORT^R||19800203|F\rORC|RE|P{accession}^HIS|F{accession}^RIS\r"
        + $"OBR|1|P{accession}^HIS|F{accession}^RIS|CTCHEST^CT Chest^L|||20261124070000||||||||||||{accession}|||||||{status}\r{results}");

    private static async Task<JsonNode> ReportOfAsync(TestedEngine engine, string accession)
    {
        await using var database = new EngineDatabase(engine);
        var ids = await database.ListAsync($"SELECT id::text FROM report WHERE number_value = 'F{accession}'", static row => row.GetString(0));
        return JsonNode.Parse(await engine.GetAsync($"/fhir/DiagnosticReport/{Assert.Single(ids)}"))!;
    }

    private static async Task<byte[]> BytesAsync(TestedEngine engine, string reference, string accept, string type)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{engine.HttpPort}/fhir/{reference}"));
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept));
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(type, response.Content.Headers.ContentType?.MediaType);
        return await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
    }
}
