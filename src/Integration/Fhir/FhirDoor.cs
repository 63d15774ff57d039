using CloudPacs.Store.Fhir;

namespace CloudPacs.Integration.Fhir;

/// <summary>What the FHIR endpoint stands on.</summary>
/// <param name="Queries">Reads resources.</param>
/// <param name="Versions">Lists their versions.</param>
/// <param name="Writer">Writes them.</param>
internal sealed record FhirDoor(FhirQueries Queries, FhirVersionQueries Versions, FhirWriter Writer);
