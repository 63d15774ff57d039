using System.Text;

namespace CloudPacs.Mapping.Reports;

/// <summary>One document in RTF, from its first brace to the one that closes it, which may stand in a later line.</summary>
internal sealed class RichText
{
    private const string Begin = @"{\rtf";
    private readonly StringBuilder _text = new();
    private int _depth;
    private bool _isEscaped;

    public bool IsOpen { get; private set; } = true;

    public static bool IsBegin(string line) => line.AsSpan().TrimStart().StartsWith(Begin, StringComparison.Ordinal);

    /// <summary>Takes what belongs to the document.</summary>
    /// <returns>What stands behind its end; null when nothing does.</returns>
    public string? Take(string line)
    {
        for (var i = 0; i < line.Length; i++)
        {
            if (_isEscaped) _isEscaped = false;
            else if (line[i] == '\\') _isEscaped = true;
            else if (line[i] == '{') _depth++;
            else if (line[i] == '}' && --_depth == 0)
            {
                IsOpen = false;
                _text.Append(line, 0, i + 1);
                return string.IsNullOrWhiteSpace(line[(i + 1)..]) ? null : line[(i + 1)..].Trim();
            }
        }

        _text.Append(line);
        return null;
    }

    public override string ToString() => _text.ToString().TrimStart();
}
