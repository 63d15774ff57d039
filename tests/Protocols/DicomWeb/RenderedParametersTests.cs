using CloudPacs.DicomWeb.Negotiation;
using CloudPacs.DicomWeb.Retrieving;
using Microsoft.AspNetCore.WebUtilities;
using Xunit;

namespace CloudPacs.Protocols.Tests.DicomWeb;

/// <summary>Parameters of rendering and of WADO-URI (PS3.18 8.3.5 and 9).</summary>
public sealed class RenderedParametersTests
{
    private const string Uids = "requestType=WADO&studyUID=1.2&seriesUID=1.3&objectUID=1.4";

    [Fact]
    public void How_an_image_is_rendered_is_read()
    {
        var read = Read("annotation=patient,technique&quality=90&viewport=512,256,10,20,-300,40.5&window=40,400.5,linear-exact&iccprofile=srgb&charset=utf-8&other=1");

        Assert.Equal((true, true, 90, "srgb", "utf-8"), (read.ShowsPatient, read.ShowsTechnique, read.Quality, read.IccProfile, read.Charset));
        Assert.Equal(new Viewport(512, 256, new(10, 20, 300, 40.5, true, false)), read.Viewport);
        Assert.Equal(new WindowChoice(40, 400.5, WindowFunction.LinearExact), read.Window);
        Assert.NotEqual(Read("quality=90").Key, Read("quality=91").Key);
        Assert.Equal(new Viewport(9, 9, new(0, 0, null, 5, false, false)), Read("viewport=9,9,,,,5").Viewport);
    }

    [Theory]
    [InlineData("quality=0", "quality must be a whole number from 1 to 100.")]
    [InlineData("quality=101", "quality must be a whole number from 1 to 100.")]
    [InlineData("quality=", "quality must be a whole number from 1 to 100.")]
    [InlineData("annotation=patient,age", "annotation must be patient, technique, or both with a comma between.")]
    [InlineData("viewport=512", "viewport must be width,height, and may go on with left,top,width,height of a region of the image.")]
    [InlineData("viewport=0,5", "viewport must be width,height, and may go on with left,top,width,height of a region of the image.")]
    [InlineData("viewport=99999,5", "viewport must be width,height, and may go on with left,top,width,height of a region of the image.")]
    [InlineData("viewport=5,5,-1", "viewport must be width,height, and may go on with left,top,width,height of a region of the image.")]
    [InlineData("viewport=5,5,0,0,0,5", "viewport must be width,height, and may go on with left,top,width,height of a region of the image.")]
    [InlineData("viewport=5,5,NaN,0", "viewport must be width,height, and may go on with left,top,width,height of a region of the image.")]
    [InlineData("viewport=5,5,1,1,1,1,1", "viewport must be width,height, and may go on with left,top,width,height of a region of the image.")]
    [InlineData("window=40,400", "window must be center,width,function with linear, linear-exact or sigmoid as function.")]
    [InlineData("window=40,400,cubic", "window must be center,width,function with linear, linear-exact or sigmoid as function.")]
    [InlineData("window=40,Infinity,linear", "window must be center,width,function with linear, linear-exact or sigmoid as function.")]
    [InlineData("window=40,0.5,linear", "window must have a width of 1 or more, or above 0.")]
    [InlineData("window=40,0,sigmoid", "window must have a width of 1 or more, or above 0.")]
    [InlineData("iccprofile=cmyk", "iccprofile must be one of no, yes, srgb, adobergb, rommrgb, displayp3.")]
    [InlineData("iccprofile=yes", "iccprofile must be no: image/gif holds no profile.", RenderedTarget.Image, "image/gif")]
    [InlineData("iccprofile=no", null, RenderedTarget.Image, "image/gif")]
    [InlineData("viewport=128,128,1,1", "viewport takes width,height only: a region has no meaning here.", RenderedTarget.Thumbnail)]
    [InlineData("viewport=128,128", null, RenderedTarget.Thumbnail)]
    [InlineData("viewport=128,128,1,1", "viewport takes width,height only: a region has no meaning here.", RenderedTarget.PresentationState)]
    [InlineData("window=40,400,linear", "window has no meaning here: the presentation state sets it.", RenderedTarget.PresentationState)]
    [InlineData("window=40,0.5,sigmoid", null)]
    public void A_bad_value_is_told(string query, string? fault, RenderedTarget target = RenderedTarget.Image, string mediaType = MediaTypes.Jpeg) =>
        Assert.Equal(fault, RenderedParameters.Read(Parse(query), target, mediaType, out _));

