using System.Collections.Frozen;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Standards;

namespace CloudPacs.Mapping.Running;

/// <summary>Which fields are one text, and which have one part only.</summary>
internal static class TextFields
{
    /// <summary>The fields of each segment that have no components or, as texts, should have none: their bits.</summary>
    private static readonly FrozenDictionary<string, ulong> OfOnePart = Hl7Fields.Segments.ToFrozenDictionary(
        static id => id,
        static id => Enumerable.Range(1, 62).Where(n => MayHaveNone(id, n)).Aggregate(0UL, static (bits, n) => bits | FieldIndex.BitOf(n)),
        StringComparer.Ordinal);

    /// <summary>The bits of the fields of a segment whose components, if they have any, need a look.</summary>
    public static ulong WithoutComponents(string segment) => OfOnePart.GetValueOrDefault(segment);

    /// <summary>A text, unless it is written as a code, its text and its system: what the field is in the latest versions.</summary>
    public static bool IsText(Segment segment, string id, int n, in Element field) => IsText(segment, id, n) && !IsCoded(field);

    /// <summary>A field whose type has no components, also by the custom of senders.</summary>
    public static bool IsOnePart(string segment, int field, FieldShape shape) =>
        shape.IsOnePart && !IsNumber(segment, field) && !IsCode(segment, field);

    /// <summary>Whether a component is a name or a text that people read, and neither a code nor an id.</summary>
    public static bool IsShown(Segment segment, string id, int field, int component)
    {
        if (IsAlwaysText(id, field)) return true;
        if (IsNumber(id, field)) return false;
        if (id == "IPC") return (component == 2 && field is 6 or 8) || (component == 1 && field is 7 or 8);
        var type = id == "OBX" && field == 5 ? segment.Field(2).Unpadded : Hl7Fields.TypeOf(id, field);
        return type switch
        {
            "ST" or "TX" or "FT" or "XPN" or "XAD" or "XTN" or "PL" or "FN" => true,
            "XCN" => component is >= 2 and <= 7,
            "CE" or "CWE" or "CNE" => component is 2 or 5 or 9,
            "XON" or "NDL" => component == 1,
            _ => false,
        };
    }

    /// <summary>Fields of text without components. Later versions make some of them coded; then they name a coding system.</summary>
    private static bool IsAlwaysText(string segment, int field) =>
        (segment, field) is ("OBR", 13) or ("AL1", 5) or ("DG1", 4) or ("PID", 23);

    /// <summary>Fields of type ST that hold numbers, which many senders write with their authority.</summary>
    private static bool IsNumber(string segment, int field) =>
        (segment, field) is ("OBR", 18 or 19 or 20 or 21) or ("PID", 19);

    /// <summary>Fields that hold a code and, from 2.7 on, its text beside it.</summary>
    private static bool IsCode(string segment, int field) => (segment, field) is ("PID", 8);

    private static bool MayHaveNone(string id, int n) =>
        IsAlwaysText(id, n) || (id == "OBX" && n == 5) || (Hl7Fields.ShapeOf(id, n) is { } shape && IsOnePart(id, n, shape));

    private static bool IsText(Segment segment, string id, int field) =>
        IsAlwaysText(id, field) || (id == "OBX" && field == 5 && segment.Field(2).Unpadded is "ST" or "TX" or "FT");

    private static bool IsCoded(in Element field) => field.ComponentCount is >= 3 and <= 22 && field.Component(3).HasValue;
}
