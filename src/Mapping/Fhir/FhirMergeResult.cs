using System.Text.Json.Nodes;

namespace CloudPacs.Mapping.Fhir;

/// <summary>A resource after a patch.</summary>
/// <param name="Content">The whole resource; a new object, the stored one is not touched.</param>
/// <param name="Slots">Which item of which list has which slot name; to be stored beside the content.</param>
/// <param name="IsChanged">False when the content is what was stored: no new version is needed.</param>
public sealed record FhirMergeResult(JsonObject Content, string Slots, bool IsChanged);