    [Fact]
    public void An_object_is_asked_for_by_parameters()
    {
        Assert.Null(WadoUriParameters.Read(Parse(Uids + "&contentType=image%2Fpng,image%2Fjpeg%3Bq%3D0.5&frameNumber=3&rows=100&columns=200&region=0,0.25,0.5,1&windowCenter=40&windowWidth=400&imageQuality=80&annotation=patient&presentationUID=1.5&presentationSeriesUID=1.6&anonymize=yes&transferSyntax=*"), out var read));

        Assert.Equal(("1.2", "1.3", "1.4", 3, 100, 200, 80), (read.Study, read.Series, read.Instance, read.FrameNumber, read.Rows, read.Columns, read.Quality));
        Assert.Equal(((0, 0.25, 0.5, 1), (40, 400), ("1.6", "1.5"), true, false, true), (read.Region!.Value, read.Window!.Value, read.Presentation!.Value, read.ShowsPatient, read.ShowsTechnique, read.IsAnonymized));
        Assert.Equal(MediaTypes.Png, Negotiator.Choose(read.Accepted, Offers.Of(Resource.RenderedImage)).Chosen!.MediaType);
        Assert.Equal(["transferSyntax has no meaning for a rendered object: it was ignored."], read.Warnings);
    }

    [Theory]
    [InlineData("contentType=application/dicom&transferSyntax=*", "application/dicom; transfer-syntax=1.2.840.10008.1.2.4.90")]
    [InlineData("contentType=application%2Fdicom", "application/dicom; transfer-syntax=1.2.840.10008.1.2.1")]
    [InlineData("contentType=application/dicom&transferSyntax=1.2.840.10008.1.2.4.90", "application/dicom; transfer-syntax=1.2.840.10008.1.2.4.90")]
    [InlineData("contentType=application/dicom&transferSyntax=1.2.840.10008.1.2.4.80", null)]
    public void A_file_comes_decoded_or_as_stored(string query, string? form)
    {
        Assert.Null(WadoUriParameters.Read(Parse($"{Uids}&{query}"), out var read));

        Assert.Equal(form, Negotiator.Choose(read.Accepted, Offers.Objects("1.2.840.10008.1.2.4.90", true, false, isOne: true)).Chosen?.ItemType);
        Assert.Empty(read.Warnings);
    }

    [Theory]
    [InlineData("", "requestType must be WADO.")]
    [InlineData("requestType=WADO&studyUID=1.2&seriesUID=1.3", "objectUID must be a UID.")]
    [InlineData(Uids + "&objectUID=1.5", "objectUID is given twice, with different values.")]
    [InlineData(Uids + "&frameNumber=0", "frameNumber must be a whole number from 1 on.")]
    [InlineData(Uids + "&imageQuality=101", "imageQuality must be a whole number from 1 to 100.")]
    [InlineData(Uids + "&windowCenter=40", "windowCenter and windowWidth go together.")]
    [InlineData(Uids + "&windowCenter=x&windowWidth=1", "windowCenter must be a number.")]
    [InlineData(Uids + "&windowCenter=1&windowWidth=0", "windowWidth must be a number of 1 or more.")]
    [InlineData(Uids + "&region=0,0,0,1", "region must be left,top,right,bottom, each from 0 to 1.")]
    [InlineData(Uids + "&region=0,0,1", "region must be left,top,right,bottom, each from 0 to 1.")]
    [InlineData(Uids + "&presentationUID=1.5", "presentationUID and presentationSeriesUID go together, both UIDs.")]
    [InlineData(Uids + "&transferSyntax=x", "transferSyntax must be a UID or *.")]
    [InlineData(Uids + "&annotation=all", "annotation must be patient, technique, or both with a comma between.")]
    public void A_faulty_request_by_parameters_is_told(string query, string fault) => Assert.Equal(fault, WadoUriParameters.Read(Parse(query), out _));

    [Theory]
    [InlineData("1", "1")]
    [InlineData("3,1,3,2", "3,1,2")]
    [InlineData("9999", "9999")]
    [InlineData("0", null)]
    [InlineData("1,", null)]
    [InlineData("a", null)]
    [InlineData("-1", null)]
    [InlineData("99999999999", null)]
    public void Frames_are_numbered_from_one(string list, string? numbers)
    {
        Assert.Equal(numbers is not null, FrameNumbers.TryRead(list, out var read));
        if (numbers is not null) Assert.Equal(numbers, string.Join(',', read));
    }

    private static RenderedParameters Read(string query)
    {
        Assert.Null(RenderedParameters.Read(Parse(query), RenderedTarget.Image, MediaTypes.Jpeg, out var read));
        return read;
    }

    private static IEnumerable<(string, string)> Parse(string query) =>
        QueryHelpers.ParseQuery(query).SelectMany(static pair => pair.Value.Select(value => (pair.Key, value ?? "")));
}
