namespace CloudPacs.Fhir.Search.Indexing;

/// <summary>How the value of an element is read for one kind of search.</summary>
internal enum LeafForm
{
    Code,
    FoldedCode,
    Coding,
    CodeableConcept,
    Identifier,
    ContactPoint,
    Presence,
    Element,
    Reference,
    Canonical,
    ResourceReference,
    Date,
    Period,
    Timing,
    Text,
    Uri,
    Number,
    Quantity,
    Range,
    SampledData,
}

/// <summary>Values of one kind that are taken of an element.</summary>
/// <param name="Place">Key of the place.</param>
/// <param name="Form">How they are read.</param>
/// <param name="System">Only contact points of this system; null for all.</param>
/// <param name="Target">Only references to this type; null for all.</param>
internal sealed record IndexLeaf(long Place, LeafForm Form, string? System, string? Target)
{
    /// <summary>How a type of element is read for a kind of parameters; null when the kind does not look at such elements.</summary>
    public static LeafForm? FormOf(SearchKind kind, ElementPath path) => path.IsPresence ? LeafForm.Presence : (kind, path.Type) switch
    {
        (SearchKind.Token, "CodeableConcept") => LeafForm.CodeableConcept,
        (SearchKind.Token, "Coding") => LeafForm.Coding,
        (SearchKind.Token, "Identifier") => LeafForm.Identifier,
        (SearchKind.Token, "ContactPoint") => LeafForm.ContactPoint,
        (SearchKind.Token, "string" or "markdown") => LeafForm.FoldedCode,
        (SearchKind.Token, "code" or "id" or "boolean" or "uri" or "url" or "canonical" or "oid" or "uuid") => LeafForm.Code,
        (SearchKind.Reference, "Reference") => LeafForm.Reference,
        (SearchKind.Reference, "canonical" or "uri") => LeafForm.Canonical,
        (SearchKind.Date, "date" or "dateTime" or "instant") => LeafForm.Date,
        (SearchKind.Date, "Period") => LeafForm.Period,
        (SearchKind.Date, "Timing") => LeafForm.Timing,
        (SearchKind.String, "string" or "markdown" or "code" or "uri") => LeafForm.Text,
        // Their texts are indexed by their parts.
        (SearchKind.String, "HumanName" or "Address") => LeafForm.Element,
        (SearchKind.Uri, "uri" or "url" or "canonical" or "oid" or "uuid") => LeafForm.Uri,
        (SearchKind.Number, "integer" or "decimal" or "positiveInt" or "unsignedInt") => LeafForm.Number,
        (SearchKind.Quantity, "Quantity" or "Duration" or "Age" or "Count" or "Distance" or "Money") => LeafForm.Quantity,
        (SearchKind.Quantity, "Range") => LeafForm.Range,
        (SearchKind.Quantity, "SampledData") => LeafForm.SampledData,
        _ => null,
    };
}
