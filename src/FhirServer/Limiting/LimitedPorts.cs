using CloudPacs.FhirServer.Access;

namespace CloudPacs.FhirServer.Limiting;

/// <summary>
/// Everything that a request of a caller with limits reaches resources by: whatever way it takes through the endpoint, it ends here.
/// </summary>
internal static class LimitedPorts
{
    public static FhirPorts Of(FhirPorts ports, FhirRights rights) => rights.IsWhole
        ? ports
        : ports with
        {
            Reader = new LimitedReader(ports.Reader, rights),
            History = new LimitedHistory(ports.History, rights),
            Search = ports.Search is null ? null : new LimitedSearch(ports.Search, rights),
            Writer = new LimitedWriter(ports.Writer, rights),
        };
}
