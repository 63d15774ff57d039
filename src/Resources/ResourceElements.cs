using System.Globalization;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Mapping.Values;
using CloudPacs.Store;
using CloudPacs.Translation;

namespace CloudPacs.Resources;

/// <summary>Writes the elements of one resource that follow from rows into its patch.</summary>
/// <param name="patch">Takes the elements.</param>
/// <param name="stored">The version there is; null for a new resource.</param>
/// <param name="isDescribed">The message says what the row is: its sender's tables name the systems of numbers.</param>
/// <param name="run">The update.</param>
internal sealed class ResourceElements(FhirPatch patch, StoredResource? stored, bool isDescribed, ResourceRun run)
{
    private readonly JsonText _json = patch.Json;

    public bool IsDescribed => isDescribed;

    public ResourceRun Run => run;

    public bool Has(ReadOnlySpan<byte> element) => stored is not null && !stored[element].IsEmpty;

    /// <summary>A text in an element as it is stored; null for none.</summary>
    public string? Text(ReadOnlySpan<byte> element, ReadOnlySpan<byte> member) => stored?.Text(element, member);

    /// <summary>Removes an element that is the descriptor's alone, or that must not be there in the state of the row.</summary>
    public void Remove(string element) => patch.Drop(element);

    public void Code(string element, string code)
    {
        var start = _json.Length;
        _json.Text(code);
        patch.Set(element, start);
    }

    public void Flag(string element, bool flag)
    {
        var start = _json.Length;
        _json.Bool(flag);
        patch.Set(element, start);
    }

    /// <summary>A CodeableConcept that has a text only.</summary>
    public void Words(string element, string text) => patch.Set(element, Object("text"u8, text));

    public void Reference(string element, string? reference)
    {
        if (reference is not null) patch.Set(element, Object("reference"u8, reference));
    }

    public void RemoveItem(string list, string id) => patch.RemoveItem(list, id);

    public void ReferenceItem(string list, string id, string? reference)
    {
        if (reference is null) patch.RemoveItem(list, id);
        else patch.SetItem(list, id, Object("reference"u8, reference));
    }

    /// <summary>Any value.</summary>
    public void Set(string element, Action<JsonText> write) => patch.Set(element, Written(write));

    public void Item(string list, string id, Action<JsonText> write) => patch.SetItem(list, id, Written(write));

    /// <summary>Removes the items whose ids begin so and that are not set.</summary>
    public void RenewItems(string list, string idPrefix) => patch.RenewItems(list, idPrefix);

    /// <summary>A number with its authority; the system that it has stays until a message describes the row.</summary>
    public void Identifier(string id, Identifier? number, string? type, string? use = null)
    {
        var start = _json.Length;
        if (number is not { } known)
        {
            patch.RemoveItem("identifier", id);
            return;
        }

        if (!isDescribed && StoredIdentifier(id, known.Value, use) is { } before) _json.Raw(before.Span);
        else run.Context.Identifiers?.Write(_json, known.ToMapped(), type, use);
        if (_json.Length > start) patch.SetItem("identifier", id, start);
    }

    /// <summary>
    /// A number of a system under our own root; that is not at hand for the engine's own changes, which assign no numbers.
    /// </summary>
    public void Identifier(string id, Func<string, string> system, string? value)
    {
        if (value is null)
        {
            patch.RemoveItem("identifier", id);
        }
        else if (run.Context.Identifiers is { } identifiers)
        {
            var start = _json.Length;
            WriteIdentifier(_json, system(identifiers.Settings.BaseUri), value);
            patch.SetItem("identifier", id, start);
        }
    }

    public static void WriteIdentifier(JsonText json, string? system, string value)
    {
        json.BeginObject();
        json.Text("system"u8, system);
        json.Text("value"u8, value);
        json.EndObject();
    }

    /// <summary>Start and end, of which one is known.</summary>
    public void Period(string element, ReadOnlySpan<byte> name, DateTimeOffset? start, DateTimeOffset? end)
    {
        var from = start is { } first ? Time(stored?.Text(name, "start"u8), first) : null;
        var until = end is { } last ? Time(stored?.Text(name, "end"u8), last) : null;
        var at = _json.Length;
        _json.BeginObject();
        _json.Text("start"u8, from);
        _json.Text("end"u8, until);
        _json.EndObject();
        patch.Set(element, at);
    }

    public void DateTime(string element, ReadOnlySpan<byte> name, DateTimeOffset time) => Code(element, Time(stored?.Text(name), time));

    /// <summary>The same instant stays as it was written, with the offset of its sender, until a message describes the row.</summary>
    private string Time(string? before, DateTimeOffset instant) =>
        !isDescribed && DateTimeOffset.TryParse(before, CultureInfo.InvariantCulture, DateTimeStyles.None, out var known)
            && known == instant
            ? before!
            : new MapTime(instant, TimePrecision.Second).FhirDateTime();

    /// <summary>
    /// The identifier of a value under the id, else under another one with the same beginning: numbers of a list move up when one goes.
    /// </summary>
    private ReadOnlyMemory<byte>? StoredIdentifier(string id, string value, string? use)
    {
        var family = id[..(id.LastIndexOf('-') + 1)];
        ReadOnlyMemory<byte>? moved = null;
        foreach (var (known, item) in stored?.Items("identifier"u8) ?? [])
        {
            if (known is null || (known != id && family.Length == 0) || StoredResource.TextOf(item.Span, "value"u8) != value
                || StoredResource.TextOf(item.Span, "use"u8) != use)
                continue;
            if (known == id) return item;
            if (known.StartsWith(family, StringComparison.Ordinal)) moved ??= item;
        }

        return moved;
    }

    /// <returns>Where it begins.</returns>
    private int Object(ReadOnlySpan<byte> member, string text)
    {
        var start = _json.Length;
        _json.BeginObject();
        _json.Text(member, text);
        _json.EndObject();
        return start;
    }

    /// <returns>Where it begins.</returns>
    private int Written(Action<JsonText> write)
    {
        var start = _json.Length;
        write(_json);
        return start;
    }
}
