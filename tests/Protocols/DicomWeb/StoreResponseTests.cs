using System.Text;
using CloudPacs.Dicom;
using CloudPacs.DicomWeb;
using CloudPacs.DicomWeb.Storing;
using Xunit;

namespace CloudPacs.Protocols.Tests.DicomWeb;

/// <summary>What a store request is made of, and what is answered (PS3.18 10.5, annex I.2).</summary>
public sealed class StoreResponseTests
{
    private static readonly ResourceAddress Addresses = new("https://x.test/dicomweb");
    private static readonly StoreOutcome Good = new("1.2.840.10008.5.1.4.1.1.2", "1.4") { StudyInstanceUid = "1.2", SeriesInstanceUid = "1.3" };
    private static readonly StoreOutcome Reserved = Good with { SopInstanceUid = "1.5", Warning = StoreReasons.DoesNotMatchClass };
    private static readonly StoreOutcome Foreign = Good with { SopInstanceUid = "1.6", Failure = StoreReasons.StudyDiffersFromPath };
    private static readonly StoreOutcome Full = Good with { SopInstanceUid = "1.7", Failure = StoreReasons.OutOfResources };
    private static readonly StoreOutcome Garbage = new(null, null) { Failure = StoreReasons.CannotUnderstand };
    private static readonly StoreOutcome Rejected = Good with { Failure = StoreReasons.RejectedBefore };

    public static TheoryData<string, int, bool, bool> Statuses => new()
    {
        { "g", 200, false, false },
        { "gg", 200, false, false },
        { "gw", 202, false, false },
        { "gf", 202, false, false },
        { "gx", 202, false, false },
        { "g", 202, true, false },
        { "g", 202, false, true },
        { "", 400, false, false },
        { "", 400, true, false },
        { "x", 400, false, false },
        { "f", 409, false, false },
        { "fx", 409, false, false },
        { "r", 409, false, false },
        { "uu", 503, false, false },
        { "uf", 409, false, false },
        { "", 413, false, true },
        { "m", 415, false, false },
        { "mm", 415, false, false },
        { "mx", 400, false, false },
        { "mg", 202, false, false },
    };

    [Theory]
    [MemberData(nameof(Statuses))]
    public void The_status_follows_from_the_outcomes(string outcomes, int status, bool isBroken, bool isTooLarge)
    {
        var list = outcomes.Select(static letter => letter switch { 'g' => Good, 'w' => Reserved, 'f' => Foreign, 'u' => Full, 'r' => Rejected, 'm' => StoreOutcome.Unsupported(2), _ => Garbage }).ToList();

        Assert.Equal(status, StoreResponse.StatusOf(list, isBroken, isTooLarge));
    }

    [Fact]
    public void Every_instance_is_told_of_and_no_sequence_is_empty()
    {
        var json = Encoding.UTF8.GetString(DicomJson.ToUtf8Bytes(StoreResponse.Create([Good, Reserved, Foreign, Garbage], Addresses)));

        Assert.Equal(
            string.Concat(
                """{"00081190":{"vr":"UR","Value":["https://x.test/dicomweb/studies/1.2"]}, """,
                """ "00081198":{"vr":"SQ","Value":[{"00000902":{"vr":"LO","Value":["The_Study_Instance_UID_is_not_the_one_of_the_path."]},"00081150":{"vr":"UI","Value":["1.2.840.10008.5.1.4.1.1.2"]},"00081155":{"vr":"UI","Value":["1.6"]},"00081197":{"vr":"US","Value":[43265]}}]}, """,
                """ "00081199":{"vr":"SQ","Value":[{"00081150":{"vr":"UI","Value":["1.2.840.10008.5.1.4.1.1.2"]},"00081155":{"vr":"UI","Value":["1.4"]},"00081190":{"vr":"UR","Value":["https://x.test/dicomweb/studies/1.2/series/1.3/instances/1.4"]}}, """,
                """ {"00081150":{"vr":"UI","Value":["1.2.840.10008.5.1.4.1.1.2"]},"00081155":{"vr":"UI","Value":["1.5"]},"00081190":{"vr":"UR","Value":["https://x.test/dicomweb/studies/1.2/series/1.3/instances/1.5"]},"00081196":{"vr":"US","Value":[45063]}}]}, """,
                """ "0008119A":{"vr":"SQ","Value":[{"00000902":{"vr":"LO","Value":["The_part_cannot_be_read_as_an_instance."]},"00081197":{"vr":"US","Value":[49152]}}]}}""").Replace(" ", "", StringComparison.Ordinal).Replace('_', ' '),
            json);
        Assert.Equal("{}", Encoding.UTF8.GetString(DicomJson.ToUtf8Bytes(StoreResponse.Create([], Addresses))));
    }

