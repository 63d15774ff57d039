using System.Globalization;
using CloudPacs.DicomWeb.Negotiation;

namespace CloudPacs.DicomWeb.Retrieving;

/// <summary>How an image is to be rendered (PS3.18 8.3.5).</summary>
public sealed record RenderedParameters
{
    private const int MostPixels = 32_767;

    private static readonly string[] Profiles = ["no", "yes", "srgb", "adobergb", "rommrgb", "displayp3"];

    /// <summary>Burn in who the patient is.</summary>
    public bool ShowsPatient { get; private init; }

    /// <summary>Burn in how the image was made.</summary>
    public bool ShowsTechnique { get; private init; }

    /// <summary>From 1, small, to 100, good; null = the server's.</summary>
    public int? Quality { get; private init; }

    public Viewport? Viewport { get; private init; }

    public WindowChoice? Window { get; private init; }

    /// <summary>no, yes, or the name of a colour space; null when nothing was asked for.</summary>
    public string? IccProfile { get; private init; }

    public string? Charset { get; private init; }

    /// <summary>A text of one meaning for each way of rendering, for entity tags.</summary>
    public string Key => string.Create(
        CultureInfo.InvariantCulture, $"{ShowsPatient}|{ShowsTechnique}|{Quality}|{Viewport}|{Window}|{IccProfile}|{Charset}");

    /// <param name="query">Names and values, decoded; unknown names are passed over (PS3.18 8.3.1).</param>
    /// <param name="target">What is rendered.</param>
    /// <param name="mediaType">As what: one that has no colour profiles cannot be asked for any.</param>
    /// <param name="parameters">How.</param>
    /// <returns>What is wrong with which parameter, as a sentence: 400; null when nothing is.</returns>
    public static string? Read(
        IEnumerable<(string Name, string Value)> query, RenderedTarget target, string mediaType, out RenderedParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(query);
        parameters = new();
        foreach (var (name, value) in query)
        {
            var fault = name switch
            {
                "annotation" => TakeAnnotation(value, ref parameters),
                "quality" => TakeQuality(value, ref parameters),
                "viewport" => TakeViewport(value, target, ref parameters),
                "window" => TakeWindow(value, target, ref parameters),
                "iccprofile" => TakeProfile(value, mediaType, ref parameters),
                "charset" => TakeCharset(value, ref parameters),
                _ => null,
            };
            if (fault is not null) return fault;
        }

        return null;
    }

    private static string? TakeAnnotation(string value, ref RenderedParameters parameters)
    {
        foreach (var part in value.Split(',', StringSplitOptions.TrimEntries))
        {
            switch (part)
            {
                case "patient": parameters = parameters with { ShowsPatient = true }; break;
                case "technique": parameters = parameters with { ShowsTechnique = true }; break;
                default: return "annotation must be patient, technique, or both with a comma between.";
            }
        }

        return null;
    }

    private static string? TakeQuality(string value, ref RenderedParameters parameters)
    {
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var quality) || quality is < 1 or > 100)
            return "quality must be a whole number from 1 to 100.";
        parameters = parameters with { Quality = quality };
        return null;
    }

    private static string? TakeViewport(string value, RenderedTarget target, ref RenderedParameters parameters)
    {
        const string Form = "viewport must be width,height, and may go on with left,top,width,height of a region of the image.";
        var parts = value.Split(',', StringSplitOptions.TrimEntries);
        if (parts.Length is < 2 or > 6 || !IsSide(parts[0], out var width) || !IsSide(parts[1], out var height)) return Form;
        if (parts.Length == 2)
        {
            parameters = parameters with { Viewport = new(width, height, null) };
            return null;
        }

        if (target != RenderedTarget.Image) return "viewport takes width,height only: a region has no meaning here.";
        var region = new double?[4];
        for (var i = 2; i < parts.Length; i++)
        {
            if (parts[i].Length == 0) continue;
            if (!IsNumber(parts[i], out var number)) return Form;
            region[i - 2] = number;
        }

        var (left, top, w, h) = (region[0] ?? 0, region[1] ?? 0, region[2], region[3]);
        if (left < 0 || top < 0 || w == 0 || h == 0) return Form;
        var source = new SourceRegion(left, top, w is { } a ? Math.Abs(a) : null, h is { } b ? Math.Abs(b) : null, w < 0, h < 0);
        parameters = parameters with { Viewport = new(width, height, source) };
        return null;
    }

    private static string? TakeWindow(string value, RenderedTarget target, ref RenderedParameters parameters)
    {
        if (target == RenderedTarget.PresentationState) return "window has no meaning here: the presentation state sets it.";
        var parts = value.Split(',', StringSplitOptions.TrimEntries);
        WindowFunction? function = parts is [_, _, var name] ? name switch
        {
            "linear" => WindowFunction.Linear,
            "linear-exact" => WindowFunction.LinearExact,
            "sigmoid" => WindowFunction.Sigmoid,
            _ => null,
        } : null;
        if (function is null || !IsNumber(parts[0], out var center) || !IsNumber(parts[1], out var width))
            return "window must be center,width,function with linear, linear-exact or sigmoid as function.";
        // PS3.3 C.11.2.1.2 and C.11.2.1.3: a linear window is at least 1 wide, any other wider than nothing.
        if (width <= 0 || (function == WindowFunction.Linear && width < 1)) return "window must have a width of 1 or more, or above 0.";
        parameters = parameters with { Window = new(center, width, function.Value) };
        return null;
    }

    private static string? TakeProfile(string value, string mediaType, ref RenderedParameters parameters)
    {
        if (!Profiles.Contains(value)) return $"iccprofile must be one of {string.Join(", ", Profiles)}.";
        if (value != "no" && mediaType is not (MediaTypes.Jpeg or MediaTypes.Png or MediaTypes.Jp2))
            return $"iccprofile must be no: {mediaType} holds no profile.";
        parameters = parameters with { IccProfile = value };
        return null;
    }

    private static string? TakeCharset(string value, ref RenderedParameters parameters)
    {
        parameters = parameters with { Charset = value };
        return null;
    }

    private static bool IsSide(string text, out int pixels) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out pixels) && pixels is > 0 and <= MostPixels;

    private static bool IsNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
}
