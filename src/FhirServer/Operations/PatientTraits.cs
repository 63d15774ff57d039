using System.Text.Json;
using CloudPacs.Fhir.Search.Values;

namespace CloudPacs.FhirServer.Operations;

/// <summary>What patients are compared by.</summary>
internal sealed record PatientTraits
{
    public IReadOnlyList<(string System, string Value)> Identifiers { get; private init; } = [];

    /// <summary>Family names, folded.</summary>
    public IReadOnlyList<string> Families { get; private init; } = [];

    /// <summary>Given names, folded.</summary>
    public IReadOnlyList<string> Givens { get; private init; } = [];

    /// <summary>As it is written: a year, a month, or a day.</summary>
    public string? BirthDate { get; private init; }

    public string? Gender { get; private init; }

    /// <summary>Telephone numbers by their digits, addresses of mail.</summary>
    public IReadOnlyList<string> Contacts { get; private init; } = [];

    public IReadOnlyList<string> PostalCodes { get; private init; } = [];

    /// <summary>Another record took its place.</summary>
    public bool IsReplaced { get; private init; }

    /// <param name="patient">A valid Patient.</param>
    public static PatientTraits Read(ReadOnlyMemory<byte> patient)
    {
        using var document = JsonDocument.Parse(patient, new JsonDocumentOptions { MaxDepth = 256 });
        var root = document.RootElement;
        var names = root.ItemsOf("name").ToList();
        return new PatientTraits
        {
            Identifiers =
            [
                .. root.ItemsOf("identifier").Select(static one => (one.TextOf("system") ?? "", one.TextOf("value") ?? ""))
                    .Where(static one => one.Item2.Length > 0)
            ],
            Families = [.. names.Select(static name => Folded(name.TextOf("family"))).Where(static text => text.Length > 0).Distinct()],
            Givens =
            [
                .. names.SelectMany(static name => name.ItemsOf("given")).Where(static given => given.ValueKind == JsonValueKind.String)
                    .Select(static given => Folded(given.GetString())).Where(static text => text.Length > 0).Distinct()
            ],
            BirthDate = root.TextOf("birthDate"),
            Gender = root.TextOf("gender"),
            Contacts = [.. root.ItemsOf("telecom").Select(Contact).Where(static text => text.Length > 0).Distinct()],
            PostalCodes =
            [
                .. root.ItemsOf("address").Select(static address => Folded(address.TextOf("postalCode")))
                    .Where(static text => text.Length > 0).Distinct()
            ],
            IsReplaced = root.ItemsOf("link").Any(static link => link.TextOf("type") == "replaced-by"),
        };
    }

    private static string Contact(JsonElement contact)
    {
        var value = contact.TextOf("value") ?? "";
        if (value.Contains('@', StringComparison.Ordinal)) return value.Trim().ToLowerInvariant();
        var digits = string.Concat(value.Where(char.IsAsciiDigit));
        // Without country and area it is often written in different ways: the last digits are the same.
        return digits.Length > 8 ? digits[^8..] : digits;
    }

    private static string Folded(string? text) => text is null ? "" : FoldedText.Of(text);
}
