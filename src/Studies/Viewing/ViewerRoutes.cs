using System.Globalization;
using CloudPacs.DicomWeb;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace CloudPacs.Studies.Viewing;

/// <summary>Serves the files of the viewer, when it is installed.</summary>
/// <param name="folder">Where it is installed; it may come and go while the engine runs.</param>
public sealed class ViewerRoutes(string folder)
{
    /// <summary>Where the viewer is below the server's own address.</summary>
    public const string Root = "/viewer";

    internal const string CompressedSuffix = ".gz";

    private const string Page = "index.html";

    private static readonly FileExtensionContentTypeProvider Types = new() { Mappings = { [".jsonc"] = "application/json" } };

    /// <summary>
    /// It talks with the engine that serves it and with nobody else. It makes code at run time (decoders of images).
    /// </summary>
    private const string Policy =
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; worker-src 'self' blob:; "
        + "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self' data: blob:; "
        + "font-src 'self' data:; object-src 'self' blob:; frame-src 'self' blob:; "
        + "frame-ancestors 'self'; base-uri 'self'; form-action 'self'";

    private readonly string _folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    /// <summary>Where a study is seen.</summary>
    public static string PathOf(string studyInstanceUid) => $"{Root}/viewer?StudyInstanceUIDs={studyInstanceUid}";

    public void Map(IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        routes.MapGet(Root + "/{**path}", SendAsync);
    }

    private Task SendAsync(HttpContext http)
    {
        var path = http.Request.RouteValues["path"] as string ?? "";
        if (!File.Exists(Path.Combine(_folder, Page)))
        {
            return Results.Text(
                $"The viewer is not installed. ./run viewer installs it: it downloads {ViewerPackage.Ohif.Size}. "
                    + "Then load this page again.",
                statusCode: StatusCodes.Status404NotFound).ExecuteAsync(http);
        }

        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        // Decoders share memory with their workers, which browsers allow to pages that nobody else can reach into.
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Embedder-Policy"] = "require-corp";
        if (FileOf(path) is { } file) return SendFileAsync(http, file);
        // Addresses of the viewer's own views name no file; what has an extension does.
        return path != Page && path.LastIndexOf('.') > path.LastIndexOf('/')
            ? Results.Text("The viewer has no such file.", statusCode: StatusCodes.Status404NotFound).ExecuteAsync(http)
            : SendPageAsync(http);
    }

    /// <summary>A file of the viewer; null when there is none, and for everything that is not below its folder.</summary>
    private string? FileOf(string path)
    {
        if (path.Length == 0 || path == Page || path.Contains('\0', StringComparison.Ordinal)) return null;
        var full = Path.GetFullPath(Path.Combine(_folder, path));
        return full.StartsWith(_folder + Path.DirectorySeparatorChar, StringComparison.Ordinal) && File.Exists(full) ? full : null;
    }

    private static Task SendFileAsync(HttpContext http, string file)
    {
        var type = Types.TryGetContentType(file, out var known) ? known : "application/octet-stream";
        // The names of bundles change with what they hold.
        http.Response.Headers.CacheControl = IsNamedByContent(Path.GetFileName(file)) ? "max-age=604800" : "no-cache";
        var sent = file;
        if (File.Exists(file + CompressedSuffix))
        {
            http.Response.Headers.Vary = HeaderNames.AcceptEncoding;
            if (http.Request.GetTypedHeaders().AcceptEncoding.Any(static coding => coding.Value == "gzip" && coding.Quality is not 0))
            {
                http.Response.Headers.ContentEncoding = "gzip";
                sent = file + CompressedSuffix;
            }
        }

        var about = new FileInfo(sent);
        var tag = string.Create(CultureInfo.InvariantCulture, $"\"{about.LastWriteTimeUtc.Ticks:x}-{about.Length:x}\"");
        var answer = Results.File(
            sent, type, lastModified: about.LastWriteTimeUtc, entityTag: new EntityTagHeaderValue(tag), enableRangeProcessing: true);
        return answer.ExecuteAsync(http);
    }

    /// <summary>The page names its parts from the root of the host: behind a proxy with a path of its own that comes before.</summary>
    private async Task SendPageAsync(HttpContext http)
    {
        var page = await File.ReadAllTextAsync(Path.Combine(_folder, Page), http.RequestAborted).ConfigureAwait(false);
        var before = new Uri(PublicAddress.RootOf(http)).AbsolutePath[..^PublicAddress.Path.Length];
        if (before.Length > 0) page = page.Replace($"=\"{Root}/", $"=\"{before}{Root}/", StringComparison.Ordinal);
        http.Response.Headers.CacheControl = "no-cache";
        await Results.Text(page, "text/html; charset=utf-8").ExecuteAsync(http).ConfigureAwait(false);
    }

    /// <summary>Sixteen hexadecimal digits before the extension.</summary>
    private static bool IsNamedByContent(string name)
    {
        var stem = Path.GetFileNameWithoutExtension(name);
        var digits = stem[(stem.LastIndexOf('.') + 1)..];
        return digits.Length == 16 && digits.All(char.IsAsciiHexDigitLower);
    }
}
