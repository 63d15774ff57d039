using CloudPacs.FhirServer.Access;
using CloudPacs.FhirServer.History;
using CloudPacs.FhirServer.Operations;
using CloudPacs.FhirServer.Searching;
using CloudPacs.FhirServer.Writing;
using CloudPacs.Store.Fhir;
using Microsoft.AspNetCore.Http;

namespace CloudPacs.FhirServer;

/// <summary>What the endpoint stands on: where resources are, who asks, and what it says of the software.</summary>
public sealed record FhirPorts
{
    /// <summary>The resources.</summary>
    public required IFhirReader Reader { get; init; }

    /// <summary>Their versions, as lists.</summary>
    public required IFhirHistory History { get; init; }

    /// <summary>Searches them; null where nothing is searched.</summary>
    public IFhirSearch? Search { get; init; }

    /// <summary>Judges by invariants and profiles; null where nothing is judged so.</summary>
    public IProfileJudge? Judge { get; init; }

    /// <summary>Knows value sets; null where none are known.</summary>
    public ITerminology? Terminology { get; init; }

    /// <summary>What is too large for a resource; null where there is nothing such.</summary>
    public IBinaryReader? Binaries { get; init; }

    /// <summary>Where resources are written.</summary>
    public required IFhirWriter Writer { get; init; }

    /// <summary>Signs where pages of searches and histories begin.</summary>
    public required PageSeal Pages { get; init; }

    /// <summary>
    /// The room for large answers of all requests: some hold each resource two or three times while they are put together and sent.
    /// </summary>
    public ContentRoom Room { get; init; } = new(4 * ContentLimit.Page);

    /// <summary>How much is taken at once; null for no limit.</summary>
    public FhirLimits? Limits { get; init; }

    /// <summary>The most resources that one conditional delete takes; with 1, criteria that more meet are refused.</summary>
    public int MostDeleted { get; init; } = 1;

    /// <summary>Tells of which facility a caller is; null where callers are not told apart.</summary>
    public Func<HttpContext, string?>? FacilityOf { get; init; }

    /// <summary>Where apps get let in; null where none is told.</summary>
    public SmartConfiguration? Smart { get; init; }

    /// <summary>Tells what a caller may do; null where everybody may do everything.</summary>
    public Func<HttpContext, FhirRights>? RightsOf { get; init; }

    /// <summary>
    /// The address under which callers reach the endpoint, without a final slash, where it is configured; null to take it from the request.
    /// </summary>
    public string? PublicAddress { get; init; }

    /// <summary>Version of the engine.</summary>
    public required string SoftwareVersion { get; init; }

    /// <summary>When this version was put into service.</summary>
    public required DateTimeOffset Started { get; init; }
}