    [Fact]
    public void A_comment_fits_its_attribute_and_the_warning_says_how_many_and_why()
    {
        var long64 = Foreign with { Comment = @"a\b " + new string('x', 100) };

        var told = StoreResponse.Create([long64], Addresses).GetItems(Tags.FailedSopSequence)[0].GetString(Tags.ErrorComment)!;

        Assert.Equal("a b " + new string('x', 57) + "...", told);
        Assert.Equal($"Of 3 parts or instances 1 are not stored, 1 with reservations: {told} / {StoreReasons.Text(StoreReasons.DoesNotMatchClass)}", StoreResponse.WarningOf([Good, Reserved, long64]));
        Assert.Null(StoreResponse.WarningOf([Good]));
    }

    [Fact]
    public void Two_studies_have_no_address_together_and_changed_values_are_shown()
    {
        var changed = Good with { StudyInstanceUid = "1.9", Warning = StoreReasons.Coerced, Originals = new DataSet().Set(Tags.PatientId, "OLD") };

        var response = StoreResponse.Create([Good, changed], Addresses);

        Assert.False(response.Contains(Tags.RetrieveUrl));
        Assert.Equal("OLD", response.GetItems(Tags.ReferencedSopSequence)[1].GetItems(Tags.OriginalAttributesSequence)[0].GetString(Tags.PatientId));
    }

    [Fact]
    public void Reasons_are_the_numbers_of_the_standard_and_have_words()
    {
        Assert.Equal((42752, 43264, 49152, 49442, 272, 290, 45056, 45062, 45063, 42865, 43265), (
            StoreReasons.OutOfResources, StoreReasons.UidsDiffer, StoreReasons.CannotUnderstand, StoreReasons.TransferSyntaxNotSupported, StoreReasons.ProcessingFailure,
            StoreReasons.SopClassNotSupported, StoreReasons.Coerced, StoreReasons.ElementsDiscarded, StoreReasons.DoesNotMatchClass, StoreReasons.RejectedBefore, StoreReasons.StudyDiffersFromPath));
        Assert.EndsWith(".", StoreReasons.Text(StoreReasons.OtherContent), StringComparison.Ordinal);
        Assert.Equal("Reason CAFE.", StoreReasons.Text(0xCAFE));
    }

    [Theory]
    [InlineData("multipart/related; type=\"application/dicom\"; boundary=b", StoreForm.Files, "b")]
    [InlineData("multipart/related; type=application/dicom; boundary=\"b\"", StoreForm.Files, "b")]
    [InlineData("multipart/related; boundary=b", StoreForm.Files, "b")]
    [InlineData("application/dicom", StoreForm.File, null)]
    [InlineData("application/dicom; transfer-syntax=1.2.840.10008.1.2.1", StoreForm.File, null)]
    [InlineData("multipart/related; type=\"application/dicom+json\"; boundary=b", StoreForm.Json, "b")]
    [InlineData("multipart/related; type=\"application/dicom+xml\"; boundary=b", StoreForm.Xml, "b")]
    [InlineData("application/dicom+json", StoreForm.Json, null)]
    public void The_forms_of_a_body_are_told_apart(string contentType, StoreForm form, string? boundary) =>
        Assert.Equal(new StoreType(form, boundary), StoreType.Read(contentType, out _, out _));

    [Theory]
    [InlineData(null, 415)]
    [InlineData("", 415)]
    [InlineData("multipart/form-data; boundary=b", 415)]
    [InlineData("multipart/related; type=image/png; boundary=b", 415)]
    [InlineData("image/jpeg", 415)]
    [InlineData("multipart/related; type=application/dicom", 400)]
    public void Another_body_is_refused(string? contentType, int status)
    {
        Assert.Null(StoreType.Read(contentType, out var told, out var fault));
        Assert.Equal(status, told);
        Assert.EndsWith(".", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StoreForm.Files, "X: y", StorePart.File)]
    [InlineData(StoreForm.Files, "content-type: application/dicom; transfer-syntax=1.2", StorePart.File)]
    [InlineData(StoreForm.Files, "Content-Type: text/plain", StorePart.Unsupported)]
    [InlineData(StoreForm.Files, "Content-Type: nonsense", StorePart.Unsupported)]
    [InlineData(StoreForm.Json, "Content-Type: application/dicom+json", StorePart.Metadata)]
    [InlineData(StoreForm.Json, "X: y", StorePart.Metadata)]
    [InlineData(StoreForm.Json, "Content-Type: image/jp2\r\nContent-Location: /a", StorePart.BulkData)]
    [InlineData(StoreForm.Json, "Content-Type: image/jp2", StorePart.Unsupported)]
    [InlineData(StoreForm.Xml, "Content-Type: application/dicom+json", StorePart.Unsupported)]
    public async Task A_part_is_told_by_its_headers(StoreForm form, string headers, StorePart part)
    {
        using var reader = new CloudPacs.DicomWeb.Multipart.PartReader(PieceStream.Whole(ReadBody.Bytes($"--b\r\n{headers}\r\n\r\nx\r\n--b--")), "b");
        await reader.NextAsync(TestContext.Current.CancellationToken);

        Assert.Equal(part, new StoreType(form, "b").PartOf(reader.Headers));
    }
}
