using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Fhir;

namespace CloudPacs.Mapping.Functions.DataTypes;

/// <summary>Logical references to locations from PL (HL7 v2.5.1 2.A.53), keyed by the path from the facility down.</summary>
internal static class FhirLocations
{
    /// <summary>PL components facility, building, floor, point of care, room, bed.</summary>
    private static readonly int[] FromLargeToSmall = [4, 7, 8, 1, 2, 3];

    /// <summary>Writes nothing when no part is there.</summary>
    public static void Write(JsonText json, Element pl, EvalContext context)
    {
        var parts = Array.ConvertAll(FromLargeToSmall, component => ElementText.Component(pl, component));
        if (Array.TrueForAll(parts, static part => part is null)) return;
        json.BeginObject();
        json.Text("type"u8, "Location");
        json.Name("identifier"u8);
        json.BeginObject();
        json.Text("system"u8, context.SenderUri + "/location");
        json.Text("value"u8, string.Join('|', parts.Select(static part => part ?? "")).TrimEnd('|'));
        json.EndObject();
        json.Text("display"u8, ElementText.Component(pl, 9) ?? string.Join(' ', parts.Where(static part => part is not null)));
        json.EndObject();
    }
}
