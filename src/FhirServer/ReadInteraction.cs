using System.Globalization;
using CloudPacs.Fhir.Formats;
using CloudPacs.Store.Fhir;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace CloudPacs.FhirServer;

/// <summary>read and vread (FHIR R4 http.html 3.1.0.2, 3.1.0.3): the stored bytes as they are, with ETag and Last-Modified.</summary>
internal static class ReadInteraction
{
    /// <summary>The current version, or that nothing changed since the client read it.</summary>
    public static async Task<FhirResult> ReadAsync(FhirCall call)
    {
        if (ViewParameters.Read(call.Request.Query) is (var view, var refusal) && refusal is not null) return refusal;
        var found = await call.Ports.Reader.ReadAsync(call.Type.Name, call.Id, call.Facility, call.Aborted);
        if (found is null) return FhirResult.Problem(404, "not-found", $"There is no {call.Type.Name} with this id.");
        var result = Answer(call, found, view);
        return result.Status == StatusCodes.Status200OK && IsUnchanged(call.Request, found)
            ? result with { Status = StatusCodes.Status304NotModified }
            : result;
    }

    /// <summary>One version, whatever came after it.</summary>
    public static async Task<FhirResult> ReadVersionAsync(FhirCall call)
    {
        if (!int.TryParse(call.Value("version"), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return FhirResult.Problem(404, "not-found", "There is no such version: versions are whole numbers from 1.");
        if (ViewParameters.Read(call.Request.Query) is (var view, var refusal) && refusal is not null) return refusal;
        var found = await call.Ports.Reader.ReadVersionAsync(call.Type.Name, call.Id, number, call.Facility, call.Aborted);
        return found is null
            ? FhirResult.Problem(404, "not-found", $"There is no such version of this {call.Type.Name}.")
            : Answer(call, found, view);
    }

    /// <summary>Why nothing can be done with what was not found; null when it was.</summary>
    public static FhirResult? RefuseMissing(FhirCall call, FhirResourceRow? found) => found switch
    {
        null => FhirResult.Problem(404, "not-found", $"There is no {call.Type.Name} with this id."),
        { Deleted: true } => FhirResult.Problem(410, "deleted", $"This {found.Type} was deleted."),
        _ => null,
    };

    private static FhirResult Answer(FhirCall call, FhirResourceRow found, ResourceView? view)
    {
        call.Hold.Take(found.Content.Length);
        var result = found.Deleted
            ? FhirResult.Problem(410, "deleted", $"This {found.Type} was deleted.")
            : new FhirResult(StatusCodes.Status200OK, view?.Of(found.Content) ?? found.Content);
        return result with { Version = found.Version, LastModified = found.LastUpdated };
    }

    /// <summary>Conditional read: If-None-Match wins over If-Modified-Since when both are sent.</summary>
    private static bool IsUnchanged(HttpRequest request, FhirResourceRow resource)
    {
        if (request.Headers.IfNoneMatch.Count == 0 && request.Headers.IfModifiedSince.Count == 0) return false;
        var headers = request.GetTypedHeaders();
        if (headers.IfNoneMatch.Count > 0)
        {
            var tag = string.Create(CultureInfo.InvariantCulture, $"\"{resource.Version}\"");
            return headers.IfNoneMatch.Any(match => match.Equals(EntityTagHeaderValue.Any) || match.Tag == tag);
        }

        // The header has whole seconds.
        return headers.IfModifiedSince is { } since && resource.LastUpdated < since.AddSeconds(1);
    }
}
