namespace CloudPacs.FhirServer.Access;

/// <summary>A caller may not do what it asked for (FHIR R4 http.html 3.1.0.1.5, status 403).</summary>
/// <param name="letter">One of <c>cruds</c>.</param>
/// <param name="type">Type of resource.</param>
public sealed class ForbiddenException(char letter, string type)
    : Exception($"This caller may not {WordOf(letter)} resources of type {type}.")
{
    private static string WordOf(char letter) => letter switch
    {
        'c' => "create",
        'r' => "read",
        'u' => "update",
        'd' => "delete",
        _ => "search",
    };
}
