namespace CloudPacs.FhirServer;

/// <summary>What can be done with the resources of a type (FHIR R4 http.html 3.1.0.1, value set type-restful-interaction).</summary>
[Flags]
public enum TypeInteractions
{
    None = 0,
    Read = 1 << 0,
    Vread = 1 << 1,
    Update = 1 << 2,
    Patch = 1 << 3,
    Delete = 1 << 4,
    HistoryInstance = 1 << 5,
    HistoryType = 1 << 6,
    Create = 1 << 7,
    SearchType = 1 << 8,
}
