using CloudPacs.Hl7v2;

namespace CloudPacs.Mapping.Targets;

/// <summary>One value for an outgoing v2 message; a null value is written as <c>""</c>.</summary>
public sealed record OutField(FieldPath Path, string? Value);
