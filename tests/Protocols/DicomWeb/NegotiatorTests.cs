using CloudPacs.DicomWeb;
using CloudPacs.DicomWeb.Negotiation;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace CloudPacs.Protocols.Tests.DicomWeb;

/// <summary>What callers ask for, word for word as real ones do, and the form that is chosen (PS3.18 8.7, 10.4).</summary>
public sealed class NegotiatorTests
{
    private const string Native = "1.2.840.10008.1.2.1";
    private const string Jpeg = "1.2.840.10008.1.2.4.50";
    private const string Lossless = "1.2.840.10008.1.2.4.70";
    private const string J2k = "1.2.840.10008.1.2.4.90";
    private const string J2kLossy = "1.2.840.10008.1.2.4.91";
    private const string Htj2k = "1.2.840.10008.1.2.4.201";
    private const string Ohif = "multipart/related; type=\"application/octet-stream\"; transfer-syntax=\"*\"";

    /// <summary>Accept header, stored syntax, and what a frame travels as; + before the type for parts.</summary>
    [Theory]
    // OHIF and cornerstone, with and without quotation marks.
    [InlineData(Ohif, Native, "+application/octet-stream; transfer-syntax=" + Native)]
    [InlineData(Ohif, J2k, "+image/jp2; transfer-syntax=" + J2k)]
    [InlineData("multipart/related; type=application/octet-stream; transfer-syntax=*", Jpeg, "+image/jpeg; transfer-syntax=" + Jpeg)]
    [InlineData("multipart/related; type=\"application/octet-stream; transfer-syntax=*\"", Htj2k, "+image/jphc; transfer-syntax=" + Htj2k)]
    [InlineData("multipart/related;type=\"image/jphc\";transfer-syntax=" + Htj2k + ", multipart/related; type=\"application/octet-stream\"", Htj2k, "+image/jphc; transfer-syntax=" + Htj2k)]
    // Microscopy viewers, dicomweb-client, nothing at all.
    [InlineData("*/*", J2k, "+image/jp2; transfer-syntax=" + J2k)]
    [InlineData("", J2k, "+image/jp2; transfer-syntax=" + J2k)]
    [InlineData(null, "1.2.840.10008.1.2", "+application/octet-stream; transfer-syntax=" + Native)]
    [InlineData("*/*", "1.2.840.10008.1.2.2", "+application/octet-stream; transfer-syntax=" + Native)]
    [InlineData("*/*", "1.2.840.10008.1.2.1.99", "+application/octet-stream; transfer-syntax=" + Native)]
    [InlineData("image/jls, image/jp2", J2k, "image/jp2; transfer-syntax=" + J2k)]
    [InlineData("image/*", Lossless, "+image/jpeg; transfer-syntax=" + Lossless)]
    [InlineData("multipart/related", J2k, "+image/jp2; transfer-syntax=" + J2k)]
    [InlineData("multipart/related; type=\"*/*\"", J2k, "+image/jp2; transfer-syntax=" + J2k)]
    [InlineData("multipart/related; type=*; transfer-syntax=*", J2k, "+image/jp2; transfer-syntax=" + J2k)]
    // Bytes without a syntax are native ones; with a compressed one they are what is stored.
    [InlineData("multipart/related; type=\"application/octet-stream\"", J2k, "+application/octet-stream; transfer-syntax=" + Native)]
    [InlineData("application/octet-stream", J2k, "application/octet-stream; transfer-syntax=" + Native)]
    [InlineData("application/octet-stream; transfer-syntax=" + J2k, J2k, "image/jp2; transfer-syntax=" + J2k)]
    [InlineData("application/octet-stream; transfer-syntax=" + Native, J2k, "application/octet-stream; transfer-syntax=" + Native)]
    // Names seen in the wild, letters of any size, blanks.
    [InlineData("Image/X-JLS", "1.2.840.10008.1.2.4.80", "image/jls; transfer-syntax=1.2.840.10008.1.2.4.80")]
    [InlineData("multipart/related ; Type = \"image/x-dicom-rle\" ", "1.2.840.10008.1.2.5", "+image/dicom-rle; transfer-syntax=1.2.840.10008.1.2.5")]
    [InlineData("image/j2k", J2k, "image/jp2; transfer-syntax=" + J2k)]
    [InlineData("image/jhc", Htj2k, "image/jphc; transfer-syntax=" + Htj2k)]
    [InlineData("video/H265", "1.2.840.10008.1.2.4.107", "video/h265; transfer-syntax=1.2.840.10008.1.2.4.107")]
    [InlineData("*/*", "1.2.840.10008.1.2.4.102.1", "+video/mp4; transfer-syntax=1.2.840.10008.1.2.4.102.1")]
    [InlineData("*/*", "1.2.840.10008.1.2.1.98", "+application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1.98")]
    [InlineData("*/*", "1.2.3.4.5", "+application/octet-stream; transfer-syntax=1.2.3.4.5")]
    // Preference, and what cannot be understood beside what can.
    [InlineData("image/jp2;q=0.5, application/octet-stream", J2k, "application/octet-stream; transfer-syntax=" + Native)]
    [InlineData("image/jp2;q=0.5, application/octet-stream;q=0.4", J2k, "image/jp2; transfer-syntax=" + J2k)]
    [InlineData("*/*, multipart/related; type=image/jp2; q=0, image/jp2;q=0", J2k, "+application/octet-stream; transfer-syntax=" + Native)]
    [InlineData("nonsense, ;;, text, \"x, multipart/related; type=, image/jp2", J2k, "image/jp2; transfer-syntax=" + J2k)]
    [InlineData("multipart/mixed, , image/jp2", J2k, "image/jp2; transfer-syntax=" + J2k)]
    public void A_frame_travels_as_the_caller_takes_it(string? accept, string stored, string chosen) =>
        Assert.Equal(chosen, Text(Negotiator.Choose(AcceptedType.Read(accept), Offers.Frames(stored, canDecode: true, isOne: true))));

