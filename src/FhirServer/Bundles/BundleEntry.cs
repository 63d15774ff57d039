namespace CloudPacs.FhirServer.Bundles;

/// <summary>One entry of a batch or a transaction (FHIR R4 bundle.html, Bundle.entry).</summary>
/// <param name="Index">Its place.</param>
/// <param name="Method">HTTP method in capitals; empty when it has none.</param>
/// <param name="Url">Address below the base; empty when it has none.</param>
/// <param name="FullUrl">What the other entries call its resource; null for nothing.</param>
/// <param name="Resource">JSON of the resource; empty for none.</param>
internal sealed record BundleEntry(int Index, string Method, string Url, string? FullUrl, ReadOnlyMemory<byte> Resource)
{
    public string? IfMatch { get; init; }

    public string? IfNoneMatch { get; init; }

    public string? IfModifiedSince { get; init; }

    public string? IfNoneExist { get; init; }

    public string Path => Url.Split('?')[0];

    /// <summary>What stands behind the question mark; null without one.</summary>
    public string? Query => Url.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at ? Url[(at + 1)..] : null;

    /// <summary>FHIRPath of the entry.</summary>
    public string Expression => FormattableString.Invariant($"Bundle.entry[{Index}]");

    /// <summary>A refusal that names the entry.</summary>
    /// <param name="below">FHIRPath of the place in it.</param>
    public FhirResult Refuse(int status, string code, string text, string below = "") =>
        FhirResult.Problem(status, new FhirIssue(code, text) { Expression = Expression + below });
}
