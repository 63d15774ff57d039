using System.Buffers;
using System.Globalization;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Functions.DataTypes;

/// <summary>Measured values in the units that DICOM wants (kg and m).</summary>
internal static class Units
{
    /// <summary>Characters in a decimal string (VR DS).</summary>
    private const int DecimalStringLimit = 16;

    private static readonly SearchValues<char> PartsOfNumbers = SearchValues.Create("0123456789.,+- ");

    /// <summary>
    /// A number with its unit, which may stand behind it (<c>62 kg</c>); a comma before other than three digits is a decimal point. What
    /// cannot be read leaves what is stored and is told.
    /// </summary>
    public static MapValue Convert(EvalContext context, ReadOnlySpan<MapValue> arguments)
    {
        var (words, unitBehind) = Split(arguments[0].AsText() ?? "");
        var unit = arguments[1].AsText()?.Trim() ?? unitBehind;
        var isUnit = unitBehind is null || arguments[2].AsTable()?.Find(unitBehind) is not null;
        // Measured in a hospital, so far below the range of decimal; a wild value must not throw.
        if (!isUnit || !TryRead(words, out var number) || number is <= 0 or > 1_000_000_000m)
            return context.Leave(102, "The measured value is no number above zero: what is stored was left as it is.", arguments[0]);
        if (unit is null || arguments[2].AsTable() is not { } table)
            return context.Leave(101, "The measured value has no unit: what is stored was left as it is; send it in OBX-6.", arguments[0]);

        if (context.Look(table, unit) is not { } row
            || !decimal.TryParse(row.To, NumberStyles.Float, CultureInfo.InvariantCulture, out var factor))
            return context.Leave(103, "The unit of the measured value is not known: what is stored was left as it is.", arguments[0]);

        if (unitBehind is not null && context.Look(table, unitBehind)?.To != row.To)
            return context.Leave(
                102, "The unit behind the measured value is another one than in OBX-6: what is stored was left as it is.", arguments[0]);

        var text = Math.Round(number * factor, 4).ToString("0.####", CultureInfo.InvariantCulture);
        return text.Length <= DecimalStringLimit ? MapValue.Text(text) : MapValue.Absent;
    }

    private static (string Number, string? Unit) Split(string text)
    {
        var end = text.AsSpan().IndexOfAnyExcept(PartsOfNumbers);
        return end <= 0 ? (text.Trim(), null) : (text[..end].Trim(), text[end..].Trim());
    }

    private static bool TryRead(string text, out decimal number)
    {
        var comma = text.IndexOf(',', StringComparison.Ordinal);
        // Three digits behind a comma may be thousands: that is for nobody to guess.
        if (comma >= 0 && text.Length - comma != 4 && !text.Contains('.', StringComparison.Ordinal)) text = text.Replace(',', '.');
        const NumberStyles Style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign;
        return decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out number);
    }
}
