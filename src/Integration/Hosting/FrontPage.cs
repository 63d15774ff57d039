namespace CloudPacs.Integration.Hosting;

/// <summary>The page at the root: which addresses a browser can be sent to.</summary>
internal static class FrontPage
{
    private static readonly (string Path, string What)[] Places =
    [
        ("/fhir", "FHIR resources"),
        ("/dicomweb/studies", "studies by DICOMweb"),
        ("/viewer", "images in a viewer"),
        ("/jobs", "jobs that run by the clock"),
        ("/health/ready", "whether the engine is ready"),
        ("/metrics", "metrics for Prometheus"),
        ("/api/status", "state of the engine"),
    ];

    private static readonly string Page =
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>CloudPacs</title></head>\n<body>\n"
        + "<h1>CloudPacs</h1>\n<ul>\n"
        + string.Concat(Places.Select(static place => $"<li><a href=\"{place.Path}\">{place.Path}</a> {place.What}</li>\n"))
        + "</ul>\n</body>\n</html>\n";

    public static IResult Answer(HttpResponse response)
    {
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        return Results.Content(Page, "text/html; charset=utf-8");
    }
}
