namespace CloudPacs.Mapping.Compilation;

/// <summary>Which order control needs the worklist attributes of its procedure, and which only its keys (HL7 table 0119, mapping.md a.9).</summary>
internal static class OrderControls
{
    public static bool NeedsProcedure(MappedGroup group) => group.Control switch
    {
        "NW" or "RO" or "XR" or "CH" or "SN" or "PA" => true,
        "XO" or "XX" => group.Status is null or "SC" or "IP",
        "SC" => group.Status is "SC",
        _ => false,
    };
}