    [Theory]
    [InlineData("image/jls", J2k)]
    [InlineData("application/octet-stream; transfer-syntax=1.2.840.10008.1.2", Native)]
    [InlineData("application/octet-stream; transfer-syntax=1.2.840.10008.1.2.2", Native)]
    [InlineData("image/jpeg; transfer-syntax=" + Lossless, Jpeg)]
    [InlineData("text/html", Native)]
    [InlineData("nonsense", Native)]
    [InlineData("image/jp2;q=0", J2k)]
    public void What_cannot_be_made_is_refused_with_what_can(string accept, string stored)
    {
        var negotiated = Negotiator.Choose(AcceptedType.Read(accept), Offers.Frames(stored, canDecode: stored != J2k, isOne: false));

        Assert.Equal((406, null), (negotiated.Status, negotiated.Chosen));
        Assert.Equal($"multipart/related; type=\"{MediaTypes.OfSyntax(stored)}\"; transfer-syntax={stored}", negotiated.Possible[0]);
        Assert.Contains(negotiated.Possible[0], negotiated.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_codec_bytes_cannot_be_had_and_several_frames_not_without_parts()
    {
        Assert.Equal(406, Negotiator.Choose(AcceptedType.Read("application/octet-stream"), Offers.Frames(J2k, canDecode: false, isOne: true)).Status);
        Assert.Equal(406, Negotiator.Choose(AcceptedType.Read("image/jp2"), Offers.Frames(J2k, canDecode: true, isOne: false)).Status);
    }

    [Theory]
    [InlineData(null, Native, "+application/dicom; transfer-syntax=" + Native)]
    [InlineData("*/*", J2k, "+application/dicom; transfer-syntax=" + Native)]
    [InlineData("multipart/related; type=\"application/dicom\"", J2k, "+application/dicom; transfer-syntax=" + Native)]
    // Orthanc's client, others with quotation marks, and what Orthanc's own server writes.
    [InlineData("multipart/related; type=\"application/dicom\"; transfer-syntax=*", J2k, "+application/dicom; transfer-syntax=" + J2k)]
    [InlineData("multipart/related; type=application/dicom; transfer-syntax=\"*\"", J2k, "+application/dicom; transfer-syntax=" + J2k)]
    [InlineData("multipart/related; type=\"application/dicom;transfer-syntax=*\"", J2k, "+application/dicom; transfer-syntax=" + J2k)]
    [InlineData("application/dicom; transfer-syntax=*", J2k, "application/dicom; transfer-syntax=" + J2k)]
    [InlineData("application/dicom; transfer-syntax=*", "1.2.840.10008.1.2", "application/dicom; transfer-syntax=" + Native)]
    [InlineData("application/dicom; transfer-syntax=" + Native, J2kLossy, "application/dicom; transfer-syntax=" + Native)]
    [InlineData("application/dicom", J2kLossy, "application/dicom; transfer-syntax=" + J2kLossy)]
    [InlineData("application/*", J2k, "+application/dicom; transfer-syntax=" + Native)]
    [InlineData("application/dicom; transfer-syntax=" + Jpeg, J2k, "406")]
    public void An_instance_travels_decoded_or_as_stored(string? accept, string stored, string chosen) =>
        Assert.Equal(chosen, Text(Negotiator.Choose(AcceptedType.Read(accept), Offers.Objects(stored, true, stored == J2kLossy, isOne: true))));

    [Theory]
    [InlineData("application/dicom+json", "application/dicom+json")]
    [InlineData("application/json", "application/dicom+json")]
    [InlineData("application/json, text/plain, */*", "application/dicom+json")]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/dicom+json")]
    [InlineData("application/dicom+json, multipart/related; type=application/octet-stream", "application/dicom+json")]
    [InlineData("multipart/related; type=\"application/dicom+xml\"", "+application/dicom+xml")]
    [InlineData("application/dicom+xml", "+application/dicom+xml")]
    [InlineData("multipart/related", "+application/dicom+xml")]
    [InlineData("image/png", "406")]
    public void Matches_and_metadata_are_JSON_unless_XML_is_wanted(string accept, string chosen)
    {
        Assert.Equal(chosen, Text(Negotiator.Choose(AcceptedType.Read(accept), Offers.Of(Resource.Matches))));
        Assert.Equal(chosen, Text(Negotiator.Choose(AcceptedType.Read(accept), Offers.Of(Resource.Metadata))));
    }

    [Theory]
    [InlineData(Ohif, "image/jpeg", "image/jpeg")]
    [InlineData(Ohif, "image/png;q=0.5,image/jpeg", "image/jpeg")]
    [InlineData("image/avif,image/webp,image/apng,image/*,*/*;q=0.8", null, "image/jpeg")]
    [InlineData("image/gif", null, "406")]
    [InlineData("image/png", "*/*", "image/png")]
    [InlineData("application/dicom, image/png", null, "400")]
    public void The_accept_parameter_wins_over_the_header(string header, string? parameter, string chosen) => Assert.Equal(
        chosen, Text(Negotiator.Choose(AcceptedType.Read(header, parameter), Offers.Rendered(Resource.Thumbnail, static type => type is "image/jpeg" or "image/png"))));

    [Fact]
    public void A_plus_sign_that_became_a_blank_is_one()
    {
        var http = new DefaultHttpContext();
        http.Request.QueryString = new("?accept=application/dicom+xml");
        http.Request.Headers.Accept = "application/dicom+json";

        Assert.Equal(DicomWebForm.Xml, DicomWebForms.Accepted(http.Request));
    }

    [Theory]
    [InlineData("multipart/related; type=\"application/pdf\", multipart/related; type=\"application/octet-stream\"", "application/pdf", "+application/pdf")]
    [InlineData("application/octet-stream", "application/pdf", "application/octet-stream")]
    [InlineData("multipart/related; type=\"application/octet-stream\"; transfer-syntax=*", null, "+application/octet-stream")]
    [InlineData("*/*", null, "+application/octet-stream")]
    public void A_document_is_had_as_itself_or_as_bytes(string accept, string? type, string chosen) =>
        Assert.Equal(chosen, Text(Negotiator.Choose(AcceptedType.Read(accept), Offers.BulkData(type, isOne: true))));

    [Fact]
    public void Every_resource_has_a_default_and_every_pixel_type_a_syntax()
    {
        foreach (var resource in Enum.GetValues<Resource>().Except([Resource.Objects, Resource.Frames, Resource.BulkData])) Assert.NotEmpty(Offers.Of(resource));
        Assert.Equal((Lossless, J2k, "1.2.840.10008.1.2.5", null), (MediaTypes.DefaultSyntax("image/jpeg"), MediaTypes.DefaultSyntax("image/j2k"), MediaTypes.DefaultSyntax("image/x-dicom-rle"), MediaTypes.DefaultSyntax("text/html")));
        Assert.Equal("image/jxl", MediaTypes.OfSyntax("1.2.840.10008.1.2.4.110"));
    }

    [Fact]
    public void A_header_of_quotation_marks_takes_no_time()
    {
        var types = AcceptedType.Read(string.Concat(Enumerable.Repeat("\"\\", 16_000)) + ", image/jp2");

        Assert.InRange(types.Count, 0, 1);
    }

    [Fact]
    public void Nothing_that_is_accepted_is_a_fault_of_ours()
    {
        var random = new Random(5);
        string[] pieces = ["multipart/related", "image/jp2", "*/*", "application/*", ";", ",", "=", "\"", "\\", " ", "type", "transfer-syntax", "q", "0.5", "*", "1.2.840.10008.1.2.4.90", "\u00e9", "/", "-1", "1e9"];
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(random.GetItems(pieces, random.Next(30)));

            var negotiated = Negotiator.Choose(AcceptedType.Read(text, i % 2 == 0 ? null : text), Offers.Frames(J2k, canDecode: true, isOne: true));

            Assert.Equal(negotiated.Chosen is null, negotiated.Status != 200);
        }
    }

    [Fact]
    public void What_is_deflated_can_always_be_had_plain() => Assert.Equal(
        "+application/dicom; transfer-syntax=" + Native, Text(Negotiator.Choose(AcceptedType.Read("*/*"), Offers.Objects("1.2.840.10008.1.2.1.99", canDecode: false, isLossy: false, isOne: false))));

    private static string Text(Negotiated negotiated) => negotiated.Chosen is not { } chosen ? $"{negotiated.Status}"
        : (chosen.Packaging == Packaging.Multipart ? "+" : "") + chosen.ItemType;
}
