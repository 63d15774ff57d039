namespace CloudPacs.FhirServer.Searching;

/// <summary>A search that cannot be done as it is asked for (FHIR R4 search.html 3.1.1.2.1).</summary>
/// <param name="code">Code of value set issue-type.</param>
/// <param name="parameter">The parameter as it was given.</param>
/// <param name="message">A sentence that says what is wrong, without patient data.</param>
public sealed class SearchException(string code, string parameter, string message) : Exception(message)
{
    /// <summary>How long a client waits before it tries again.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    public string Code { get; } = code;

    public string Parameter { get; } = parameter;

    /// <summary>It can be done soon.</summary>
    public bool IsPassing { get; init; }

    /// <summary>The parameter is not offered in this way: it is passed over like one that is not known.</summary>
    public bool IsOfUse { get; init; }

    /// <summary>What the client is told.</summary>
    /// <param name="expression">FHIRPath of the search in the body of the request; null when it is not in it.</param>
    internal FhirResult Answer(string? expression = null)
    {
        var issue = expression is null
            ? new FhirIssue(Code, Message) { Parameter = Parameter }
            : new FhirIssue(Code, $"{Parameter}: {Message}") { Expression = expression };
        return IsPassing ? FhirResult.Problem(503, issue) with { RetryAfter = Pause } : FhirResult.Problem(400, issue);
    }
}
