namespace CloudPacs.Fhir.Search.Indexing;

/// <summary>What is known of a place without looking at a resource.</summary>
public static class SearchIndexing
{
    /// <summary>Whether values of the place are indexed for parameters of a kind.</summary>
    public static bool IsIndexed(SearchKind kind, ElementPath path) => IndexLeaf.FormOf(kind, path) is not null;

    /// <summary>A token that is a plain value: it has no system of its own.</summary>
    public static bool IsPlain(ElementPath path) => IndexLeaf.FormOf(SearchKind.Token, path)
        is LeafForm.Code or LeafForm.FoldedCode or LeafForm.ContactPoint or LeafForm.Presence;

    /// <summary>A token that is compared without case.</summary>
    public static bool IsFolded(ElementPath path) =>
        IndexLeaf.FormOf(SearchKind.Token, path) is LeafForm.FoldedCode or LeafForm.ContactPoint;

    /// <summary>The code system of a plain code, which is that of the value set that is required; null when it has none.</summary>
    public static string? SystemOf(ElementPath path) =>
        path.Element?.RequiredValueSet?.Replace("/ValueSet/", "/", StringComparison.Ordinal);
}
