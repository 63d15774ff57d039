using System.Globalization;
using CloudPacs.Store.Fhir;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace CloudPacs.FhirServer;

/// <summary>read and vread (FHIR R4 http.html 3.1.0.2, 3.1.0.3): the stored bytes as they are, with ETag and Last-Modified.</summary>
internal sealed class ReadInteraction(IFhirReader reader, CapabilityStatement capabilities, Func<HttpContext, string?>? facilityOf)
{
    public async Task RunAsync(HttpContext context, string type, string id, string? version)
    {
        var result = capabilities.Serves(type)
            ? await FindAsync(context, type, id, version)
            : FhirResult.Problem(
                404, "not-supported", $"This server has no resources of that type; it has {string.Join(", ", capabilities.Types)}.");
        await FhirResponse.SendAsync(context, result);
    }

    private async Task<FhirResult> FindAsync(HttpContext context, string type, string id, string? version)
    {
        var facility = facilityOf?.Invoke(context);
        FhirResourceRow? found;
        if (version is null)
        {
            found = await reader.ReadAsync(type, id, facility, context.RequestAborted);
        }
        else
        {
            if (!int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return FhirResult.Problem(404, "not-found", "There is no such version: versions are whole numbers from 1.");
            found = await reader.ReadVersionAsync(type, id, number, facility, context.RequestAborted);
        }

        if (found is null)
            return FhirResult.Problem(
                404, "not-found", version is null ? $"There is no {type} with this id." : $"There is no such version of this {type}.");
        if (found.Deleted)
            return FhirResult.Problem(410, "deleted", $"This {type} was deleted.") with
            {
                Version = found.Version,
                LastModified = found.LastUpdated,
            };
        var isUnchanged = version is null && IsUnchanged(context.Request, found);
        return new FhirResult(isUnchanged ? StatusCodes.Status304NotModified : StatusCodes.Status200OK, found.Content)
        {
            Version = found.Version,
            LastModified = found.LastUpdated,
        };
    }

    /// <summary>Conditional read: If-None-Match wins over If-Modified-Since when both are sent.</summary>
    private static bool IsUnchanged(HttpRequest request, FhirResourceRow resource)
    {
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
