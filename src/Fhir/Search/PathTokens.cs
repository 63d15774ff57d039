using System.Text;

namespace CloudPacs.Fhir.Search;

/// <summary>The words of an expression: names, texts in quotes, and signs (FHIRPath, lexical elements).</summary>
internal sealed class PathTokens
{
    private readonly List<(string Text, bool IsQuoted)> _tokens;
    private readonly string _expression;
    private int _next;

    /// <exception cref="FormatException">A text has no end, or there is a sign that no path has.</exception>
    public PathTokens(string expression) => (_expression, _tokens) = (expression, [.. Split(expression)]);

    public bool IsAtEnd => _next == _tokens.Count;

    /// <summary>What stands there, for who is told that it is not read.</summary>
    public string Here => IsAtEnd ? "the end" : _tokens[_next].Text;

    public bool Is(string text) => !IsAtEnd && _tokens[_next] is { IsQuoted: false } token && token.Text == text;

    /// <summary>Takes a sign or a word when it stands there.</summary>
    public bool Takes(string text)
    {
        if (!Is(text)) return false;
        _next++;
        return true;
    }

    /// <exception cref="FormatException">Something else stands there.</exception>
    public void Take(string text)
    {
        if (!Takes(text)) throw new FormatException($"{_expression} has {Here} where {text} should be.");
    }

    /// <exception cref="FormatException">No name stands there.</exception>
    public string TakeName()
    {
        if (IsAtEnd || _tokens[_next] is not { IsQuoted: false, Text: [var first, ..] text } || !IsOfName(first))
            throw new FormatException($"{_expression} has {Here} where a name should be.");
        _next++;
        return text;
    }

    /// <exception cref="FormatException">No text in quotes stands there.</exception>
    public string TakeText()
    {
        if (IsAtEnd || !_tokens[_next].IsQuoted)
            throw new FormatException($"{_expression} has {Here} where a text in quotes should be.");
        return _tokens[_next++].Text;
    }

    private static IEnumerable<(string Text, bool IsQuoted)> Split(string expression)
    {
        for (var i = 0; i < expression.Length;)
        {
            var start = i;
            if (char.IsWhiteSpace(expression[i]))
            {
                i++;
            }
            else if (expression[i] == '\'')
            {
                yield return (Quoted(expression, ref i), true);
            }
            else if (IsOfName(expression[i]))
            {
                while (i < expression.Length && IsOfName(expression[i])) i++;
                yield return (expression[start..i], false);
            }
            else if (expression.AsSpan(i).StartsWith("!="))
            {
                i += 2;
                yield return ("!=", false);
            }
            else
            {
                yield return ("().|=".Contains(expression[i], StringComparison.Ordinal)
                    ? expression[i++].ToString()
                    : throw new FormatException($"{expression} has a sign that is not read: {expression[i]}"), false);
            }
        }
    }

    private static string Quoted(string expression, ref int at)
    {
        var text = new StringBuilder();
        for (at++; at < expression.Length; at++)
        {
            if (expression[at] == '\'')
            {
                at++;
                return text.ToString();
            }

            if (expression[at] == '\\' && at + 1 < expression.Length) at++;
            text.Append(expression[at]);
        }

        throw new FormatException($"{expression} has a text without an end.");
    }

    private static bool IsOfName(char sign) => char.IsAsciiLetterOrDigit(sign) || sign == '_';
}
