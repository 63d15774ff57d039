using System.Globalization;
using System.Text;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Language;

/// <summary>Reads expressions: recursive descent, one method a production.</summary>
internal sealed class ExpressionParser
{
    private const int MaxDepth = 64;

    // Each operator nests what stands before it one level deeper.
    private const int MaxOperators = 250;

    private static readonly HashSet<string> Reserved = ["and", "or", "not", "in", "matches", "as", "true", "false", "null", "last",
        "after", "msg", "group", "dcm"];

    private static readonly (string Mark, Operator Operator)[] Comparisons =
    [
        ("!=", Operator.NotEqual), ("<=", Operator.LessOrEqual), (">=", Operator.GreaterOrEqual),
        ("=", Operator.Equal), ("<", Operator.Less), (">", Operator.Greater),
    ];

    private readonly Scanner _scanner;
    private readonly PathParser _paths;
    private int _depth;
    private int _operators;

    private ExpressionParser(string text)
    {
        _scanner = new Scanner(text);
        _paths = new PathParser(_scanner, ReadNested);
    }

    /// <summary>Reads a whole text as one expression; null and an error when it is none.</summary>
    public static Expression? Parse(string text, out SyntaxError? error)
    {
        var parser = new ExpressionParser(text);
        var expression = parser.ReadNested();
        parser._scanner.SkipBlanks();
        if (!parser._scanner.AtEnd)
        {
            parser._scanner.Fail(parser._scanner.Position,
                $"'{parser._scanner.Text[parser._scanner.Position..]}' is left over after the expression.",
                "Quote texts with ' and join parts with ?? or +.", 0);
        }

        error = parser._scanner.Error;
        return error is null ? expression : null;
    }

    /// <summary>Reads <c>PATH as name</c>, the value of <c>each</c>.</summary>
    public static (Expression List, string Name)? ParseEach(string text, out SyntaxError? error)
    {
        var parser = new ExpressionParser(text);
        var scanner = parser._scanner;
        var list = parser.ReadNested();
        if (!scanner.TakeWord("as")) scanner.Fail(scanner.Position, "'each' needs a name for the item.", "Write each: PID-3[*] as id.", 0);
        scanner.SkipBlanks();
        var start = scanner.Position;
        var name = scanner.TakeName();
        if (name.Length == 0 || !char.IsAsciiLetterLower(name[0]) || Reserved.Contains(name))
            scanner.Fail(start, $"'{name}' cannot name the item.",
                "Use a name that starts with a small letter and is no word of the language.", 0);
        scanner.SkipBlanks();
        if (!scanner.AtEnd)
            scanner.Fail(scanner.Position, "Something follows the name of the item.", "Write each: PATH as name, nothing more.", 0);
        error = scanner.Error;
        return error is null ? (list, name) : null;
    }

    private Expression ReadNested()
    {
        if (++_depth > MaxDepth)
            return _scanner.Fail(_scanner.Position, "The expression is nested too deep.", "Split it with set: $name.",
                Missing(_scanner.Position));
        var expression = ReadChoice();
        while (_scanner.Take("|"))
        {
            _scanner.SkipBlanks();
            var start = _scanner.Position;
            var name = _scanner.TakeName();
            if (name.Length == 0) _scanner.Fail(start, "A function must follow '|'.", "Write x | upper or x | cut(16).", 0);
            List<Expression> arguments = [expression];
            if (_scanner.TakeHere("(")) ReadUntil(")", arguments);
            expression = Counted(start, new CallExpression(start, name, arguments));
        }

        _depth--;
        return expression;
    }

    private Expression ReadChoice()
    {
        var condition = ReadCoalesce();
        _scanner.SkipBlanks();
        if (_scanner.Current != '?' || _scanner.Peek() == '?') return condition;
        var offset = _scanner.Position++;
        if (++_depth > MaxDepth)
            return _scanner.Fail(offset, "The expression is nested too deep.", "Use a table or split it with set: $name.", condition);
        var then = ReadChoice();
        if (!_scanner.Take(":"))
            return _scanner.Fail(_scanner.Position, "A choice needs ':' and the other value.", "Write condition ? value : other.",
                condition);
        var otherwise = ReadChoice();
        _depth--;
        return new ChoiceExpression(offset, condition, then, otherwise);
    }

    private Expression ReadCoalesce() => ReadChain(ReadOr, Operator.Coalesce, () => _scanner.Take("??"));

    private Expression ReadOr() => ReadChain(ReadAnd, Operator.Or, () => _scanner.TakeWord("or"));

    private Expression ReadAnd() => ReadChain(ReadNot, Operator.And, () => _scanner.TakeWord("and"));

    private Expression ReadChain(Func<Expression> read, Operator op, Func<bool> more)
    {
        var left = read();
        while (more()) left = Counted(_scanner.Position, new BinaryExpression(left.Offset, op, left, read()));
        return left;
    }

    private Expression Counted(int offset, Expression expression) => ++_operators <= MaxOperators
        ? expression
        : _scanner.Fail(offset, $"The expression has more than {MaxOperators} operators.", "Split it with set: $name, or use a table.",
            expression);

    private Expression ReadNot()
    {
        _scanner.SkipBlanks();
        var offset = _scanner.Position;
        return _scanner.TakeWord("not") ? new NotExpression(offset, ReadComparison()) : ReadComparison();
    }

