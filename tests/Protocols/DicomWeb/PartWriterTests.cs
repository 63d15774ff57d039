using System.IO.Pipelines;
using System.Text;
using CloudPacs.DicomWeb.Multipart;
using CloudPacs.DicomWeb.Negotiation;
using Xunit;

namespace CloudPacs.Protocols.Tests.DicomWeb;

/// <summary>Bodies that we write, as real clients take them apart.</summary>
public sealed class PartWriterTests
{
    private static readonly Representation Jp2 = new(MediaTypes.Jp2, Packaging.Multipart, "1.2.840.10008.1.2.4.90", true);

    [Fact]
    public async Task Every_part_names_its_syntax_and_the_closing_boundary_is_there()
    {
        var body = await WriteAsync("b", [("one", "http://x/1"), ("two", null)]);

        Assert.Equal(
            "--b\r\nContent-Type: image/jp2; transfer-syntax=1.2.840.10008.1.2.4.90\r\nContent-Location: http://x/1\r\nContent-Length: 3\r\n\r\none"
            + "\r\n--b\r\nContent-Type: image/jp2; transfer-syntax=1.2.840.10008.1.2.4.90\r\nContent-Length: 3\r\n\r\ntwo\r\n--b--\r\n",
            body);
        Assert.Equal("multipart/related; type=\"image/jp2\"; boundary=b", Jp2.MultipartType("b"));
    }

    [Fact]
    public async Task Our_own_reader_takes_it_apart()
    {
        var boundary = Boundary.Create();

        var read = await ReadBody.OfAsync(await WriteAsync(boundary, [("one", "http://x/1"), ("\r\n--" + boundary[..^1], null), ("", null)]), boundary);

        Assert.Equal(["one", "\r\n--" + boundary[..^1], ""], read.Parts.Select(static part => part.Body));
        Assert.Equal("http://x/1", read.Parts[0].ContentLocation);
    }

    /// <summary>As cornerstone's dicom-image-loader 5 does: the first empty line, then a line that begins with hyphens, then <c>Content-Type:</c>.</summary>
    [Fact]
    public async Task Cornerstone_finds_frame_and_syntax()
    {
        var body = await WriteAsync(Boundary.Create(), [("PIXELS", null)]);

        var token = body.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var header = body[..token].Split("\r\n");
        var boundary = header.First(static line => line.StartsWith("--", StringComparison.Ordinal));
        var type = header.First(static line => line[..13] == "Content-Type:")[13..].Trim();
        var end = body.IndexOf(boundary, token + 4, StringComparison.Ordinal);

        Assert.Equal("PIXELS", body[(token + 4)..(end - 2)]);
        Assert.Equal("1.2.840.10008.1.2.4.90", type.Split(';').Select(static part => part.Trim().Split('=')).First(static pair => pair[0] == "transfer-syntax")[1]);
    }

    [Fact]
    public async Task The_length_of_a_body_is_known_ahead_of_it()
    {
        var body = await WriteAsync("b", [("one", "http://x/1"), ("three", null)]);

        Assert.Equal(body.Length, PartWriter.Measure("b", [(Jp2.ItemType, "http://x/1", 3, 3), (Jp2.ItemType, null, 5, 5)]));
    }

    [Fact]
    public void No_header_can_be_smuggled_in_and_no_body_is_empty()
    {
        var writer = new PartWriter(new Pipe().Writer, "b");

        Assert.Throws<ArgumentException>(() => writer.BeginPart("image/jp2\r\nX: y"));
        Assert.Throws<ArgumentException>(() => writer.BeginPart("image/jp2", "http://x/\u00e9"));
        Assert.Throws<InvalidOperationException>(writer.End);
    }

    [Fact]
    public void Boundaries_differ_and_need_no_quotation_marks()
    {
        var made = Enumerable.Range(0, 100).Select(static _ => Boundary.Create()).ToList();

        Assert.Equal(100, made.Distinct().Count());
        Assert.All(made, static boundary => Assert.True(Boundary.IsUsable(boundary) && boundary.Length <= 70 && boundary.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter == '-')));
    }

    private static async Task<string> WriteAsync(string boundary, (string Body, string? Location)[] parts)
    {
        var bytes = new MemoryStream();
        var writer = new PartWriter(PipeWriter.Create(bytes), boundary);
        foreach (var (body, location) in parts)
        {
            writer.BeginPart(Jp2.ItemType, location, body.Length);
            await writer.Output.WriteAsync(Encoding.Latin1.GetBytes(body), TestContext.Current.CancellationToken);
        }

        writer.End();
        await writer.Output.FlushAsync(TestContext.Current.CancellationToken);
        return Encoding.Latin1.GetString(bytes.ToArray());
    }
}
