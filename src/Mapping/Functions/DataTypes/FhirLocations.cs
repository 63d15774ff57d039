using System.Text.Json.Nodes;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;

namespace CloudPacs.Mapping.Functions.DataTypes;

/// <summary>Logical references to locations from PL (HL7 v2.5.1 2.A.53), keyed by the path from the facility down (mapping.md b.1).</summary>
internal static class FhirLocations
{
    /// <summary>PL components facility, building, floor, point of care, room, bed.</summary>
    private static readonly int[] FromLargeToSmall = [4, 7, 8, 1, 2, 3];

    public static JsonObject? Reference(Element pl, EvalContext context)
    {
        var parts = FromLargeToSmall.Select(component => ElementText.Component(pl, component)).ToArray();
        if (Array.TrueForAll(parts, part => part is null)) return null;
        var key = string.Join('|', parts.Select(part => part ?? "")).TrimEnd('|');
        return new JsonObject
        {
            ["type"] = "Location",
            ["identifier"] = new JsonObject
            {
                ["system"] = $"{context.Settings.BaseUri}/id/{Uri.EscapeDataString(context.Settings.Sender)}/location",
                ["value"] = key,
            },
            ["display"] = ElementText.Component(pl, 9) ?? string.Join(' ', parts.Where(part => part is not null)),
        };
    }
}
