using CloudPacs.Mapping.Compilation;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Language;
using CloudPacs.Mapping.Values;
using CloudPacs.Mapping.Yaml;

namespace CloudPacs.Mapping.Rules;

/// <summary><c>error(101)</c> or <c>error(103, 'text')</c> in the places that take nothing else.</summary>
internal static class ErrorCall
{
    public static (int Code, string? Text)? Read(YamlText text, CompileScope scope)
    {
        if (!text.Text.StartsWith("error(", StringComparison.Ordinal)) return null;
        if (ExpressionParser.Parse(text.Text, out _) is not CallExpression
            {
                Name: "error",
                Arguments: [LiteralExpression { Type.Kind: MapKind.Number } code, ..]
            } call) return null;
        var number = code.Value.AsNumber();
        if (!RuleFailure.IsCode(number))
            scope.Report(MapCodes.ErrorCode, text.Of(code.Offset), $"{number} is no error code of HL7 table 0357.",
                $"Use one of {string.Join(", ", RuleFailure.Codes)}.");
        var said = call.Arguments is [_, LiteralExpression { Type.Kind: MapKind.Text } words] ? words.Value.AsText() : null;
        return ((int)(number ?? 207), said);
    }
}
