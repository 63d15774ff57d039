using System.Globalization;

namespace CloudPacs.Mapping.Findings;

/// <summary>
/// One finding about a map: where it is, what is wrong and how to put it right. Any error keeps a set of maps from being used.
/// </summary>
/// <param name="Code">Stable code of <see cref="MapCodes"/>.</param>
/// <param name="IsError">False for a warning.</param>
/// <param name="File">Path below the mapping directory, with forward slashes.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Rule">Id of the rule, or null.</param>
/// <param name="Text">What is wrong.</param>
/// <param name="Hint">What to do about it.</param>
public sealed record MapDiagnostic(string Code, bool IsError, string File, int Line, int Column, string? Rule, string Text, string Hint)
{
    /// <summary>Such as <c>senders/mercy-his.yaml:14:7 rule acc: OBR-211.1: segment OBR has 50 fields in 2.5.1 (MAP012)</c>.</summary>
    public override string ToString()
    {
        var rule = Rule is null ? "" : $" rule {Rule}";
        return string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}{rule}: {Text} ({Code}) {Hint}").TrimEnd();
    }
}

/// <summary>A place in a file of the mapping directory; line and column from 1.</summary>
public readonly record struct Position(string File, int Line, int Column);
