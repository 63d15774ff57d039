using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Resources;
using CloudPacs.Store;
using CloudPacs.Store.Studies;
using Xunit;

namespace CloudPacs.Integration.Tests.Studies;

/// <summary>The devices that made the series of a study, contained in its resource.</summary>
public sealed class ImagingStudyDevicesTests
{
    private static readonly DataSet Scanner = new DataSet().Set(Tags.Manufacturer, "ACME").Set(Tags.ManufacturerModelName, "Ring 64").Set(Tags.StationName, "CT7").Set(Tags.DeviceSerialNumber, "4711");

    [Fact]
    public void Each_device_stands_once_and_its_series_refer_to_it()
    {
        var (first, second, other, silent) = (Series("1.1", Scanner), Series("1.2", Scanner), Series("1.3", new DataSet().Set(Tags.Manufacturer, "OTHER")), Series("1.4", []));

        var devices = ImagingStudyDevices.Of([first, second, other, silent]);
        var json = new JsonText();
        ImagingStudyDevices.Write(json, devices);

        Assert.Equal(
            ["#device-1", "#device-1", "#device-2", null],
            new[] { first, second, other, silent }.Select(series => ImagingStudyDevices.ReferenceOf(series, devices)));
        Assert.Equal(
            """[{"resourceType":"Device","id":"device-1","manufacturer":"ACME","serialNumber":"4711","deviceName":[{"name":"CT7","type":"user-friendly-name"},{"name":"Ring 64","type":"model-name"}]},{"resourceType":"Device","id":"device-2","manufacturer":"OTHER"}]""",
            JsonNode.Parse(Encoding.UTF8.GetString(json.Take(0)))!.ToJsonString());
    }

    private static SeriesRow Series(string uid, DataSet attributes) => new(Guid.NewGuid())
    {
        StudyId = Guid.Empty, SeriesInstanceUid = uid, Modality = "CT", Attributes = Attributes.Renew(StoredAttributes.None, attributes.Copy()) ?? StoredAttributes.None,
    };
}
