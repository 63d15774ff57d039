using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Language;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Compilation;

/// <summary>Which segments a path looks at: those of the open group, of the open patient, or of the whole message.</summary>
internal sealed class SegmentSelector
{
    private readonly string _id;
    private readonly int _slot;
    private readonly Scope _scope;
    private readonly int _index = -1;

    public SegmentSelector(string id, PathScope scope, RunLevel level)
    {
        _id = id;
        _slot = SegmentSlots.Of(id);
        var inGroup = level >= RunLevel.Group && scope != PathScope.Message;
        _scope = scope == PathScope.Message ? Scope.Message : !inGroup ? Scope.Patient : id switch
        {
            "ORC" => Scope.Orc,
            "OBR" => Scope.Obr,
            "TQ1" => Scope.Tq1,
            "IPC" => Scope.Ipc,
            "ZDS" => Scope.Zds,
            "NTE" or "DG1" or "OBX" or "TQ2" => Scope.Group,
            _ => Scope.Patient,
        };
        Place = KnownPlace();
    }

    private SegmentSelector(string id, int slot, Scope scope, int index = -1)
    {
        _id = id;
        _slot = slot;
        _scope = scope;
        _index = index;
    }

    private enum Scope { Message, Patient, Orc, Obr, Tq1, Ipc, Zds, Group, Item, Subject }

    /// <summary>Where a run keeps the fields of the first segment (<see cref="SegmentPlaces"/>); -1 = nowhere.</summary>
    public int Place { get; } = -1;

    /// <summary>The segment that a pick looks at.</summary>
    public static SegmentSelector OfSubject { get; } = new("", 0, Scope.Subject);

    /// <summary>The segment that <c>each</c> gave a name.</summary>
    public static SegmentSelector OfItem(int slot) => new("", slot, Scope.Item);

    /// <summary>The segment at a place from 0 among all that the path looks at.</summary>
    public SegmentSelector WithIndex(int index) => new(_id, _slot, _scope, index);

    /// <summary>Segments that belong to an order group.</summary>
    public static bool IsOrderSegment(string id) => id is "ORC" or "TQ1" or "TQ2" or "OBR" or "NTE" or "DG1" or "OBX" or "IPC" or "ZDS";

    /// <summary>The fields of the first segment; those of a run's usual places are looked for once.</summary>
    public FieldIndex Fields(EvalContext context) =>
        Place < 0 ? context.FieldsOf(First(context)) : context.FieldsAt(Place) ??= context.FieldsOf(First(context));

    /// <summary>Whether both find the same first segment.</summary>
    public bool IsSame(SegmentSelector other) => ReferenceEquals(this, other) || (Place >= 0 && Place == other.Place);

    public Segment First(EvalContext context)
    {
        if (_index >= 0) return At(context, _index);
        if (_scope is Scope.Message || (_scope is Scope.Patient && context.PatientEnd == int.MaxValue))
            return context.FirstSegment(_slot, _id);
        if (_scope is Scope.Patient) return At(context, 0);
        if (_scope is Scope.Item) return context.Locals[_slot].AsSegment();
        return _scope is Scope.Subject ? context.Subject.AsSegment() : FirstOfGroup(context);
    }

    private Segment FirstOfGroup(EvalContext context) => _scope switch
    {
        Scope.Orc => context.SegmentOf(OrderSegment.Orc),
        Scope.Obr => context.SegmentOf(OrderSegment.Obr),
        Scope.Zds => context.SegmentOf(OrderSegment.Zds),
        Scope.Ipc => context.SegmentOf(OrderSegment.Ipc),
        Scope.Tq1 => context.SegmentOf(OrderSegment.Tq1),
        _ => context.Group < 0 ? default : context.Groups[context.Group].Segments(_id)[0],
    };

    private int KnownPlace() => _scope switch
    {
        Scope.Orc => SegmentPlaces.OfOrder(OrderSegment.Orc),
        Scope.Obr => SegmentPlaces.OfOrder(OrderSegment.Obr),
        Scope.Zds => SegmentPlaces.OfOrder(OrderSegment.Zds),
        Scope.Ipc => SegmentPlaces.OfOrder(OrderSegment.Ipc),
        Scope.Tq1 => SegmentPlaces.OfOrder(OrderSegment.Tq1),
        _ when _slot >= SegmentSlots.Count => -1,
        Scope.Group => SegmentPlaces.OfGroup(_slot),
        Scope.Patient => SegmentPlaces.OfPatient(_slot),
        _ => SegmentPlaces.OfMessage(_slot),
    };

    /// <summary>The segment at a place from 0 among all that the path looks at; one that does not exist when there are fewer.</summary>
    private Segment At(EvalContext context, int index)
    {
        var all = All(context);
        return index < all.Length ? all[index].AsSegment() : default;
    }

    /// <summary>All that the path looks at, in an array that nobody else holds.</summary>
    public MapValue[] All(EvalContext context)
    {
        // Most paths look for segments that a message does not have.
        if ((_scope is Scope.Message or Scope.Patient) && !context.FirstSegment(_slot, _id).Exists) return [];
        if (_scope is Scope.Message) return ValuesOf(context.Message.Segments(_id), 0, int.MaxValue);
        if (_scope is Scope.Patient) return ValuesOf(context.Message.Segments(_id), context.PatientStart, context.PatientEnd);
        if (context.Group < 0) return [];
        if (_scope is Scope.Orc or Scope.Obr or Scope.Zds)
            return FirstOfGroup(context) is { Exists: true } only ? [MapValue.Segment(only)] : [];
        var group = context.Groups[context.Group];
        return ValuesOf(_scope == Scope.Tq1 ? group.Tq1 : group.Segments(_id), 0, int.MaxValue);
    }

    /// <summary>Those of the segments that stand in a part of the message.</summary>
    private static MapValue[] ValuesOf(SegmentList segments, int start, int end)
    {
        var values = new MapValue[segments.Count];
        var count = 0;
        foreach (var segment in segments)
        {
            if (segment.Index >= start && segment.Index < end) values[count++] = MapValue.Segment(segment);
        }

        return count == values.Length ? values : values[..count];
    }
}
