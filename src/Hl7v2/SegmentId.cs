namespace CloudPacs.Hl7v2;

/// <summary>A three-character segment id as one number, case folded, so that segments are found by a vectorised search.</summary>
internal static class SegmentId
{
    /// <summary>The id of every line whose id has not exactly three characters: it matches nothing.</summary>
    public const int None = 0;

    public static readonly int Msh = Pack("MSH"), Fhs = Pack("FHS"), Bhs = Pack("BHS"), Bts = Pack("BTS"), Fts = Pack("FTS");
    public static readonly int Pid = Pack("PID"), Mrg = Pack("MRG"), Pv1 = Pack("PV1"), Sch = Pack("SCH"), Msa = Pack("MSA");
    public static readonly int Orc = Pack("ORC"), Obr = Pack("OBR"), Tq1 = Pack("TQ1"), Tq2 = Pack("TQ2"), Nte = Pack("NTE");
    public static readonly int Evn = Pack("EVN"), Dsc = Pack("DSC"), Add = Pack("ADD");
    public static readonly int Dg1 = Pack("DG1"), Obx = Pack("OBX"), Ipc = Pack("IPC"), Zds = Pack("ZDS");

    public static int Pack(ReadOnlySpan<byte> id) =>
        id.Length == 3 ? Upper(id[0]) << 16 | Upper(id[1]) << 8 | Upper(id[2]) : None;

    public static int Pack(string id) =>
        id.Length == 3 && id[0] < 0x80 && id[1] < 0x80 && id[2] < 0x80
            ? Upper((byte)id[0]) << 16 | Upper((byte)id[1]) << 8 | Upper((byte)id[2])
            : None;

    /// <summary>MSH, FHS and BHS: the separator itself is their first field (HL7 v2.5.1 2.14.9).</summary>
    public static bool IsHeader(int id) => id == Msh || id == Fhs || id == Bhs;

    private static int Upper(byte value) => value is >= (byte)'a' and <= (byte)'z' ? value - 32 : value;
}
