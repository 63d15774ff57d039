using System.Text.Json.Nodes;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;

namespace CloudPacs.Mapping.Functions.DataTypes;

/// <summary>FHIR Period from two HL7 times.</summary>
internal static class FhirPeriods
{
    public static JsonObject? Between(Element start, Element end, EvalContext context)
    {
        var period = new JsonObject();
        if (context.ReadTime(ElementText.Value(start)) is { } from) period["start"] = from.FhirDateTime();
        if (context.ReadTime(ElementText.Value(end)) is { } until) period["end"] = until.FhirDateTime();
        return period.Count == 0 ? null : period;
    }
}
