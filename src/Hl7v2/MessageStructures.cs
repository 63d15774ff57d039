namespace CloudPacs.Hl7v2;

/// <summary>
/// Which structure a message type and event have in a version, for messages that do not say so in MSH-9.3 (HL7 table 0354).
/// </summary>
public static class MessageStructures
{
    /// <summary>The structure's name, or <c>TYPE_EVENT</c> for what the table does not hold; the type alone without an event.</summary>
    /// <param name="type">MSH-9.1.</param>
    /// <param name="trigger">MSH-9.2.</param>
    /// <param name="version">MSH-12.1; unknown ones are read as 2.5.1.</param>
    public static string Find(string type, string trigger, string version)
    {
        var number = Hl7Version.Parse(version);
        return type switch
        {
            "ADT" => Adt(trigger, number) is { } structure ? "ADT_" + structure : Join(type, trigger),
            "SIU" => "SIU_S12",
            "MDM" => trigger is "T02" or "T04" or "T06" or "T08" or "T10" ? "MDM_T02" : "MDM_T01",
            "ACK" => "ACK",
            _ => Join(type, trigger),
        };
    }

    private static string Join(string type, string trigger) => trigger.Length == 0 ? type : $"{type}_{trigger}";

    private static string? Adt(string trigger, Hl7Version version)
    {
        var isOld = version < Hl7Version.V24;
        return trigger switch
        {
            "A01" or "A04" or "A08" or "A13" => "A01",
            "A05" or "A14" or "A28" or "A31" => isOld ? "A01" : "A05",
            "A06" or "A07" => "A06",
            "A09" or "A10" or "A11" => "A09",
            "A12" => version == Hl7Version.V24 ? "A09" : "A12",
            "A23" => isOld ? "A02" : "A21",
            "A34" or "A35" or "A36" or "A46" => "A30",
            "A37" => isOld ? "A24" : "A37",
            "A40" or "A41" or "A42" => "A39",
            "A44" => version < Hl7Version.V27 ? "A43" : "A44",
            "A47" => version < Hl7Version.V27 ? "A30" : "A44",
            "A51" => "A50",
            _ => null,
        };
    }
}