    private Expression ReadComparison()
    {
        var left = ReadSum();
        _scanner.SkipBlanks();
        var offset = _scanner.Position;
        if (!TakeComparison(out var op)) return left;
        var comparison = new BinaryExpression(offset, op, left, ReadSum());
        _scanner.SkipBlanks();
        offset = _scanner.Position;
        return TakeComparison(out _)
            ? _scanner.Fail(offset, "Comparisons cannot follow one another.", "Join them with and / or.", comparison)
            : comparison;
    }

    private bool TakeComparison(out Operator op)
    {
        foreach (var (mark, candidate) in Comparisons)
        {
            if (!_scanner.TakeHere(mark)) continue;
            op = candidate;
            return true;
        }

        op = _scanner.TakeWord("in") ? Operator.In : Operator.Matches;
        return op == Operator.In || _scanner.TakeWord("matches");
    }

    private Expression ReadSum() => ReadChain(ReadPrimary, Operator.Join, () => _scanner.Take("+"));

    private Expression ReadPrimary()
    {
        _scanner.SkipBlanks();
        var start = _scanner.Position;
        var first = _scanner.Current;
        if (first == '(')
        {
            _scanner.Position++;
            var inner = ReadNested();
            return _scanner.Take(")")
                ? inner
                : _scanner.Fail(_scanner.Position, "')' is missing.", "Close the bracket that was opened.", inner);
        }

        if (first == '\'') return ReadText();
        if (first == '$') return ReadVariable();
        if (first == '.') return _paths.ReadRelative();
        if (char.IsAsciiDigit(first) || (first == '-' && char.IsAsciiDigit(_scanner.Peek()))) return ReadNumber();
        if (first == '[')
        {
            _scanner.Position++;
            List<Expression> items = [];
            ReadUntil("]", items);
            return new ListExpression(start, items);
        }

        if (char.IsAsciiLetterUpper(first)) return _paths.ReadSegment(start, PathScope.Default);
        if (!char.IsAsciiLetterLower(first)) return Unexpected(start);
        return ReadWord(start);
    }

    private Expression ReadWord(int start)
    {
        var word = _scanner.TakeName();
        switch (word)
        {
            case "true" or "false": return new LiteralExpression(start, MapType.Bool, MapValue.Bool(word == "true"));
            case "null": return new LiteralExpression(start, MapType.Nothing, MapValue.Null);
            case "msg" or "group" when _scanner.TakeHere("."):
                return _paths.ReadSegment(start, word == "msg" ? PathScope.Message : PathScope.Group);
            case "dcm" when _scanner.TakeHere("."): return _paths.ReadDicom(start);
        }

        if (Reserved.Contains(word))
            return _scanner.Fail(start, $"'{word}' cannot stand here.", "It is a word of the language; quote it if you mean a text.",
                Missing(start));
        if (_scanner.TakeHere("("))
        {
            List<Expression> arguments = [];
            ReadUntil(")", arguments);
            return new CallExpression(start, word, arguments);
        }

        return _paths.ReadAlias(start, word);
    }

    private void ReadUntil(string close, List<Expression> items)
    {
        if (_scanner.Take(close)) return;
        do items.Add(ReadNested());
        while (_scanner.Take(","));
        if (!_scanner.Take(close))
            _scanner.Fail(_scanner.Position, $"'{close}' is missing.",
                "Close the bracket that was opened; separate values with a comma.", 0);
    }

    private LiteralExpression ReadText()
    {
        var start = _scanner.Position++;
        var text = new StringBuilder();
        while (!_scanner.AtEnd)
        {
            if (_scanner.Current == '\'' && _scanner.Peek() != '\'')
            {
                _scanner.Position++;
                // '' stands for a value that is not there, so it fits every type.
                return new LiteralExpression(start, text.Length == 0 ? MapType.Nothing : MapType.Text, MapValue.Text(text.ToString()));
            }

            if (_scanner.Current == '\'') _scanner.Position++;
            text.Append(_scanner.Current);
            _scanner.Position++;
        }

        return _scanner.Fail(start, "The text has no closing quote mark.", "Write 'text'; a quote mark inside is written twice.",
            Missing(start));
    }

    private LiteralExpression ReadNumber()
    {
        var start = _scanner.Position++;
        while (char.IsAsciiDigit(_scanner.Current) || (_scanner.Current == '.' && char.IsAsciiDigit(_scanner.Peek()))) _scanner.Position++;
        var digits = _scanner.Text.AsSpan(start, _scanner.Position - start);
        return decimal.TryParse(digits, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out var number)
            ? new LiteralExpression(start, MapType.Number, MapValue.Number(number))
            : _scanner.Fail(start, $"'{digits}' is not a number.", "Write 12 or 0.5.", Missing(start));
    }

    private Expression ReadVariable()
    {
        var start = _scanner.Position++;
        var name = _scanner.TakeName();
        if (name.Length == 0) return _scanner.Fail(start, "A name must follow '$'.", "Write $name.", Missing(start));
        List<string> members = [];
        while (_scanner.Current == '.' && char.IsAsciiLetterOrDigit(_scanner.Peek()))
        {
            _scanner.Position++;
            members.Add(_scanner.TakeName());
        }

        return new VariableExpression(start, name, members);
    }

    private LiteralExpression Unexpected(int start) => _scanner.AtEnd
        ? _scanner.Fail(start, "The expression ends too early.", "A path, a variable, a text in quote marks or a function must follow.",
            Missing(start))
        : _scanner.Fail(start, $"'{_scanner.Current}' cannot start a value.", "Quote texts with '; paths look like OBR-18.1.",
            Missing(start));

    private static LiteralExpression Missing(int offset) => new(offset, MapType.Nothing, MapValue.Absent);
}
