namespace CloudPacs.Dicom;

/// <summary>Limits and repertoire of each value representation, and the two ways to make a text fit them: Clean and Cut.</summary>
public static partial class VrRules
{
    private static readonly VrRule?[] Rules = Build();

    public static VrRule For(VR vr) =>
        Find(vr) ?? throw new ArgumentOutOfRangeException(nameof(vr), vr, "Not a value representation of PS3.5.");

    /// <summary>The rule for two wire bytes, or null when they name no known representation.</summary>
    internal static VrRule? Find(VR vr)
    {
        int high = ((int)vr >> 8) - 'A', low = ((int)vr & 0xFF) - 'A';
        return (uint)high < 26 && (uint)low < 26 ? Rules[high * 26 + low] : null;
    }

    /// <summary>Reads a representation from its two letters.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out VR vr)
    {
        vr = default;
        if (text.Length != 2 || text[0] > 'Z' || text[1] > 'Z') return false;
        vr = (VR)((text[0] << 8) | text[1]);
        return Find(vr) != null;
    }

    private static VrRule?[] Build()
    {
        var rules = new VrRule?[26 * 26];
        void Add(VR vr, VrKind kind, int max = 0, bool multi = true, bool isLong = false, int unit = 1) =>
            rules[(((int)vr >> 8) - 'A') * 26 + ((int)vr & 0xFF) - 'A'] = new VrRule(vr, kind, max, multi, isLong, unit);

        Add(VR.AE, VrKind.Ascii, 16);
        Add(VR.AS, VrKind.Ascii, 4);
        Add(VR.AT, VrKind.Number, unit: 4);
        Add(VR.CS, VrKind.Ascii, 16);
        Add(VR.DA, VrKind.Ascii, 8);
        Add(VR.DS, VrKind.Ascii, 16);
        Add(VR.DT, VrKind.Ascii, 26);
        Add(VR.FD, VrKind.Number, unit: 8);
        Add(VR.FL, VrKind.Number, unit: 4);
        Add(VR.IS, VrKind.Ascii, 12);
        Add(VR.LO, VrKind.Text, 64);
        Add(VR.LT, VrKind.Text, 10240, multi: false);
        Add(VR.OB, VrKind.Binary, multi: false, isLong: true);
        Add(VR.OD, VrKind.Binary, multi: false, isLong: true, unit: 8);
        Add(VR.OF, VrKind.Binary, multi: false, isLong: true, unit: 4);
        Add(VR.OL, VrKind.Binary, multi: false, isLong: true, unit: 4);
        Add(VR.OV, VrKind.Binary, multi: false, isLong: true, unit: 8);
        Add(VR.OW, VrKind.Binary, multi: false, isLong: true, unit: 2);
        Add(VR.PN, VrKind.Text, 64);
        Add(VR.SH, VrKind.Text, 16);
        Add(VR.SL, VrKind.Number, unit: 4);
        Add(VR.SQ, VrKind.Sequence, multi: false, isLong: true);
        Add(VR.SS, VrKind.Number, unit: 2);
        Add(VR.ST, VrKind.Text, 1024, multi: false);
        Add(VR.SV, VrKind.Number, isLong: true, unit: 8);
        Add(VR.TM, VrKind.Ascii, 14);
        Add(VR.UC, VrKind.Text, isLong: true);
        Add(VR.UI, VrKind.Ascii, 64);
        Add(VR.UL, VrKind.Number, unit: 4);
        Add(VR.UN, VrKind.Binary, multi: false, isLong: true);
        Add(VR.UR, VrKind.Ascii, multi: false, isLong: true);
        Add(VR.US, VrKind.Number, unit: 2);
        Add(VR.UT, VrKind.Text, multi: false, isLong: true);
        Add(VR.UV, VrKind.Number, isLong: true, unit: 8);
        return rules;
    }
}
