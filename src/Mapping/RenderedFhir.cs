using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Fhir;

namespace CloudPacs.Mapping;

/// <summary>What the second phase made for one patient, procedure, step or appointment.</summary>
/// <param name="Resources">One patch a resource type: Patient and Encounter, ServiceRequest, Task, or Appointment.</param>
/// <param name="Out">Fields for an outgoing v2 message.</param>
/// <param name="Warnings">As those of the first phase.</param>
/// <param name="Problems">Rules that ended in an error; the resource lacks their element.</param>
/// <param name="Misses">Codes that tables lack.</param>
public sealed record RenderedFhir(
    IReadOnlyList<FhirPatch> Resources, IReadOnlyList<OutField> Out, IReadOnlyList<string> Warnings, IReadOnlyList<Problem> Problems,
    IReadOnlyList<(string Table, string Key)> Misses)
{
    /// <summary>The patches by resource type.</summary>
    public IReadOnlyDictionary<string, FhirPatch> Patches => Resources.ToDictionary(static patch => patch.ResourceType);
}
