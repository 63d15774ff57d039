using System.Collections.Frozen;
using System.Text.Json;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Store;
using CloudPacs.Store.Fhir;

namespace CloudPacs.Resources;

/// <summary>What one type of FHIR resource shows, and how it follows from its row.</summary>
internal abstract class ResourceType
{
    /// <summary>Name of the type in FHIR.</summary>
    public abstract string Name { get; }

    /// <summary>The kind of rows that are shown as a resource of this type; the id of the resource is that of its row.</summary>
    public abstract Type RowType { get; }

    /// <summary>The elements that are made from rows only, whatever message came: no map may write them.</summary>
    public abstract OwnedElements Owned { get; }

    /// <summary>The elements that maps may still write when only text is taken of what a message says.</summary>
    public virtual IReadOnlySet<string> Text => FrozenSet<string>.Empty;

    /// <summary>A version as it is stored; null for one that is deleted.</summary>
    public StoredResource? Read(FhirResourceRow? version) =>
        version is { Deleted: false } ? new StoredResource(version.Content, version.Slots, Owned) : null;

    /// <summary>Whether a client says of an element that follows from rows what is stored of it.</summary>
    public virtual bool SaysSame(string element, JsonElement now, JsonElement before) =>
        (before.ValueKind != JsonValueKind.Undefined && JsonElement.DeepEquals(now, before))
        || (now.ValueKind == JsonValueKind.String && before.ValueKind == JsonValueKind.String
            && now.TryGetDateTimeOffset(out var one) && before.TryGetDateTimeOffset(out var other) && one == other);

    /// <summary>Names further rows whose resources show something of this one.</summary>
    public abstract void ShowWith(Row row, ResourceRun run);

    /// <summary>The row that a new one took the place of: its resource is where the new one begins. Null when there is none.</summary>
    public abstract Row? PredecessorOf(Row row, ResourceRun run);

    /// <summary>What the row says to the maps and to its own elements; null when it shows nothing.</summary>
    public abstract FhirState? StateOf(Row row, ResourceRun run);

    /// <summary>Writes the elements that are made from rows.</summary>
    public abstract void Write(Row row, FhirState state, ResourceElements elements);
}

/// <summary>A type whose resources show rows of one kind.</summary>
internal abstract class ResourceType<TRow>(string name) : ResourceType
    where TRow : Row
{
    public sealed override string Name { get; } = name;

    public sealed override Type RowType { get; } = typeof(TRow);

    public sealed override OwnedElements Owned { get; } = ElementOwners.OwnedIn(name);

    public sealed override void ShowWith(Row row, ResourceRun run) => ShowWith((TRow)row, run);

    public sealed override Row? PredecessorOf(Row row, ResourceRun run) => PredecessorOf((TRow)row, run);

    public sealed override FhirState? StateOf(Row row, ResourceRun run) => StateOf((TRow)row, run);

    public sealed override void Write(Row row, FhirState state, ResourceElements elements) => Write((TRow)row, state, elements);

    protected virtual void ShowWith(TRow row, ResourceRun run) { }

    protected virtual Row? PredecessorOf(TRow row, ResourceRun run) => null;

    protected abstract FhirState? StateOf(TRow row, ResourceRun run);

    protected abstract void Write(TRow row, FhirState state, ResourceElements elements);
}
