using CloudPacs.Mapping.Functions;
using CloudPacs.Mapping.Language;
using CloudPacs.Mapping.Loading;

namespace CloudPacs.Mapping.Compilation;

/// <summary><c>error(101)</c> or <c>error(103, 'text')</c> in the places that take nothing else.</summary>
internal static class ErrorCall
{
    // HL7 table 0357; 104 does not exist.
    private static readonly int[] Codes = [100, 101, 102, 103, 200, 201, 202, 203, 204, 205, 206, 207];

    public static bool IsKnown(decimal? code) => code is { } number && Codes.Any(known => known == number);

    public static (int Code, string? Text)? Read(YamlText text, CompileScope scope)
    {
        if (!text.Text.StartsWith("error(", StringComparison.Ordinal)) return null;
        if (ExpressionParser.Parse(text.Text, out _) is not CallExpression { Name: "error", Arguments: [LiteralExpression { Type.Kind: MapKind.Number } code, ..] } call) return null;
        var number = code.Value.AsNumber();
        if (!IsKnown(number)) scope.Report(MapCodes.ErrorCode, text.Of(code.Offset), $"{number} is no error code of HL7 table 0357.", $"Use one of {string.Join(", ", Codes)}.");
        return ((int)(number ?? 207), call.Arguments is [_, LiteralExpression { Type.Kind: MapKind.Text } words] ? words.Value.AsText() : null);
    }
}
