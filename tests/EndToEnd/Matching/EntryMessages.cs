using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.Integration.Tests.Worklist;

namespace CloudPacs.EndToEnd.Tests.Matching;

/// <summary>
/// The HL7 messages that put a sample entry on the worklist as it is: an OMI^O23 (its IPC segment gives every key of the step, so that no
/// site configuration is needed) and what leads to its status.
/// </summary>
internal static class EntryMessages
{
    private const string TimeBeforeArrival = "235900";

    /// <param name="today">Date at the site: only entries of today arrive with their patient.</param>
    public static IEnumerable<string> For(SampleEntry entry, string today) => entry.Status switch
    {
        // Arrived today for an examination that is then moved to the day of the entry.
        "ARRIVED" => [Order(entry, "NW", "SC", today + TimeBeforeArrival), Registration(entry), Order(entry, "XO", "", entry.Date + entry.Time)],
        "STARTED" => [Place(entry), Order(entry, "SC", "IP", entry.Date + entry.Time)],
        "CANCELED" => [Place(entry), Order(entry, "CA", "CA", entry.Date + entry.Time)],
        _ => [Place(entry)],
    };

    private static string Place(SampleEntry entry) => Order(entry, "NW", "SC", entry.Date + entry.Time);

    private static string Order(SampleEntry entry, string control, string status, string start) => OrderText.Message("OMI^O23^OMI_O23", "2.5.1",
        Patient(entry)
        + (entry.Weight.Length > 0 ? $"OBX|1|NM|29463-7^Body weight^LN||{entry.Weight}|kg^^UCUM|||||F\r" : "")
        + $"ORC|{control}|{entry.Placer}^HIS|F{entry.Accession}^RIS||{status}\r"
        + $"TQ1|1||||||{start}||{Priority(entry)}\r"
        + $"OBR|1|{entry.Placer}^HIS|F{entry.Accession}^RIS|{entry.StepId}^{entry.ProcedureDescription}^L||||||||||||||||||||||||||||||{Performer(entry)}\r"
        + $"IPC|{entry.Accession}^RIS|{entry.ProcedureId}^RIS|{entry.StudyUid}^RIS|{entry.StepId}^RIS|{entry.Modality}|{entry.ProtocolCode}^protocol^RADLEX||{Location(entry)}|{entry.Station}\r");

    private static string Registration(SampleEntry entry) => OrderText.Message("ADT^A04^ADT_A01", "2.5.1", $"EVN|A04|20261124080000\r{Patient(entry)}");

    private static string Patient(SampleEntry entry) =>
        $"PID|1||{entry.PatientId}^^^MERCY^MR||{Name(entry.Name)}||{entry.BirthDate}|{entry.Sex}\rPV1|1|O\r";

    /// <summary>DICOM writes family^given^middle^prefix^suffix, HL7 family^given^middle^suffix^prefix; the groups are repetitions with a code.</summary>
    private static string Name(string name)
    {
        string[] codes = ["A", "I", "P"];
        var groups = name.Split('=').Select((group, index) =>
        {
            var parts = group.Split('^').Concat(Enumerable.Repeat("", 5)).ToArray();
            return $"{parts[0]}^{parts[1]}^{parts[2]}^{parts[4]}^{parts[3]}^^L^{codes[index]}";
        });
        return string.Join('~', groups);
    }

    private static string Performer(SampleEntry entry) => entry.Performer.Length == 0 ? "" : "1&" + entry.Performer.Replace('^', '&');

    private static string Location(SampleEntry entry) => entry.Location.Length == 0 ? "" : "^" + entry.Location;

    private static string Priority(SampleEntry entry) => entry.Priority switch { "STAT" => "S", "HIGH" => "A", _ => "R" };
}
