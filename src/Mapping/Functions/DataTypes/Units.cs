using System.Globalization;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Functions.DataTypes;

/// <summary>Measured values in the units that DICOM wants (kg and m).</summary>
internal static class Units
{
    /// <summary>Characters in a decimal string (VR DS).</summary>
    private const int DecimalStringLimit = 16;

    public static MapValue Convert(EvalContext context, ReadOnlySpan<MapValue> arguments)
    {
        var unit = arguments[1].AsText()?.Trim();
        var table = arguments[2].AsTable();
        if (!decimal.TryParse(arguments[0].AsText(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || number < 0)
            return MapValue.Absent;
        if (unit is null || table is null)
        {
            context.Warn("unit-missing");
            return MapValue.Absent;
        }
        if (context.Look(table, unit) is not { } row
            || !decimal.TryParse(row.To, NumberStyles.Float, CultureInfo.InvariantCulture, out var factor))
        {
            context.Warn("unit-unknown", unit);
            return MapValue.Absent;
        }
        // Measured in a hospital, so far below the range of decimal; a wild value must not throw.
        if (number > 1_000_000_000m) return MapValue.Absent;
        var text = Math.Round(number * factor, 4).ToString("0.####", CultureInfo.InvariantCulture);
        return text.Length <= DecimalStringLimit ? MapValue.Text(text) : MapValue.Absent;
    }
}
