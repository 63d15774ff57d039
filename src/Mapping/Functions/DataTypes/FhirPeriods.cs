using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Fhir;

namespace CloudPacs.Mapping.Functions.DataTypes;

/// <summary>FHIR Period from two HL7 times.</summary>
internal static class FhirPeriods
{
    /// <summary>Writes the member <c>period</c> when one of the times is known.</summary>
    public static void Write(JsonText json, Element start, Element end, EvalContext context)
    {
        var from = context.ReadTime(ElementText.Value(start));
        var until = context.ReadTime(ElementText.Value(end));
        if (from is null && until is null) return;
        json.Name("period"u8);
        json.BeginObject();
        json.Text("start"u8, from?.FhirDateTime());
        json.Text("end"u8, until?.FhirDateTime());
        json.EndObject();
    }
}
