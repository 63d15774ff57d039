using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.Dicom;
using CloudPacs.Resources;
using CloudPacs.Store;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Studies;
using Xunit;

namespace CloudPacs.Integration.Tests.Studies;

/// <summary>The instances of an ImagingStudy, which are put in when it is read.</summary>
public class ImagingStudyInstancesTests
{
    private const string Stored =
        """{"resourceType":"ImagingStudy","id":"1","extension":[{"series":[{"uid":"9"}]}],"series":[{"uid":"1.1","modality":{"code":"CT"},"numberOfInstances":2},{"uid":"1.2","numberOfInstances":1}],"note":[]}""";

    [Fact]
    public void Each_series_has_as_many_as_it_counts_in_the_order_of_their_numbers()
    {
        var study = Put(Instance("1.1", "1.1.7", 7), Instance("1.2", "1.2.1", null), Instance("1.1", "1.1.3", 3), Instance("1.1", "1.1.1", 1));

        Assert.Equal(["1.1.3", "1.1.7"], UidsOf(study, 0));
        Assert.Equal(["1.2.1"], UidsOf(study, 1));
        Assert.Equal("CT", (string?)study["series"]![0]!["modality"]!["code"]);
        Assert.Equal(
            """{"uid":"1.1.3","sopClass":{"system":"urn:ietf:rfc:3986","code":"urn:oid:1.2.840.10008.5.1.4.1.1.2"},"number":3}""",
            study["series"]![0]!["instance"]![0]!.ToJsonString());
        Assert.Null(study["series"]![1]!["instance"]![0]!["number"]);
        Assert.Null(study["extension"]![0]!["series"]![0]!["instance"]);
    }

    [Fact]
    public void A_series_of_which_nothing_is_shown_any_more_has_none()
    {
        var study = Put(Instance("1.2", "1.2.1", -1));

        Assert.Null(study["series"]![0]!["instance"]);
        // FHIR has no negative numbers here.
        Assert.Null(study["series"]![1]!["instance"]![0]!["number"]);
    }

    [Fact]
    public void The_title_is_that_of_the_document_else_what_it_is_about_else_its_label_else_the_kind_of_image()
    {
        var type = new DataSet().Set(Tags.ImageType, @"ORIGINAL\PRIMARY");
        var label = type.Copy().Set(Tags.ContentLabel, "KEY");
        var concept = label.Copy().SetSequence(Tags.ConceptNameCodeSequence, new DataSet().Set(Tags.CodeMeaning, "Chest CT report"));
        var document = concept.Copy().Set(Tags.DocumentTitle, "Letter");

        string?[] titles = [.. new[] { new DataSet(), type, label, concept, document }.Select(TitleOf)];

        Assert.Equal([null, @"ORIGINAL\PRIMARY", "KEY", "Chest CT report", "Letter"], titles);
    }

    private static string? TitleOf(DataSet attributes) =>
        (string?)Put(Instance("1.2", "1.2.1", 1) with { Attributes = Domain.Attributes.Renew(StoredAttributes.None, attributes) ?? StoredAttributes.None })
            ["series"]![1]!["instance"]![0]!["title"];

    private static JsonNode Put(params ShownInstance[] instances) =>
        JsonNode.Parse(ImagingStudyInstances.Complete(Row(instances)).Content.Span)!;

    private static FhirResourceRow Row(params ShownInstance[] instances) => new()
    {
        Type = "ImagingStudy", Id = "1", Version = 1, LastUpdated = DateTimeOffset.UnixEpoch, Content = Encoding.UTF8.GetBytes(Stored), Instances = instances,
    };

    private static string?[] UidsOf(JsonNode study, int series) =>
        [.. study["series"]![series]!["instance"]!.AsArray().Select(static one => (string?)one!["uid"])];

    private static ShownInstance Instance(string series, string uid, int? number) =>
        new(series, uid, "1.2.840.10008.5.1.4.1.1.2", number, StoredAttributes.None);
}
