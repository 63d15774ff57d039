namespace CloudPacs.EndToEnd.Tests.Performed;

/// <summary>
/// Stations of the tests of performed steps: the reports of STRICT1 must have all that the standard asks for, and of two others a change is
/// kept although its step has not been created.
/// </summary>
internal static class PerformedStations
{
    public const string Strict = "STRICT1";
    public const string Lenient = "CT7";

    /// <summary>A change of an unknown step is kept and answered with 0112.</summary>
    public const string Keeping = "KEEPING1";

    /// <summary>A change of an unknown step is kept and answered with 0000.</summary>
    public const string Accepting = "ACCEPTING1";

    public static (string, string)[] Settings { get; } =
    [
        ($"DICOM__STATIONS__{Strict}__STRICTMPPS", "true"), ($"DICOM__STATIONS__{Keeping}__MPPSWITHOUTCREATE", "keep"),
        ($"DICOM__STATIONS__{Accepting}__MPPSWITHOUTCREATE", "accept"),
    ];
}
