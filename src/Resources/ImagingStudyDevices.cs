using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Store.Studies;

namespace CloudPacs.Resources;

/// <summary>
/// The devices that made the series of a study, as far as their images tell: contained in the study, as a name and a number that somebody
/// typed at a console are no identity by which a Device could be kept (FHIR R4 references.html#contained).
/// </summary>
internal static class ImagingStudyDevices
{
    private static readonly Tag[] Telling = [Tags.Manufacturer, Tags.ManufacturerModelName, Tags.StationName, Tags.DeviceSerialNumber];

    /// <summary>The devices of the series, each once, in their order.</summary>
    public static IReadOnlyList<DataSet> Of(IEnumerable<SeriesRow> series)
    {
        var devices = new List<DataSet>();
        foreach (var one in series)
        {
            if (Of(one) is { Count: > 0 } device && !devices.Exists(device.IsSameAs)) devices.Add(device);
        }

        return devices;
    }

    /// <summary>Refers to the device of a series; null when its images tell none.</summary>
    public static string? ReferenceOf(SeriesRow series, IReadOnlyList<DataSet> devices)
    {
        var device = Of(series);
        for (var i = 0; i < devices.Count; i++)
            if (device.IsSameAs(devices[i])) return "#" + IdOf(i);
        return null;
    }

    public static void Write(JsonText json, IReadOnlyList<DataSet> devices)
    {
        var number = 0;
        json.List(devices, (json, device) =>
        {
            json.BeginObject();
            json.Text("resourceType"u8, "Device");
            json.Text("id"u8, IdOf(number++));
            json.Text("manufacturer"u8, device.GetString(Tags.Manufacturer));
            json.Text("serialNumber"u8, device.GetString(Tags.DeviceSerialNumber));
            List<(string Name, string Type)> names = [];
            if (device.GetString(Tags.StationName) is { } station) names.Add((station, "user-friendly-name"));
            if (device.GetString(Tags.ManufacturerModelName) is { } model) names.Add((model, "model-name"));
            if (names.Count > 0)
            {
                json.Name("deviceName"u8);
                json.List(names, static (json, name) =>
                {
                    json.BeginObject();
                    json.Text("name"u8, name.Name);
                    json.Text("type"u8, name.Type);
                    json.EndObject();
                });
            }

            json.EndObject();
        });
    }

    private static string IdOf(int number) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"device-{number + 1}");

    private static DataSet Of(SeriesRow series)
    {
        var attributes = Attributes.Read(series.Attributes);
        var device = new DataSet(Telling.Length);
        foreach (var tag in Telling)
            if (attributes.GetString(tag) is { } value) device.Set(tag, value);
        return device;
    }
}
