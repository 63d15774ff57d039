using System.Text;

namespace CloudPacs.Studies.Viewing;

/// <summary>
/// One file of the viewer's package: whether it is needed, and what it must hold to run below <c>/viewer</c>. It was built to stand at the
/// root of a host.
/// </summary>
internal static class ViewerFile
{
    private const string Built = "package/dist/";

    /// <summary>Models of the assistant for contours, the microscopy viewer, and what the pages do not load.</summary>
    private static readonly string[] LeftOut =
    [
        "ort/", "dicom-microscopy-viewer/", "sw.js", "_headers", "_redirects", "serve.json", "google.js", "es6-shim.min.js",
        "polyfill.min.js", "app-config.js",
    ];

    /// <summary>Where a script finds its other parts: beside itself, wherever that is. Workers have no document.</summary>
    private const string OwnAddress = "new URL('.', self.document?.currentScript?.src ?? self.location.href).href";

    /// <param name="entry">Name in the package.</param>
    /// <returns>Name below the viewer's folder; null when it is not needed.</returns>
    public static string? NameOf(string entry)
    {
        if (entry == "package/LICENSE") return "LICENSE";
        if (!entry.StartsWith(Built, StringComparison.Ordinal) || entry.EndsWith(".map", StringComparison.Ordinal)) return null;
        var name = entry[Built.Length..];
        return LeftOut.Any(part => part.EndsWith('/') ? name.StartsWith(part, StringComparison.Ordinal) : name == part) ? null : name;
    }

    public static byte[] Adapt(string name, byte[] content)
    {
        var text = Encoding.UTF8.GetString(content);
        var adapted = Path.GetExtension(name) switch
        {
            ".html" => text.Replace("=\"/", $"=\"{ViewerRoutes.Root}/", StringComparison.Ordinal),
            ".js" => text.Replace("__webpack_require__.p = \"/\"", $"__webpack_require__.p = {OwnAddress}", StringComparison.Ordinal),
            ".css" => text.Replace("url(/", "url(", StringComparison.Ordinal),
            ".json" => text.Replace("\"/assets/", "\"assets/", StringComparison.Ordinal),
            _ => text,
        };
        return ReferenceEquals(adapted, text) || adapted == text ? content : Encoding.UTF8.GetBytes(adapted);
    }
}
