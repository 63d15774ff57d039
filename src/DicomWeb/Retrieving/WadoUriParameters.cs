using System.Globalization;
using CloudPacs.Dicom;
using CloudPacs.DicomWeb.Negotiation;

namespace CloudPacs.DicomWeb.Retrieving;

/// <summary>One object asked for by query parameters (PS3.18 chapter 9): as a DICOM file, or rendered.</summary>
public sealed record WadoUriParameters
{
    private static readonly string[] Numbers = ["rows", "columns", "frameNumber", "imageQuality"];

    private static readonly string[] OfRendering =
    [
        "frameNumber", "rows", "columns", "region", "windowCenter", "windowWidth", "imageQuality", "annotation", "imageAnnotation",
        "presentationUID",
    ];

    private static readonly string[] OfFiles = ["transferSyntax"];

    public string Study { get; private init; } = "";

    public string Series { get; private init; } = "";

    public string Instance { get; private init; } = "";

    /// <summary>What the caller takes; empty = what is usual for the object (<see cref="Accepted"/>).</summary>
    public string ContentType { get; private init; } = "";

    public string? Charset { get; private init; }

    /// <summary>From 1 on; null when none was named.</summary>
    public int? FrameNumber { get; private init; }

    /// <summary>Of the rendered image, in pixels; null = as the object has them.</summary>
    public int? Rows { get; private init; }

    public int? Columns { get; private init; }

    /// <summary>Left, top, right, lower edge as parts of width and height, from 0 to 1.</summary>
    public (double Left, double Top, double Right, double Bottom)? Region { get; private init; }

    public (double Center, double Width)? Window { get; private init; }

    /// <summary>From 1 to 100.</summary>
    public int? Quality { get; private init; }

    public bool ShowsPatient { get; private init; }

    public bool ShowsTechnique { get; private init; }

    /// <summary>UID, or <c>*</c> for what is stored; null = explicit little endian.</summary>
    public string? TransferSyntax { get; private init; }

    public (string Series, string Instance)? Presentation { get; private init; }

    /// <summary>Whether names are to be taken out: retired, and a service that does not do it must refuse (PS3.18 2015).</summary>
    public bool IsAnonymized { get; private init; }

    /// <summary>What was sent and has no meaning for the object asked for, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; private init; } = [];

    /// <summary>The types that the caller takes, for the negotiation; all of them travel without parts.</summary>
    public IReadOnlyList<AcceptedType> Accepted => ContentType.Length == 0
        ? AcceptedType.Read(null)
        : [.. AcceptedType.Read(ContentType).Select(type => type with
        {
            Packaging = Packaging.Single, TransferSyntax = type.MediaType == MediaTypes.Dicom ? TransferSyntax : null,
        })];

