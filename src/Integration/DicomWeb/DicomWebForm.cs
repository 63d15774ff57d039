namespace CloudPacs.Integration.DicomWeb;

/// <summary>The forms in which data sets travel over HTTP (PS3.18 8.7.3).</summary>
internal enum DicomWebForm
{
    Json,
    Xml,
}
