namespace CloudPacs.DicomWeb;

/// <summary>The forms in which data sets travel over HTTP (PS3.18 8.7.3).</summary>
public enum DicomWebForm
{
    Json,
    Xml,
}
