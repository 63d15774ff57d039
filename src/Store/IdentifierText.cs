using System.Text;

namespace CloudPacs.Store;

/// <summary>
/// The authority column of an identifier: <c>namespace^universal id^type of that^type code</c>, trailing empty parts left out, <c>^</c> and
/// <c>\</c> escaped by <c>\</c>.
/// </summary>
internal static class IdentifierText
{
    public static string AuthorityOf(Identifier identifier)
    {
        string?[] parts = [identifier.Namespace, identifier.UniversalId, identifier.UniversalIdType, identifier.TypeCode];
        var count = parts.Length;
        while (count > 0 && parts[count - 1] is null) count--;
        return string.Join('^', parts.Take(count).Select(Escape));
    }

    public static Identifier Parse(string value, string authority)
    {
        if (!authority.Contains('^', StringComparison.Ordinal) && !authority.Contains('\\', StringComparison.Ordinal))
            return new Identifier(value, authority.Length == 0 ? null : authority);
        var parts = new string?[4];
        var (part, text) = (0, new StringBuilder());
        for (var i = 0; i < authority.Length; i++)
        {
            if (authority[i] == '\\' && i + 1 < authority.Length) text.Append(authority[++i]);
            else if (authority[i] == '^' && part < 3) Take();
            else text.Append(authority[i]);
        }

        Take();
        return new Identifier(value, parts[0], parts[1], parts[2], parts[3]);

        void Take()
        {
            parts[part++] = text.Length == 0 ? null : text.ToString();
            text.Clear();
        }
    }

    private static string Escape(string? part) =>
        part?.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("^", "\\^", StringComparison.Ordinal) ?? "";
}
