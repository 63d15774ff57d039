using CloudPacs.FhirServer.Access;
using CloudPacs.FhirServer.Limiting;
using CloudPacs.FhirServer.Writing;
using CloudPacs.Store.Fhir;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CloudPacs.FhirServer;

/// <summary>One request to the endpoint (FHIR R4 http.html 3.1.0.1.2, service base and addresses).</summary>
/// <param name="http">The request.</param>
/// <param name="ports">What the endpoint stands on.</param>
public sealed class FhirCall(HttpContext http, FhirPorts ports)
{
    private readonly FhirRights _rights = ports.RightsOf?.Invoke(http) ?? FhirRights.Whole;
    private FhirPorts? _limited;
    private readonly ServedType? _type = http.GetRouteValue("type") is string type ? ServedTypes.Find(type) : null;

    /// <summary>Where the endpoint is below the server's own address.</summary>
    public const string Path = "/fhir";

    public HttpContext Http => http;

    public HttpRequest Request => http.Request;

    /// <summary>What the endpoint stands on, as far as the caller may go.</summary>
    public FhirPorts Ports => _limited ??= LimitedPorts.Of(ports, _rights, http.Request.Method);

    /// <summary>Counts the bytes of resources that are read for the answer.</summary>
    public ContentHold Hold { get; init; } = new(ports.Room);

    /// <summary>The same without the limits of the caller, for requests inside of this one, which have them too.</summary>
    internal FhirPorts AllPorts => ports;

    /// <summary>What the caller may do.</summary>
    public FhirRights Rights => _rights;

    /// <summary>The route names a type that is served.</summary>
    public bool HasType => _type is not null;

    /// <summary>The type of the route.</summary>
    /// <exception cref="InvalidOperationException">The route has none.</exception>
    public ServedType Type => _type ?? throw new InvalidOperationException("This route has no type.");

    /// <summary>The route has an id.</summary>
    public bool HasId => http.GetRouteValue("id") is string;

    /// <summary>The id of the route.</summary>
    public string Id => Value("id");

    /// <summary>Of which facility the caller is; null when callers are not told apart.</summary>
    public string? Facility => ports.FacilityOf?.Invoke(http);

    /// <summary>The service base URL without a final slash: the configured one, else the request's.</summary>
    public string Base => ports.PublicAddress
        ?? $"{Request.Scheme}://{Request.Host.ToUriComponent()}{Request.PathBase.ToUriComponent()}{Path}";

    /// <summary>Writes of the caller, which hold together.</summary>
    public FhirWrites WritesOf(params IReadOnlyList<FhirWrite> writes) =>
        new(writes, http.Connection.RemoteIpAddress?.ToString() ?? "") { Facility = Facility, Writer = _rights.Name };

    /// <summary>Ends when the caller is gone.</summary>
    public CancellationToken Aborted => http.RequestAborted;

    /// <summary>A value of the route by its name.</summary>
    public string Value(string name) => (string)http.GetRouteValue(name)!;
}
