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
    private readonly Place _place;
    private readonly int _index = -1;
    private readonly int _known = -1;

    public SegmentSelector(string id, PathScope scope, RunLevel level)
    {
        _id = id;
        _slot = SegmentSlots.Of(id);
        var inGroup = level >= RunLevel.Group && scope != PathScope.Message;
        _place = scope == PathScope.Message ? Place.Message : !inGroup ? Place.Patient : id switch
        {
            "ORC" => Place.Orc,
            "OBR" => Place.Obr,
            "TQ1" => Place.Tq1,
            "IPC" => Place.Ipc,
            "ZDS" => Place.Zds,
            "NTE" or "DG1" or "OBX" or "TQ2" => Place.Group,
            _ => Place.Patient,
        };
        _known = KnownPlace();
    }

    private SegmentSelector(string id, int slot, Place place, int index = -1)
    {
        _id = id;
        _slot = slot;
        _place = place;
        _index = index;
    }

    private enum Place { Message, Patient, Orc, Obr, Tq1, Ipc, Zds, Group, Item, Subject }

    /// <summary>The segment that a pick looks at.</summary>
    public static SegmentSelector OfSubject { get; } = new("", 0, Place.Subject);

    /// <summary>The segment that <c>each</c> gave a name.</summary>
    public static SegmentSelector OfItem(int slot) => new("", slot, Place.Item);

    /// <summary>The segment at a place from 0 among all that the path looks at.</summary>
    public SegmentSelector WithIndex(int index) => new(_id, _slot, _place, index);

    /// <summary>Segments that belong to an order group.</summary>
    public static bool IsOrderSegment(string id) => id is "ORC" or "TQ1" or "TQ2" or "OBR" or "NTE" or "DG1" or "OBX" or "IPC" or "ZDS";

    /// <summary>The fields of the first segment; those of a run's usual places are looked for once.</summary>
    public FieldIndex Fields(EvalContext context) =>
        _known < 0 ? context.FieldsOf(First(context)) : context.FieldsAt(_known) ??= context.FieldsOf(First(context));

    /// <summary>Whether both find the same first segment.</summary>
    public bool IsSame(SegmentSelector other) => ReferenceEquals(this, other) || (_known >= 0 && _known == other._known);

    public Segment First(EvalContext context)
    {
        if (_index >= 0) return At(context, _index);
        if (_place is Place.Message || (_place is Place.Patient && context.PatientEnd == int.MaxValue))
            return context.FirstSegment(_slot, _id);
        if (_place is Place.Patient) return At(context, 0);
        if (_place is Place.Item) return context.Locals[_slot].AsSegment();
        return _place is Place.Subject ? context.Subject.AsSegment() : FirstOfGroup(context);
    }

    private Segment FirstOfGroup(EvalContext context) => _place switch
    {
        Place.Orc => context.SegmentOf(OrderSegment.Orc),
        Place.Obr => context.SegmentOf(OrderSegment.Obr),
        Place.Zds => context.SegmentOf(OrderSegment.Zds),
        Place.Ipc => context.SegmentOf(OrderSegment.Ipc),
        Place.Tq1 => context.SegmentOf(OrderSegment.Tq1),
        _ => context.Group < 0 ? default : context.Groups[context.Group].Segments(_id)[0],
    };

    private int KnownPlace() => _place switch
    {
        Place.Orc => SegmentPlaces.OfOrder + (int)OrderSegment.Orc,
        Place.Obr => SegmentPlaces.OfOrder + (int)OrderSegment.Obr,
        Place.Zds => SegmentPlaces.OfOrder + (int)OrderSegment.Zds,
        Place.Ipc => SegmentPlaces.OfOrder + (int)OrderSegment.Ipc,
        Place.Tq1 => SegmentPlaces.OfOrder + (int)OrderSegment.Tq1,
        _ when _slot >= SegmentSlots.Count => -1,
        Place.Group => SegmentPlaces.OfGroup + _slot,
        Place.Patient => SegmentPlaces.OfPatient + _slot,
        _ => SegmentPlaces.OfMessage + _slot,
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
        if ((_place is Place.Message or Place.Patient) && !context.FirstSegment(_slot, _id).Exists) return [];
        if (_place is Place.Message) return ValuesOf(context.Message.Segments(_id), 0, int.MaxValue);
        if (_place is Place.Patient) return ValuesOf(context.Message.Segments(_id), context.PatientStart, context.PatientEnd);
        if (context.Group < 0) return [];
        if (_place is Place.Orc or Place.Obr or Place.Zds)
            return FirstOfGroup(context) is { Exists: true } only ? [MapValue.Segment(only)] : [];
        var group = context.Groups[context.Group];
        return ValuesOf(_place == Place.Tq1 ? group.Tq1 : group.Segments(_id), 0, int.MaxValue);
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
