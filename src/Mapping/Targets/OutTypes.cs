using System.Globalization;
using CloudPacs.Dicom;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Targets;

/// <summary>A part of an outgoing field; component 0 = the whole field.</summary>
internal readonly record struct OutPart(int Component, int SubComponent, string? Text);

/// <summary>Values as the components of HL7 data types (HL7 v2.5.1 2A).</summary>
internal static class OutTypes
{
    /// <summary>A number with its authority as CX, XON or EI; in any other type the number alone.</summary>
    public static IReadOnlyList<OutPart> PartsOf(MappedIdentifier id, string type) => type switch
    {
        "CX" =>
        [
            new(1, 0, id.Value), new(4, 1, id.Namespace), new(4, 2, id.UniversalId), new(4, 3, id.UniversalIdType), new(5, 0, id.TypeCode),
        ],
        "EI" => [new(1, 0, id.Value), new(2, 0, id.Namespace), new(3, 0, id.UniversalId), new(4, 0, id.UniversalIdType)],
        _ => [new(0, 0, id.Value)],
    };

    public static IReadOnlyList<OutPart> PartsOf(MapCode code) => [new(1, 0, code.Code), new(2, 0, code.Display), new(3, 0, code.System)];

    /// <summary>An item of a code sequence (PS3.3 8.8).</summary>
    public static IReadOnlyList<OutPart> PartsOf(DataSet item) =>
    [
        new(1, 0, item.GetString(Tags.CodeValue)), new(2, 0, item.GetString(Tags.CodeMeaning)),
        new(3, 0, item.GetString(Tags.CodingSchemeDesignator)),
    ];

    /// <summary>A person name of DICOM (PS3.5 6.2.1) as XPN, XCN, PPN or NDL; any other text as it is.</summary>
    public static IReadOnlyList<OutPart> PartsOf(string text, string type)
    {
        if (type is not ("XPN" or "XCN" or "PPN" or "CNN" or "NDL")) return [new(0, 0, text)];
        var name = PersonName.Parse(text).Alphabetic;
        var first = type == "XPN" ? 1 : 2;
        OutPart Part(int place, string? part) => type == "NDL" ? new(1, first + place, part) : new(first + place, 0, part);
        return [Part(0, name.Family), Part(1, name.Given), Part(2, name.Middle), Part(3, name.Suffix), Part(4, name.Prefix)];
    }

    /// <summary>As precise as it is known; a time of day with its offset (HL7 v2.5.1 2A.22).</summary>
    public static string TimeText(MapTime time, string type, TimeZoneInfo zone)
    {
        if (!time.HasTime || type == "DT") return time.Local(zone).ToString(time.Precision switch
        {
            TimePrecision.Year => "yyyy",
            TimePrecision.Month => "yyyyMM",
            _ => "yyyyMMdd",
        }, CultureInfo.InvariantCulture);
        var local = TimeZoneInfo.ConvertTime(time.Value, zone);
        var sign = local.Offset < TimeSpan.Zero ? '-' : '+';
        return string.Create(CultureInfo.InvariantCulture, $"{local:yyyyMMddHHmmss}{sign}{local.Offset:hhmm}");
    }
}
