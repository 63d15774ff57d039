using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>Whatever is not stored of a body is told, each part with its reason in numbers and in words (PS3.18 10.5.3, annex I.2).</summary>
public sealed class StoreAnswerTests(StudyEngine shared)
{
    private const string Root = "1.2.826.0.1.3680043.10.9.34.", Files = "application/dicom", Json = "application/dicom+json", Whole = "--b\r\n";
    private const int CannotUnderstand = 0xC000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string, int, string[]> Bodies => new()
    {
        { "nothing", Files, "", 400, ["The body does not hold the boundary that its Content-Type names."] },
        { "no part", Files, "--b--\r\n", 400, ["The body holds no instance"] },
        { "a part that ends nowhere", Files, Whole + "\r\nabc", 400, ["The body ended before its closing boundary."] },
        { "lines without CR", Files, "--b\n\nabc\n--b--\n", 400, ["Lines of a multipart body must end with CR LF, not LF."] },
        { "a header that is none", Files, Whole + "no header\r\n\r\nabc\r\n--b--\r\n", 400, ["A part has a header line that is none."] },
        { "another media type", Files, Whole + "Content-Type: image/gif\r\n\r\nGIF\r\n--b--\r\n", 415, ["Part 1: its media type is not stored here"] },
        { "an empty part", Files, Whole + "\r\n\r\n--b--\r\n", 400, ["Part 1 is empty"] },
        { "two that differ", Files, Whole + "\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--\r\n", 400, ["Part 1 is empty", "Part 2: its media type is not stored here"] },
        { "JSON that is none", Json, Whole + "\r\n[{]\r\n--b--\r\n", 400, ["Instance 1: The text is not JSON."] },
        { "JSON without an instance", Json, Whole + "\r\n[]\r\n--b--\r\n", 400, ["The body holds no instance"] },
        { "JSON without UIDs", Json, Whole + "\r\n[{},{\"00080018\":{\"vr\":\"UI\",\"Value\":[\"1.2\"]}}]\r\n--b--\r\n", 409, ["SOPClassUID is missing or no UID", "Instance 1: SOPClassUID is missing or no UID"] },
        { "JSON whose bulk data are missing", Json, Whole + "\r\n[{\"7FE00010\":{\"vr\":\"OW\",\"BulkDataURI\":\"x\"}}]\r\n--b--\r\n", 409, ["Instance 1: "] },
        { "JSON that breaks off", Json, Whole + "\r\n[{}]", 400, ["The body ended before its closing boundary."] },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_of_which_nothing_is_stored_says_why(string name, string type, string body, int status, string[] comments)
    {
        var answer = await SendAsync(Encoding.UTF8.GetBytes(body), $"multipart/related; type=\"{type}\"; boundary=b");

        Assert.Equal(((HttpStatusCode)status, name), (answer.Status, name));
        Assert.Equal(comments.Length, answer.Refused.Count);
        Assert.All(answer.Refused, one => Assert.True(one.Reason > 0 && one.Comment.Length is > 0 and <= 64, one.Comment));
        Assert.All(answer.Refused.Zip(comments), static one => Assert.StartsWith(one.Second, one.First.Comment, StringComparison.Ordinal));
        Assert.Contains(comments[0], answer.Warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metadata_without_parts_are_refused_with_the_reason()
    {
        var answer = await SendAsync("[{}]"u8.ToArray(), Json);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.Status);
        Assert.Equal((CannotUnderstand, "Metadata are taken as a part of multipart/related only"), Assert.Single(answer.Refused));
    }

    [Fact]
    public async Task What_is_not_stored_beside_what_is_makes_the_answer_a_202_that_names_it()
    {
        var image = new SentImage(Root + "1", "SA-1");
        var body = Join(Whole + "\r\n", image.File(), "\r\n--b\r\nContent-Type: image/gif\r\n\r\nGIF\r\n--b\r\n\r\n", (image with { Pixel = 8 }).File(), "\r\n--b--\r\n");

        var answer = await SendAsync(body, "multipart/related; type=\"application/dicom\"; boundary=b");

        Assert.Equal((HttpStatusCode.Accepted, 1), (answer.Status, answer.Stored));
        Assert.Equal(
            [(0xC410, "An instance with this UID and other content is stored"), (CannotUnderstand, "Part 2: its media type is not stored here")],
            answer.Refused);
        Assert.Contains("Of 3 parts or instances 2 are not stored, 0 with reservations", answer.Warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_instance_that_is_stored_with_a_reservation_is_told_in_the_warning_and_one_without_has_none()
    {
        var image = new SentImage(Root + "2", "SA-2") { Comments = "first" };

        var (first, second) = (await SendAsync(image.File(), Files), await SendAsync((image with { Comments = "second" }).File(), Files));

        Assert.Equal((HttpStatusCode.OK, ""), (first.Status, first.Warning));
        Assert.Equal((HttpStatusCode.Accepted, 1), (second.Status, second.Stored));
        Assert.EndsWith("Of 1 parts or instances 0 are not stored, 1 with reservations: The instance was stored before.", second.Warning, StringComparison.Ordinal);
    }

    private static byte[] Join(params object[] pieces) =>
        [.. pieces.SelectMany(static piece => piece as byte[] ?? Encoding.ASCII.GetBytes((string)piece))];

    private async Task<Answer> SendAsync(byte[] body, string type)
    {
        var engine = await shared.GetAsync();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{engine.HttpPort}/dicomweb/studies") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        request.Headers.Add("Accept", Json);
        using var response = await http.SendAsync(request, Token);
        var told = Assert.Single(JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!.AsArray())!.AsObject();
        return new Answer(
            response.StatusCode, Items(told, "00081199").Count(),
            [.. Items(told, "00081198").Concat(Items(told, "0008119A")).Select(static item => ((int)item["00081197"]!["Value"]![0]!, (string)item["00000902"]!["Value"]![0]!))],
            response.Headers.TryGetValues("Warning", out var warnings) ? string.Join('\n', warnings) : "");
    }

    private static IEnumerable<JsonNode> Items(JsonObject told, string sequence) =>
        told[sequence]?["Value"]!.AsArray().OfType<JsonNode>() ?? [];

    private sealed record Answer(HttpStatusCode Status, int Stored, IReadOnlyList<(int Reason, string Comment)> Refused, string Warning);
}
