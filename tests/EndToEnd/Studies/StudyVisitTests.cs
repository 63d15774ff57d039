using System.Text.Json.Nodes;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>The visit of a study without an order is the one that its images name by Admission ID, whichever came first.</summary>
public sealed class StudyVisitTests(StudyEngine shared) : IAsyncLifetime
{
    private const string Root = "1.2.826.0.1.3680043.10.9.43.";
    private TestedEngine _engine = null!;
    private HisSender _his = null!;

    public async ValueTask InitializeAsync()
    {
        Tool.SkipWithout("storescu");
        _engine = await shared.GetAsync();
        _his = new HisSender(_engine.MllpPort);
    }

    public async ValueTask DisposeAsync()
    {
        if (_his is not null) await _his.DisposeAsync();
    }

    [Fact]
    public async Task The_visit_that_the_images_name_is_that_of_the_study_and_of_the_order_that_it_gets()
    {
        await _his.PlaceAsync(Visit("A01", "SV-1", "SV01"));
        var image = new SentImage(Root + "1", "SV-1") { Admission = "SV01" };
        await StoreAsync(image);
        Assert.Equal("SV01", await VisitAsync(image));

        // A further series of a study that is known leaves it as it is.
        await StoreAsync(image with { Series = image.Study + ".2" });
        Assert.Equal("SV01", await VisitAsync(image));

        await new OperatorDesk(_engine).DoAsync("studies", "order", image.Study, "--description", "CT Head");
        Assert.Equal("SV01", await VisitAsync(image));
        await new OperatorDesk(_engine).DoAsync("studies", "reject", image.Study);
        Assert.Equal("SV01", await VisitAsync(image));
    }

    [Fact]
    public async Task A_visit_that_comes_after_the_images_is_found_and_one_that_is_deleted_is_not_told()
    {
        var image = new SentImage(Root + "2", "SV-2") { Admission = "SV02", AdmissionIssuer = "MERCY" };
        await StoreAsync(image);
        Assert.Null(await VisitAsync(image));
        await _his.PlaceAsync(Visit("A04", "SV-2", "OTHER02"));
        Assert.Null(await VisitAsync(image));

        await _his.PlaceAsync(Visit("A01", "SV-2", "SV02"));
        Assert.Equal("SV02", await VisitAsync(image));

        await _his.PlaceAsync(Visit("A23", "SV-2", "SV02"));
        Assert.Null(await VisitAsync(image));
    }

    [Fact]
    public async Task Somebody_elses_visit_and_one_of_another_issuer_are_not_told()
    {
        await _his.PlaceAsync(Visit("A01", "SV-3", "SV03"), Visit("A01", "SV-4", "SV04"));
        var other = new SentImage(Root + "3", "SV-4") { Admission = "SV03" };
        var issued = new SentImage(Root + "4", "SV-4") { Admission = "SV04", AdmissionIssuer = "CLINIC" };

        await StoreAsync(other, issued);

        Assert.Null(await VisitAsync(other));
        Assert.Null(await VisitAsync(issued));
    }

    private static string Visit(string trigger, string patient, string number) => OrderText.Message(
        $"ADT^{trigger}", "2.3.1", $"EVN|{trigger}|20261124080000\r{new OrderText("SV", patient, "VISIT^VERA").Patient}\rPV1|1|I|||||||||||||||||{number}\r");

    /// <summary>The number of the visit that the study names; null for none.</summary>
    private async Task<string?> VisitAsync(SentImage image)
    {
        if ((string?)(await StudyResource.ReadAsync(_engine, image.Study))["encounter"]?["reference"] is not { } reference) return null;
        return (string?)JsonNode.Parse(await _engine.GetAsync("/fhir/" + reference))!["identifier"]![0]!["value"];
    }

    private async Task StoreAsync(params IReadOnlyList<SentImage> images) =>
        Assert.Equal(images.Select(static _ => 0), await Storescu.StoreAsync(_engine, images.Select(static image => image.File())));
}
