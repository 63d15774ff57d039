using CloudPacs.Dicom;

namespace CloudPacs.Mapping.Fhir;

/// <summary>Attributes of which a message brought a stand-in, and a better value was stored and stays.</summary>
public sealed record KeptAttributes(IReadOnlySet<Tag> Tags);
