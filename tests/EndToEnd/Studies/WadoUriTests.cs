using System.Buffers.Binary;
using System.Net;
using CloudPacs.Dicom;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>WADO-URI (PS3.18 chapter 9) gives what WADO-RS gives, asked for by parameters.</summary>
public sealed class WadoUriTests(StudyEngine shared) : IAsyncLifetime
{
    private TestedEngine _engine = null!;
    private DicomWebViewer _viewer = null!;

    public async ValueTask InitializeAsync()
    {
        _engine = await shared.GetAsync();
        _viewer = new DicomWebViewer(_engine);
    }

    public ValueTask DisposeAsync()
    {
        _viewer.Dispose();
        return default;
    }

    [Fact]
    public async Task Files_are_explicit_little_endian_unless_another_syntax_is_asked_for()
    {
        var sample = await StoreAsync("mr-jpegls-lossless", "wado file");

        var plain = await GetAsync(sample, "contentType=application/dicom");
        var stored = await GetAsync(sample, "contentType=application/dicom&transferSyntax=*");
        var named = await GetAsync(sample, $"contentType=application/dicom&transferSyntax={sample.Read().TransferSyntax.Uid}");
        var other = await GetAsync(sample, "contentType=application/dicom&transferSyntax=1.2.840.10008.1.2.4.90");

        Assert.Equal((HttpStatusCode.OK, "application/dicom"), (plain.Status, plain.Type));
        Assert.Equal(TransferSyntax.ExplicitVrLittleEndian, Part10.Read(plain.Body).TransferSyntax);
        Assert.Equal(PixelsOf(StudyFiles.Read(StudyFiles.Sample("mr-explicit-le"))), PixelsOf(Part10.Read(plain.Body).DataSet));
        Assert.Equal(sample.Bytes, stored.Body);
        Assert.Equal(sample.Bytes, named.Body);
        Assert.Equal(HttpStatusCode.NotAcceptable, other.Status);
    }

    [Theory]
    [InlineData("", "image/jpeg", "image/jpeg", "")]
    [InlineData("contentType=image/png", "image/png", "image/png", "")]
    [InlineData("contentType=image/png&windowCenter=600&windowWidth=300", "image/png", "image/png", "?window=600,300,linear")]
    [InlineData("contentType=image/jpeg&imageQuality=20", "image/jpeg", "image/jpeg", "?quality=20")]
    [InlineData("contentType=image/png&rows=32&columns=32", "image/png", "image/png", "?viewport=32,32")]
    [InlineData("contentType=image/png&region=0.25,0.25,0.75,1", "image/png", "image/png", "?viewport=32,48,16,16,32,48")]
    public async Task Pictures_are_those_of_rendered(string parameters, string type, string accept, string rendered)
    {
        var sample = await StoreAsync("mr-j2k-lossless", "wado picture");

        var picture = await GetAsync(sample, parameters);
        var (status, _, expected) = await _viewer.GetAsync(sample.Path + "/rendered" + rendered, accept);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, type), (picture.Status, status, picture.Type));
        Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(picture.Body));
    }

    [Fact]
    public async Task One_side_of_a_picture_follows_from_the_other()
    {
        var sample = await StoreAsync("mr-explicit-le", "wado side");

        var picture = await GetAsync(sample, "contentType=image/png&rows=32");

        Assert.Equal((32, 32), (BinaryPrimitives.ReadInt32BigEndian(picture.Body.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(picture.Body.AsSpan(20))));
    }

    [Fact]
    public async Task Of_several_frames_the_file_is_given_or_the_one_that_is_named()
    {
        var sample = await StoreAsync("seg-j2k", "wado frames");

        var file = await GetAsync(sample, "");
        var second = await GetAsync(sample, "frameNumber=2&contentType=image/png");
        var third = await GetAsync(sample, "frameNumber=3");
        var none = await GetAsync(sample, "frameNumber=4");

        Assert.Equal(("application/dicom", "image/jpeg"), (file.Type, third.Type));
        Assert.Equal((await _viewer.GetAsync(sample.Path + "/frames/2/rendered", "image/png")).Body, second.Body);
        Assert.Equal(HttpStatusCode.NotFound, none.Status);
    }

    [Fact]
    public async Task What_cannot_be_answered_as_asked_is_refused()
    {
        var sample = await StoreAsync("mr-explicit-le", "wado refused");

        foreach (var (parameters, status) in new[]
        {
            ("contentType=text/html", HttpStatusCode.NotAcceptable), ("anonymize=yes", HttpStatusCode.BadRequest), ("rows=0", HttpStatusCode.BadRequest),
            ("windowCenter=40", HttpStatusCode.BadRequest), ("presentationUID=1.2&presentationSeriesUID=1.3", HttpStatusCode.BadRequest),
            ("imageQuality=101", HttpStatusCode.BadRequest), ("region=0,0,2,2", HttpStatusCode.BadRequest),
        })
        {
            var answer = await GetAsync(sample, parameters);
            Assert.True(answer.Status == status, $"{parameters}: {answer.Status}");
        }

        Assert.Equal(HttpStatusCode.BadRequest, (await _viewer.GetAsync("/wado?requestType=WADO", "*/*")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _viewer.GetAsync("/wado?requestType=WADO&studyUID=1.2&seriesUID=1.3&objectUID=1.4", "*/*")).Status);
    }

    private static byte[] PixelsOf(DataSet dataSet)
    {
        Assert.True(dataSet.TryGet(Tags.PixelData, out var pixels));
        return pixels.Bytes.ToArray();
    }

    private async Task<SampleFile> StoreAsync(string name, string copy)
    {
        var sample = SampleFile.Copy(SampleFile.PathOf(name), copy);
        Assert.Equal(HttpStatusCode.OK, (await _viewer.StoreAsync(sample.Bytes)).Status);
        return sample;
    }

    /// <summary>Without an Accept header that says more than a browser's image element.</summary>
    private Task<(HttpStatusCode Status, string? Type, byte[] Body)> GetAsync(SampleFile sample, string parameters) => _viewer.GetAsync(
        $"/wado?requestType=WADO&studyUID={sample.StudyInstanceUid}&seriesUID={sample.SeriesInstanceUid}&objectUID={sample.SopInstanceUid}&{parameters}", "*/*");
}
