using CloudPacs.FhirServer.Bundles;
using CloudPacs.FhirServer.History;
using CloudPacs.FhirServer.Operations;
using CloudPacs.FhirServer.Pages;
using CloudPacs.FhirServer.Searching;
using CloudPacs.FhirServer.Writing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CloudPacs.FhirServer;

/// <summary>The FHIR R4 endpoint (HL7 FHIR 4.0.1, http.html): routes only; the work is in the interactions.</summary>
public static class FhirEndpoints
{
    /// <summary>Maps <c>/fhir</c>. What is not served is answered with an OperationOutcome.</summary>
    public static IEndpointRouteBuilder MapFhir(this IEndpointRouteBuilder routes, FhirPorts ports)
    {
        var fhir = new FhirRoutes(routes.MapGroup(FhirCall.Path), ports);
        fhir.MapSystem("/metadata", FhirRoutes.Reading, CapabilityStatement.AnswerAsync);
        fhir.MapSystem(SmartDiscovery.Path, FhirRoutes.Reading, SmartDiscovery.AnswerAsync);
        fhir.MapSystem("/openapi.json", FhirRoutes.Reading, OpenApi.AnswerAsync);
        fhir.MapSystem("/", FhirRoutes.Reading, StartPage.AnswerAsync);
        fhir.Map("/{type}/{id}", FhirRoutes.Reading, TypeInteractions.Read, static call => call.Type.Name == "Binary"
            ? BinaryInteraction.ReadAsync(call)
            : ReadInteraction.ReadAsync(call));
        fhir.Map("/{type}/{id}/_history/{version}", FhirRoutes.Reading, TypeInteractions.Vread, ReadInteraction.ReadVersionAsync);
        fhir.Map("/{type}/{id}/_history", FhirRoutes.Reading, TypeInteractions.HistoryInstance, HistoryInteraction.OfInstanceAsync);
        fhir.Map("/{type}/_history", FhirRoutes.Reading, TypeInteractions.HistoryType, HistoryInteraction.OfTypeAsync);
        fhir.MapSystem("/_history", FhirRoutes.Reading, HistoryInteraction.OfSystemAsync);
        fhir.Map("/{type}", FhirRoutes.Posting, TypeInteractions.Create, WriteInteractions.CreateAsync);
        fhir.Map("/{type}/{id}", ["PUT"], TypeInteractions.Update, WriteInteractions.UpdateAsync);
        fhir.Map("/{type}/{id}", ["PATCH"], TypeInteractions.Patch, PatchInteraction.PatchAsync);
        fhir.Map("/{type}/{id}", ["DELETE"], TypeInteractions.Delete, WriteInteractions.DeleteAsync);
        fhir.Map("/{type}", ["PUT"], TypeInteractions.Update, ConditionalInteractions.UpdateAsync);
        fhir.Map("/{type}", ["PATCH"], TypeInteractions.Patch, ConditionalInteractions.PatchAsync);
        fhir.Map("/{type}", ["DELETE"], TypeInteractions.Delete, ConditionalInteractions.DeleteAsync);
        fhir.MapSystem("/", ["POST"], call => BundleInteraction.RunAsync(call, fhir.Dispatch));
        fhir.Map("/{type}", FhirRoutes.Reading, TypeInteractions.SearchType, SearchInteraction.SearchAsync);
        fhir.Map("/{type}/_search", FhirRoutes.Posting, TypeInteractions.SearchType, SearchInteraction.SearchAsync);
        fhir.Map("/{type}/{id}/{member}", FhirRoutes.Reading, TypeInteractions.Read, SearchInteraction.OfCompartmentAsync);
        fhir.Map("/{type}/{id}/{member}/_search", FhirRoutes.Posting, TypeInteractions.Read, SearchInteraction.OfCompartmentAsync);
        fhir.MapSystem("/_search", FhirRoutes.Posting, SearchInteraction.OfSystemAsync);
        fhir.MapOperations(ServedOperations.All);
        fhir.MapRest();
        return routes;
    }

    /// <summary>Answers a request that is not let in, in a format that its client takes.</summary>
    /// <param name="http">The request.</param>
    /// <param name="ports">What the endpoint stands on.</param>
    /// <param name="status">401 or 403.</param>
    /// <param name="words">Why, in a sentence.</param>
    public static Task RefuseAsync(HttpContext http, FhirPorts ports, int status, string words) => FhirResponse.SendAsync(
        new FhirCall(http, ports), FhirResult.Problem(status, status == StatusCodes.Status401Unauthorized ? "login" : "forbidden", words));
}
