namespace CloudPacs.DicomWeb.Retrieving;

/// <summary>The function that maps values of a window to grey (PS3.3 C.11.2.1.3).</summary>
public enum WindowFunction
{
    Linear,
    LinearExact,
    Sigmoid,
}

/// <summary>A window that the caller chose (PS3.18 8.3.5.1.4), in units of the modality LUT's output.</summary>
public sealed record WindowChoice(double Center, double Width, WindowFunction Function);
