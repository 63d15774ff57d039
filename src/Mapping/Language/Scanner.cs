namespace CloudPacs.Mapping.Language;

/// <summary>
/// A cursor over one text. The first error sticks and moves the cursor to the end, so that parsing stops without further noise.
/// </summary>
internal sealed class Scanner(string text)
{
    public string Text { get; } = text;

    public int Position { get; set; }

    public SyntaxError? Error { get; private set; }

    public bool AtEnd => Position >= Text.Length;

    public char Current => Position < Text.Length ? Text[Position] : '\0';

    public char Peek(int distance = 1) => Position + distance < Text.Length ? Text[Position + distance] : '\0';

    public void SkipBlanks()
    {
        while (Current is ' ' or '\t' or '\n' or '\r') Position++;
    }

    /// <summary>Takes the mark when it stands here (no blanks skipped).</summary>
    public bool TakeHere(string mark)
    {
        if (string.CompareOrdinal(Text, Position, mark, 0, mark.Length) != 0) return false;
        Position += mark.Length;
        return true;
    }

    /// <summary>Skips blanks and takes the mark when it follows.</summary>
    public bool Take(string mark)
    {
        SkipBlanks();
        return TakeHere(mark);
    }

    /// <summary>Skips blanks and takes the word when it follows as a whole word.</summary>
    public bool TakeWord(string word)
    {
        SkipBlanks();
        if (string.CompareOrdinal(Text, Position, word, 0, word.Length) != 0) return false;
        var after = Position + word.Length;
        if (after < Text.Length && IsNamePart(Text[after])) return false;
        Position = after;
        return true;
    }

    public string TakeName()
    {
        var start = Position;
        while (IsNamePart(Current)) Position++;
        return Text[start..Position];
    }

    public int TakeInteger(string what)
    {
        var start = Position;
        while (char.IsAsciiDigit(Current)) Position++;
        if (start == Position) return Fail(start, $"{what} must be a number here.", "Numbers count from 1, as in OBR-18.1.", 1);
        var digits = Text.AsSpan(start, Position - start);
        if (digits.Length <= 5 && int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture) is > 0 and var number) return number;
        return Fail(start, $"{what} must be from 1 to 99999.", "Fields, repetitions and components count from 1.", 1);
    }

    public T Fail<T>(int offset, string error, string hint, T result)
    {
        Error ??= new SyntaxError(Math.Min(offset, Text.Length), error, hint);
        Position = Text.Length;
        return result;
    }

    public static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    public static bool IsSegmentId(ReadOnlySpan<char> id) =>
        id.Length == 3 && char.IsAsciiLetterUpper(id[0]) && IsUpperOrDigit(id[1]) && IsUpperOrDigit(id[2]);

    private static bool IsUpperOrDigit(char c) => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c);
}

/// <summary>Why a text of the mapping language could not be read, and how it might be put right.</summary>
internal sealed record SyntaxError(int Offset, string Text, string Hint);
