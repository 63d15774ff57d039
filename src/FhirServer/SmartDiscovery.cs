using Microsoft.AspNetCore.Http;

namespace CloudPacs.FhirServer;

/// <summary>Tells apps where they get let in, who asks for it before they have a token.</summary>
internal static class SmartDiscovery
{
    /// <summary>Address below the service base (SMART App Launch 2.2, conformance.html).</summary>
    public const string Path = "/.well-known/smart-configuration";

    public static Task<FhirResult> AnswerAsync(FhirCall call) => Task.FromResult(
        call.Ports.Smart is { } smart
            ? new FhirResult(StatusCodes.Status200OK, smart.Write()) { ContentType = "application/json" }
            : FhirResult.Problem(404, "not-found", "No authorization server is named in the settings of this server."));
}
