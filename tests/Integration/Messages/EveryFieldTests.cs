using System.Globalization;
using System.Text.Json.Nodes;
using CloudPacs.Dicom;
using CloudPacs.Mapping.Tests;
using Xunit;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>
/// Every field of the segments that orders, patient messages and bookings have: what is sent in it is shown by worklist or FHIR, or told at
/// its place, or table <c>aside</c> says that nobody misses it.
/// </summary>
public class EveryFieldTests
{
    private const string Word = "Q7ZZY";

    // The number of a further order, which waits for it.
    private static readonly HashSet<string> Aside = [.. ReadAside(), "SCH-27"];

    [Theory]
    [InlineData("ORM^O01", "PID", 39)]
    [InlineData("ORM^O01", "PD1", 21)]
    [InlineData("ORM^O01", "PV1", 52)]
    [InlineData("ORM^O01", "PV2", 47)]
    [InlineData("ORM^O01", "AL1", 6)]
    [InlineData("ORM^O01", "DG1", 21)]
    [InlineData("ORM^O01", "ORC", 31)]
    [InlineData("ORM^O01", "OBR", 49)]
    [InlineData("ORM^O01", "TQ1", 14)]
    [InlineData("ORM^O01", "IPC", 9)]
    [InlineData("ADT^A08", "PID", 39)]
    [InlineData("ADT^A08", "PD1", 21)]
    [InlineData("ADT^A08", "NK1", 37)]
    [InlineData("ADT^A08", "PV1", 52)]
    [InlineData("ADT^A08", "PV2", 47)]
    [InlineData("ADT^A08", "AL1", 6)]
    [InlineData("ADT^A08", "DG1", 21)]
    [InlineData("ADT^A40", "MRG", 7)]
    [InlineData("SIU^S12", "SCH", 27)]
    [InlineData("SIU^S12", "RGS", 3)]
    [InlineData("SIU^S12", "AIS", 12)]
    [InlineData("SIU^S12", "AIG", 14)]
    [InlineData("SIU^S12", "AIL", 12)]
    [InlineData("SIU^S12", "AIP", 12)]
    public void Is_shown_or_told(string type, string segment, int fields)
    {
        var silent = Enumerable.Range(1, fields).Where(n => !Aside.Contains($"{segment}-{n}") && IsSilent(type, segment, n)).ToList();

        Assert.Equal([], silent);
    }

    private static bool IsSilent(string type, string segment, int field)
    {
        var his = new HisLink();
        if (type != "ORM^O01") his.Send("ORM^O01", Order());
        var lines = Lines(type).SelectMany(static line => line.Split('\r')).ToArray();
        var at = Array.FindIndex(lines, line => line.StartsWith(segment, StringComparison.Ordinal));
        var values = lines[at].Split('|').ToList();
        while (values.Count <= field) values.Add("");
        if (values[field].Length > 0) return false;
        values[field] = Word;
        lines[at] = string.Join('|', values);

        var reply = his.Send(type, lines);

        var isTold = reply.Code != "AA"
            || reply.Problems.Any(problem => problem.Place == $"{segment}^1" || problem.Place == $"{segment}^1^{field}" || problem.Place.StartsWith($"{segment}^1^{field}^", StringComparison.Ordinal));
        return !isTold
            && !his.Entries.Any(static entry => Texts(entry).Any(static text => text.Contains(Word, StringComparison.OrdinalIgnoreCase)))
            && !his.Engine.Workspace.FhirWrites.Any(static row => JsonNode.Parse(row.Content.Span)!.ToJsonString().Contains(Word, StringComparison.OrdinalIgnoreCase));
    }

    private static string[] Lines(string type) => type switch
    {
        "ORM^O01" => Order(),
        "ADT^A40" => ["EVN|A40", HisLink.Pid("MRN1"), "MRG|MRN2^^^MERCY^MR"],
        "SIU^S12" =>
        [
            "SCH|A1^HIS||||||||||^^30^20260310110000|||||||||||||||P1^HIS", HisLink.Pid("MRN1"), "RGS|1", "AIS|1||CT^CT^L|20260310110000", "AIG|1||ROOM",
            "AIL|1||HALL", "AIP|1||7^SMITH^JOHN",
        ],
        _ => ["EVN|A08", .. Person],
    };

    private static string[] Order() =>
        [.. Person, HisLink.Order("NW", "P1^HIS", "ACC1").Replace("\rOBR", "\rTQ1|1||||||20260310093000\rOBR", StringComparison.Ordinal), "IPC|ACC1|RP1|1.2.3|S1|CT"];

    private static string[] Person =>
        [HisLink.Pid("MRN1"), "PD1|", "NK1|1|SMITH^JOHN", "PV1|1|O|||||||||||||||||V1^^^MERCY", "PV2|", "AL1|1||PEN^Penicillin^L", "DG1|1||J45^Asthma^I10"];

    private static IEnumerable<string> Texts(DataSet set) =>
        set.SelectMany(element => element.VR == VR.SQ ? set.GetItems(element.Tag).SelectMany(Texts) : set.GetStrings(element.Tag));

    private static HashSet<string> ReadAside()
    {
        var fields = new HashSet<string>();
        foreach (var row in File.ReadLines(Path.Combine(MapFiles.Shipped, "base", "tables", "aside.csv")).Skip(1).Select(static line => line.Split(',')[0].Split('-')))
        {
            if (row is not [var segment, var numbers]) continue;
            var ends = numbers.Split("..");
            for (var n = int.Parse(ends[0], CultureInfo.InvariantCulture); n <= int.Parse(ends[^1], CultureInfo.InvariantCulture); n++) fields.Add($"{segment}-{n}");
        }

        return fields;
    }
}
