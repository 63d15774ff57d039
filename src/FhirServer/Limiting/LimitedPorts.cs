using CloudPacs.FhirServer.Access;
using Microsoft.AspNetCore.Http;

namespace CloudPacs.FhirServer.Limiting;

/// <summary>
/// Everything that a request of a caller with limits reaches resources by: whatever way it takes through the endpoint, it ends here.
/// </summary>
internal static class LimitedPorts
{
    /// <param name="ports">What the endpoint stands on.</param>
    /// <param name="rights">What the caller may.</param>
    /// <param name="method">HTTP method of the request: a patch reads what it changes.</param>
    public static FhirPorts Of(FhirPorts ports, FhirRights rights, string method)
    {
        if (rights.IsWhole) return ports;
        var limits = new ResourceLimits(ports.Search, rights);
        return ports with
        {
            Reader = new LimitedReader(ports.Reader, limits, HttpMethods.IsPatch(method) ? 'u' : 'r'),
            History = new LimitedHistory(ports.History, limits),
            // Whose documents they are, they do not say themselves.
            Binaries = limits.Find('r', "Binary") is [] ? ports.Binaries : null,
            Search = ports.Search is null ? null : new LimitedSearch(ports.Search, limits),
            Writer = new LimitedWriter(ports.Writer, limits),
        };
    }
}
