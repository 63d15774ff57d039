using System.Text;

namespace CloudPacs.Integration.Tests.Reports;

/// <summary>A result message (ORU^R01) of one report, as tests change it.</summary>
internal sealed record ReportText
{
    public string Type { get; init; } = "ORU^R01";

    public string ControlId { get; init; } = "R1";

    /// <summary>MSH-7.</summary>
    public string Sent { get; init; } = "20260310082000+0530";

    public string Patient { get; init; } = "P100^^^MERCY^MR";

    public bool HasPatient { get; init; } = true;

    public string Placer { get; init; } = "PL1";

    public string Filler { get; init; } = "F1";

    public string Accession { get; init; } = "ACC1";

    public string Code { get; init; } = "CTCHEST^CT Chest^L";

    /// <summary>OBR-22.</summary>
    public string Reported { get; init; } = "";

    /// <summary>OBR-25.</summary>
    public string Status { get; init; } = "F";

    public bool HasOrder { get; init; } = true;

    /// <summary>The segments below OBR.</summary>
    public IReadOnlyList<string> Results { get; init; } = ["OBX|1|TX|CTCHEST&IMP^Chest||Normal chest.||||||F"];

    public static string Text(string words) => $"OBX|1|TX|CTCHEST&IMP^Chest||{words}||||||F";

    public override string ToString()
    {
        var lines = new List<string> { $"MSH|^~\\&|RIS|MERCY|PACS|MERCY|{Sent}||{Type}|{ControlId}|P|2.5.1" };
        if (HasPatient) lines.Add($"PID|1||{Patient}||SHARMA^RAHUL||19800102|M");
        if (HasOrder)
        {
            lines.Add($"ORC|RE|{Placer}|{Filler}");
            lines.Add($"OBR|1|{Placer}|{Filler}|{Code}|||20260310080000+0530|||||||||||{Accession}||||{Reported}||CT|{Status}");
        }

        lines.AddRange(Results);
        return string.Join('\r', lines) + "\r";
    }

    /// <summary>The order that the report is about.</summary>
    public string Order(string control = "NW") => string.Join(
        '\r',
        $"MSH|^~\\&|HIS|MERCY|PACS|MERCY|20260310081000+0530||ORM^O01|O{control}|P|2.5.1",
        $"PID|1||{Patient}||SHARMA^RAHUL||19800102|M",
        $"ORC|{control}|{Placer}|||||^^^20260310090000+0530",
        $"OBR|1|{Placer}||{Code}||||||||||||||{Accession}||||||CT") + "\r";

    /// <summary>A text of a presentedForm.</summary>
    public static string Decoded(string data) => Encoding.UTF8.GetString(Convert.FromBase64String(data));
}
