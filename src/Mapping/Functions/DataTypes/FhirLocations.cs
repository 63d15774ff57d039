using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Fhir;

namespace CloudPacs.Mapping.Functions.DataTypes;

/// <summary>Logical references to locations from PL (HL7 v2.5.1 2.A.53), keyed by the path from the facility down.</summary>
internal static class FhirLocations
{
    /// <summary>Writes nothing when no part is there.</summary>
    public static void Write(JsonText json, Element pl, EvalContext context)
    {
        var components = new ElementComponents(pl);
        // Facility, building, floor, point of care, room, bed.
        ReadOnlySpan<string?> parts =
        [
            components.Text(4), components.Text(7), components.Text(8), components.Text(1), components.Text(2), components.Text(3),
        ];
        Span<string?> known = [null, null, null, null, null, null];
        var count = 0;
        foreach (var part in parts)
        {
            if (part is not null) known[count++] = part;
        }

        if (count == 0)
        {
            // A description alone names no place that another message could mean too.
            if (components.Text(9) is not { } description) return;
            json.BeginObject();
            json.Text("display"u8, description);
            json.EndObject();
            return;
        }

        json.BeginObject();
        json.Text("type"u8, "Location");
        json.Name("identifier"u8);
        json.BeginObject();
        json.Text("system"u8, context.Settings.LocationSystem);
        json.Text("value"u8, string.Join('|', parts).TrimEnd('|'));
        json.EndObject();
        json.Text("display"u8, components.Text(9) ?? string.Join(' ', known[..count]));
        json.EndObject();
    }
}
