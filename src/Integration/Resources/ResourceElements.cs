using System.Globalization;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Mapping.Values;
using CloudPacs.Store;
using CloudPacs.Translation;

namespace CloudPacs.Integration.Resources;

/// <summary>Writes the elements of one resource that follow from rows into its patch.</summary>
/// <param name="patch">Takes the elements.</param>
/// <param name="stored">The version there is; null for a new resource.</param>
/// <param name="isDescribed">The message says what the row is: its sender's tables name the systems of numbers.</param>
/// <param name="run">The update.</param>
/// <param name="json">Empty; left empty.</param>
internal sealed class ResourceElements(FhirPatch patch, StoredResource? stored, bool isDescribed, ResourceRun run, JsonText json)
{
    public bool IsDescribed => isDescribed;

    public ResourceRun Run => run;

    public bool Has(ReadOnlySpan<byte> element) => stored is not null && !stored[element].IsEmpty;

    public void Remove(string element) => patch.Remove(element);

    public void Code(string element, string code)
    {
        json.Text(code);
        patch.Set(element, json.Take(0));
    }

    public void Flag(string element, bool flag)
    {
        json.Bool(flag);
        patch.Set(element, json.Take(0));
    }

    /// <summary>A CodeableConcept that has a text only.</summary>
    public void Words(string element, string text) => patch.Set(element, Object("text"u8, text));

    public void Reference(string element, string? reference)
    {
        if (reference is not null) patch.Set(element, Object("reference"u8, reference));
    }

    public void ReferenceItem(string list, string id, string? reference) =>
        patch.SetItem(list, id, reference is null ? null : Object("reference"u8, reference));

    /// <summary>Any value.</summary>
    public void Set(string element, Action<JsonText> write) => patch.Set(element, Written(write));

    public void Item(string list, string id, Action<JsonText>? write) => patch.SetItem(list, id, write is null ? null : Written(write));

    /// <summary>Removes the items whose ids begin so and that are not set.</summary>
    public void RenewItems(string list, string idPrefix) => patch.RenewItems(list, idPrefix);

    /// <summary>A number with its authority; the system that it has stays until a message describes the row.</summary>
    public void Identifier(string id, Identifier? number, string? type, string? use = null)
    {
        if (number is not { } known) patch.SetItem("identifier", id, null);
        else if (!isDescribed && StoredIdentifier(id, known.Value, use) is { } before) patch.SetItem("identifier", id, before.ToArray());
        else if (run.Context.Identifiers is { } identifiers)
            patch.SetItem("identifier", id, identifiers.Write(json, known.ToMapped(), type, use));
    }

    /// <summary>
    /// A number of a system under our own root; that is not at hand for the engine's own changes, which assign no numbers.
    /// </summary>
    public void Identifier(string id, Func<string, string> system, string? value)
    {
        if (value is null) patch.SetItem("identifier", id, null);
        else if (run.Context.Identifiers is { } identifiers)
        {
            WriteIdentifier(json, system(identifiers.Settings.BaseUri), value);
            patch.SetItem("identifier", id, json.Take(0));
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
        json.BeginObject();
        json.Text("start"u8, from);
        json.Text("end"u8, until);
        json.EndObject();
        patch.Set(element, json.Take(0));
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

    private byte[] Object(ReadOnlySpan<byte> member, string text)
    {
        json.BeginObject();
        json.Text(member, text);
        json.EndObject();
        return json.Take(0);
    }

    private byte[] Written(Action<JsonText> write)
    {
        write(json);
        return json.Take(0);
    }
}
