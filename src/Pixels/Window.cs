namespace CloudPacs.Pixels;

/// <summary>How values between the ends of a window become grey (PS3.3 C.11.2.1.2, C.11.2.1.3).</summary>
public enum WindowFunction
{
    Linear,
    LinearExact,
    Sigmoid,
}

/// <summary>A range of values after the modality transformation, shown from black to white.</summary>
/// <param name="Center">Finite.</param>
/// <param name="Width">At least 1 for <see cref="WindowFunction.Linear"/>, above 0 for the others.</param>
public sealed record Window(double Center, double Width, WindowFunction Function = WindowFunction.Linear)
{
    /// <summary>Whether the standard gives it a meaning.</summary>
    public bool IsValid =>
        double.IsFinite(Center) && double.IsFinite(Width) && Width >= (Function == WindowFunction.Linear ? 1 : double.Epsilon);

    /// <summary>From 0 for black to 1 for white.</summary>
    internal double Map(double value)
    {
        switch (Function)
        {
            case WindowFunction.Sigmoid:
                return 1 / (1 + Math.Exp(-4 * (value - Center) / Width));
            case WindowFunction.LinearExact:
                if (value <= Center - Width / 2) return 0;
                return value > Center + Width / 2 ? 1 : (value - Center) / Width + 0.5;
            default:
                // With a width of 1 both ends are one: a threshold, and nothing is divided.
                if (value <= Center - 0.5 - (Width - 1) / 2) return 0;
                return value > Center - 0.5 + (Width - 1) / 2 ? 1 : (value - (Center - 0.5)) / (Width - 1) + 0.5;
        }
    }
}
