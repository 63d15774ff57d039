using System.Diagnostics.CodeAnalysis;

namespace CloudPacs.FhirServer.Access;

/// <summary>For whom a scope is (SMART App Launch 2.2, scopes and launch context).</summary>
public enum ScopeContext
{
    /// <summary>What is about the patient that the app was launched for.</summary>
    Patient,

    /// <summary>What the user may see.</summary>
    User,

    /// <summary>What the system itself was granted.</summary>
    System,
}

/// <summary>A scope on resources: <c>system/ImagingStudy.rs?modality=CT</c> (SMART App Launch 2.2).</summary>
/// <param name="Context">For whom.</param>
/// <param name="Type">Type of resource; an asterisk for all.</param>
/// <param name="Letters">Some of <c>cruds</c>: create, read, update, delete, search.</param>
/// <param name="Query">What the resources must be besides, as the parameters of a search; empty for nothing.</param>
public sealed record SmartScope(ScopeContext Context, string Type, string Letters, string Query)
{
    private const string AllLetters = "cruds";

    /// <summary>The scope that a text is, also one of the first version (<c>.read</c>, <c>.write</c>, <c>.*</c>).</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out SmartScope? scope)
    {
        ArgumentNullException.ThrowIfNull(text);
        scope = null;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || ContextOf(text[..slash]) is not { } context) return false;
        var rest = text[(slash + 1)..];
        var question = rest.IndexOf('?', StringComparison.Ordinal);
        var (what, query) = question < 0 ? (rest, "") : (rest[..question], rest[(question + 1)..]);
        var dot = what.IndexOf('.', StringComparison.Ordinal);
        if (dot <= 0 || (question >= 0 && query.Length == 0) || LettersOf(what[(dot + 1)..]) is not { } letters) return false;
        scope = new SmartScope(context, what[..dot], letters, query);
        return true;
    }

    /// <summary>Whether it says something of a type; what everybody did is nothing that an asterisk means.</summary>
    public bool IsAbout(string type) => Type == type || (Type == "*" && type != "AuditEvent");

    private static ScopeContext? ContextOf(string text) => text switch
    {
        "patient" => ScopeContext.Patient,
        "user" => ScopeContext.User,
        "system" => ScopeContext.System,
        _ => null,
    };

    /// <summary>The letters, which stand in their order and once each; null for anything else.</summary>
    private static string? LettersOf(string text)
    {
        switch (text)
        {
            case "read": return "rs";
            case "write": return "cud";
            case "*": return AllLetters;
        }

        var last = -1;
        foreach (var letter in text)
        {
            var place = AllLetters.IndexOf(letter, StringComparison.Ordinal);
            if (place <= last) return null;
            last = place;
        }

        return text.Length > 0 ? text : null;
    }
}
