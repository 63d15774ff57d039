namespace CloudPacs.FhirServer.Searching;

/// <summary>A search that cannot be done as it is asked for (FHIR R4 search.html 3.1.1.2.1).</summary>
/// <param name="code">Code of value set issue-type.</param>
/// <param name="parameter">The parameter as it was given.</param>
/// <param name="message">A sentence that says what is wrong, without patient data.</param>
public sealed class SearchException(string code, string parameter, string message) : Exception(message)
{
    public string Code { get; } = code;

    public string Parameter { get; } = parameter;
}
