using CloudPacs.Dicom;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Fhir;

namespace CloudPacs.Mapping.Evaluation;

/// <summary>What one run writes into: data sets of phase one, command values, and FHIR patches and outgoing fields of phase two.</summary>
internal sealed class MapOutput
{
    private List<FhirPatch>? _patches;
    private List<OutField>? _out;
    private List<MappedStandIn>? _standIns;
    private Dictionary<(DataSet Parent, uint Tag, string Name), DataSet>? _slots;

    public static MapOutput None { get; } = new();

    /// <summary>
    /// Patient attributes at patient level, procedure attributes at procedure level, the step item at step and appointment level.
    /// </summary>
    public DataSet? Attributes { get; init; }

    /// <summary>Visit attributes, at patient level.</summary>
    public DataSet? VisitAttributes { get; init; }

    /// <summary>The object whose command fields the run fills: MappedPatient, MappedGroup, MappedStep or MappedAppointment.</summary>
    public object? Command { get; init; }

    /// <summary>Attributes whose values stand in for better ones.</summary>
    public IReadOnlyList<MappedStandIn> StandIns => _standIns ?? (IReadOnlyList<MappedStandIn>)[];

    public bool HasStandIns => _standIns is not null;

    /// <summary>Patches of the resources that are asked for.</summary>
    public IReadOnlyList<FhirPatch> Patches => _patches ?? Patch?.Alone ?? [];

    /// <summary>The patch of the one resource that is asked for.</summary>
    public FhirPatch? Patch { get; init; }

    /// <summary>Every resource that a rule names is asked for.</summary>
    public bool TakesAllResources { get; init; }

    /// <summary>Whether fields for an outgoing message are asked for.</summary>
    public bool TakesOut { get; init; }

    /// <summary>The fields for an outgoing message.</summary>
    public IReadOnlyList<OutField> Out => _out is { } fields ? fields : Array.Empty<OutField>();

    /// <summary>The item that a name stands for in a sequence, made when it is not there yet.</summary>
    public DataSet Slot(DataSet parent, Tag tag, string name)
    {
        _slots ??= [];
        var key = (parent, tag.Value, name);
        if (_slots.TryGetValue(key, out var item)) return item;
        item = new DataSet();
        Append(parent, tag, item);
        return _slots[key] = item;
    }

    /// <summary>What was written to an attribute last is a stand-in, or is none.</summary>
    public void Mark(Tag attribute, MappedStandIn? standIn)
    {
        for (var i = (_standIns?.Count ?? 0) - 1; i >= 0; i--)
        {
            if (_standIns![i].Attribute == attribute) _standIns.RemoveAt(i);
        }

        if (standIn is not null) (_standIns ??= []).Add(standIn);
    }

    public static void Append(DataSet parent, Tag tag, DataSet item) => parent.SetSequence(tag, [.. parent.GetItems(tag), item]);

    /// <summary>Adds a field for an outgoing message, if they are asked for.</summary>
    public void Add(OutField field)
    {
        if (TakesOut) (_out ??= []).Add(field);
    }

    /// <summary>The patch of a resource; null when it is not asked for.</summary>
    public FhirPatch? PatchOf(string resource)
    {
        if (Patch?.ResourceType == resource) return Patch;
        if (!TakesAllResources) return null;
        foreach (var known in _patches ??= [])
        {
            if (known.ResourceType == resource) return known;
        }

        var patch = new FhirPatch(resource);
        _patches.Add(patch);
        return patch;
    }
}

/// <summary>One value for an outgoing v2 message; a null value is written as <c>""</c>.</summary>
public sealed record OutField(FieldPath Path, string? Value);
