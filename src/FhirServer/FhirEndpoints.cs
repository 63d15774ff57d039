using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CloudPacs.FhirServer;

/// <summary>The FHIR R4 endpoint (HL7 FHIR 4.0.1, http.html): routes only; the work is in the interactions.</summary>
public static class FhirEndpoints
{
    /// <summary>Maps <c>/fhir</c>: read, vread, metadata. Everything else is answered with an OperationOutcome.</summary>
    /// <param name="routes">Takes the routes.</param>
    /// <param name="reader">The resources.</param>
    /// <param name="capabilities">What is served.</param>
    /// <param name="binaries">What is too large for a resource; null where there is nothing such.</param>
    /// <param name="facilityOf">Tells of which facility a caller is; null where callers are not told apart.</param>
    public static IEndpointRouteBuilder MapFhir(
        this IEndpointRouteBuilder routes, IFhirReader reader, CapabilityStatement capabilities, IBinaryReader? binaries = null,
        Func<HttpContext, string?>? facilityOf = null)
    {
        var interaction = new ReadInteraction(reader, capabilities, facilityOf);
        var fhir = routes.MapGroup("/fhir");
        string[] reading = ["GET", "HEAD"];
        fhir.MapMethods("/metadata", reading, context => FhirResponse.SendAsync(context, capabilities.Answer(context.Request)));
        if (binaries is not null)
        {
            fhir.MapMethods("/Binary/{id}", reading, context => SendAsync(
                context, () => BinaryInteraction.RunAsync(context, binaries, Route(context, "id"))));
        }

        fhir.MapMethods("/{type}/{id}", reading, context => ReadAsync(context, interaction, version: null));
        fhir.MapMethods(
            "/{type}/{id}/_history/{version}", reading, context => ReadAsync(context, interaction, Route(context, "version")));
        fhir.MapFallback("{**path}", context => FhirResponse.SendAsync(context, Unserved(context.Request)));
        return routes;
    }

    private static Task ReadAsync(HttpContext context, ReadInteraction interaction, string? version) =>
        SendAsync(context, () => interaction.RunAsync(context, Route(context, "type"), Route(context, "id"), version));

    private static async Task SendAsync(HttpContext context, Func<Task> send)
    {
        try
        {
            await send();
        }
        catch (DbException) when (!context.Response.HasStarted)
        {
            await FhirResponse.SendAsync(context, FhirResult.Problem(503, "transient", "The database is not available. Try again."));
        }
    }

    private static string Route(HttpContext context, string name) => (string)context.GetRouteValue(name)!;

    private static FhirResult Unserved(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)
        ? FhirResult.Problem(404, "not-found", "This server has read, vread and metadata; there is nothing under this path.")
        : FhirResult.Problem(405, "not-supported", "This server takes no writes over FHIR.") with { Allow = "GET, HEAD" };
}
