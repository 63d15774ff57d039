using System.Globalization;
using CloudPacs.Dicom;

namespace CloudPacs.DicomWeb;

/// <summary>Addresses of the Studies service (PS3.18 10.1), absolute: values of Retrieve URL and BulkDataURI.</summary>
/// <param name="Root">Root of the service, without a final slash (<see cref="PublicAddress.RootOf"/>).</param>
public readonly record struct ResourceAddress(string Root)
{
    public string Study(string study) => $"{Root}/studies/{study}";

    public string Series(string study, string series) => $"{Root}/studies/{study}/series/{series}";

    public string Instance(string study, string series, string instance) =>
        $"{Root}/studies/{study}/series/{series}/instances/{instance}";

    /// <param name="number">Of the frame, from 1 on.</param>
    public string Frame(string study, string series, string instance, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{Instance(study, series, instance)}/frames/{number}");

    public string BulkData(string study, string series, string instance, ElementPath path) =>
        $"{Instance(study, series, instance)}/bulkdata/{path}";
}