    /// <param name="query">Names and values, decoded; other names are passed over.</param>
    /// <param name="parameters">What was asked for.</param>
    /// <returns>What is wrong with which parameter, as a sentence: 400; null when nothing is.</returns>
    public static string? Read(IEnumerable<(string Name, string Value)> query, out WadoUriParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(query);
        parameters = new();
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in query)
            if (!values.TryAdd(name, value) && values[name] != value) return $"{name} is given twice, with different values.";
        if (!string.Equals(values.GetValueOrDefault("requestType"), "WADO", StringComparison.OrdinalIgnoreCase))
            return "requestType must be WADO.";
        foreach (var name in new[] { "studyUID", "seriesUID", "objectUID" })
            if (!VrRules.IsUid(values.GetValueOrDefault(name, ""))) return $"{name} must be a UID.";
        var numbers = new Dictionary<string, int>();
        foreach (var name in Numbers.Where(values.ContainsKey))
        {
            if (!int.TryParse(values[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || number < 1 || (name == "imageQuality" && number > 100))
                return $"{name} must be a whole number from 1 {(name == "imageQuality" ? "to 100" : "on")}.";
            numbers[name] = number;
        }

        var annotations = values.GetValueOrDefault("annotation", values.GetValueOrDefault("imageAnnotation", ""))
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (annotations.FirstOrDefault(static part => part is not ("patient" or "technique")) is not null)
            return "annotation must be patient, technique, or both with a comma between.";
        if (ReadRegion(values, out var region) is { } wrongRegion) return wrongRegion;
        if (ReadWindow(values, out var window) is { } wrongWindow) return wrongWindow;
        if (ReadPresentation(values, out var presentation) is { } wrongPresentation) return wrongPresentation;
        if (values.TryGetValue("transferSyntax", out var syntax) && syntax != "*" && !VrRules.IsUid(syntax))
            return "transferSyntax must be a UID or *.";
        parameters = new()
        {
            Study = values["studyUID"], Series = values["seriesUID"], Instance = values["objectUID"],
            ContentType = values.GetValueOrDefault("contentType", ""), Charset = values.GetValueOrDefault("charset"),
            FrameNumber = Number("frameNumber"), Rows = Number("rows"), Columns = Number("columns"), Quality = Number("imageQuality"),
            Region = region, Window = window, Presentation = presentation, TransferSyntax = syntax,
            ShowsPatient = annotations.Contains("patient"), ShowsTechnique = annotations.Contains("technique"),
            IsAnonymized = values.GetValueOrDefault("anonymize") == "yes",
        };
        parameters = parameters with { Warnings = [.. parameters.FindWarnings(values)] };
        return null;

        int? Number(string name) => numbers.TryGetValue(name, out var number) ? number : null;
    }

    /// <summary>Parameters of rendering have no meaning for a DICOM file (PS3.18 9.1.2.2), nor its syntax for a rendered image.</summary>
    private IEnumerable<string> FindWarnings(Dictionary<string, string> values)
    {
        var isFile = Accepted is [{ MediaType: MediaTypes.Dicom }, ..];
        var (idle, what) = isFile ? (OfRendering, "a DICOM file") : (OfFiles, "a rendered object");
        return idle.Where(values.ContainsKey).Select(name => $"{name} has no meaning for {what}: it was ignored.");
    }

    private static string? ReadRegion(
        Dictionary<string, string> values, out (double Left, double Top, double Right, double Bottom)? region)
    {
        region = null;
        if (!values.TryGetValue("region", out var text)) return null;
        var edges = text.Split(',').Select(static edge => NumberOf(edge)).ToArray();
        if (edges is not [>= 0 and <= 1, >= 0 and <= 1, >= 0 and <= 1, >= 0 and <= 1] || edges[0] >= edges[2] || edges[1] >= edges[3])
            return "region must be left,top,right,bottom, each from 0 to 1.";
        region = (edges[0]!.Value, edges[1]!.Value, edges[2]!.Value, edges[3]!.Value);
        return null;
    }

    private static string? ReadWindow(Dictionary<string, string> values, out (double Center, double Width)? window)
    {
        window = null;
        var (center, width) = (values.GetValueOrDefault("windowCenter"), values.GetValueOrDefault("windowWidth"));
        if (center is null && width is null) return null;
        if (center is null || width is null) return "windowCenter and windowWidth go together.";
        if (NumberOf(center) is not { } middle) return "windowCenter must be a number.";
        if (NumberOf(width) is not >= 1) return "windowWidth must be a number of 1 or more.";
        window = (middle, NumberOf(width)!.Value);
        return null;
    }

    private static string? ReadPresentation(Dictionary<string, string> values, out (string Series, string Instance)? presentation)
    {
        presentation = null;
        if (!values.TryGetValue("presentationUID", out var instance) && !values.ContainsKey("presentationSeriesUID")) return null;
        if (!VrRules.IsUid(instance ?? "") || !values.TryGetValue("presentationSeriesUID", out var series) || !VrRules.IsUid(series))
            return "presentationUID and presentationSeriesUID go together, both UIDs.";
        presentation = (series, instance!);
        return null;
    }

    private static double? NumberOf(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
