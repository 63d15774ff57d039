using CloudPacs.Mapping.Functions.DataTypes;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Functions;

/// <summary>Values of observations (OBX) as FHIR.</summary>
internal static class ReportFunctions
{
    public static readonly MapFunction[] All =
    [
        new("observed", [MapType.Segment, MapType.Text], MapType.Json, (context, arguments) =>
        {
            var start = context.Json.Length;
            var type = ObservedValues.Write(context.Json, arguments[0].AsSegment(), arguments[1].AsText()!, context);
            // A value of another type takes away that of an earlier message.
            return type == arguments[1].AsText() ? MapValue.Json(context.Json, start) : MapValue.Null;
        })
        {
            Check = static (arguments, _) => arguments is [_, var last] && last.AsText() is { } type && !ObservedValues.Types.Contains(type)
                ? (1, $"{type} is no type of an observed value.", $"Write one of {string.Join(", ", ObservedValues.Types)}.")
                : null,
            Help = "observed(type): the value of an OBX when it becomes that FHIR type; null when it becomes another one",
        },
    ];
}
