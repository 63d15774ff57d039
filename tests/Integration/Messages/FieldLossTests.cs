using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CloudPacs.Dicom;
using CloudPacs.Integration.Settings;
using CloudPacs.Integration.Worklist;
using Xunit;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>
/// Valid orders with one field made unreadable, cut, padded or escaped, or with delimiters that are not: either what was sent is shown by
/// worklist and FHIR as it was before, or answer and journal have a problem with its place; never neither.
/// </summary>
public sealed partial class FieldLossTests(ITestOutputHelper output)
{
    // 100,000 messages take minutes: some of them each time, and all of them when somebody asks.
    private static readonly int Cases = Environment.GetEnvironmentVariable("CLOUDPACS_LONG") == "1" ? 100_000 : 5_000;

    private static readonly EntryFactory Factory = new(new WorklistSettings(), Pipeline.Zone);

    private static readonly string[] Order =
    [
        @"MSH|^~\&|HIS|MERCY|CP|CP|20260310083010||ORM^O01|M1|P|2.5.1||||||UNICODE UTF-8",
        "PID|1||MRN1^^^MERCY^MR||SHARMA^RAHUL^KUMAR^JR^DR||19800203|M|||14 MG ROAD^FLAT 2^PUNE^MH^411001^IND||+91205551^PRN^PH|||M|HIN|||||||||",
        "PV1|1|I|WARD7^ROOM2^BED1^MERCY||||1004^RAO^ANITA^^^DR|1005^IYER^SURESH^^^DR|||||||B6||||VN77^^^MERCY",
        "PV2|||R10^Acute abdomen^I10",
        "AL1|1|DA|PEN^Penicillin^L|SV|Hives",
        "ORC|NW|PLC778^HIS|FIL9931^RIS|GRP5^HIS|SC||^^^20260310093000^^S||20260310083000|77^NURSE^NINA||1006^MENON^LATA^^^DR|||||||||CITY CLINIC",
        "OBR|1|PLC778^HIS|FIL9931^RIS|CTCHEST^Chest with contrast^L|||||||||Asthma|||1006^MENON^LATA^^^DR||ACC778|RP778|SPS778||||CT|||^^^20260310093000^^S|||WALK|R05^Persistent cough^I10|",
        "NTE|1||Bring old films",
        "OBX|1|NM|29463-7^Body weight^LN||61.5|kg",
        "OBX|2|NM|8302-2^Body height^LN||172|cm",
        "DG1|1||J45^Asthma bronchiale^I10",
        "ZDS|1.2.826.0.1.3680043.10.1.778^RIS^Application^DICOM",
    ];

    private enum Kind { Text, Date, Time, Number, Code, Id, Uid }

    private sealed record Part(string Segment, int Occurrence, int Field, int Component, Kind Kind, bool IsWhole = false)
    {
        public string Place => $"{Segment}^{Occurrence}^{Field}";

        public override string ToString() => $"{Place}.{Component}";
    }

    /// <summary>The parts that the maps read.</summary>
    private static readonly Part[] Parts =
    [
        new("PID", 1, 3, 1, Kind.Id), new("PID", 1, 5, 1, Kind.Text), new("PID", 1, 5, 2, Kind.Text), new("PID", 1, 5, 3, Kind.Text),
        new("PID", 1, 7, 1, Kind.Date), new("PID", 1, 8, 1, Kind.Code), new("PID", 1, 11, 1, Kind.Text), new("PID", 1, 11, 3, Kind.Text),
        new("PID", 1, 11, 5, Kind.Text), new("PID", 1, 13, 1, Kind.Text), new("PID", 1, 16, 1, Kind.Code),
        new("PV1", 1, 2, 1, Kind.Code), new("PV1", 1, 3, 1, Kind.Text), new("PV1", 1, 8, 2, Kind.Text), new("PV1", 1, 15, 1, Kind.Code),
        new("PV1", 1, 19, 1, Kind.Id), new("PV2", 1, 3, 2, Kind.Text), new("AL1", 1, 3, 2, Kind.Text),
        new("ORC", 1, 2, 1, Kind.Id), new("ORC", 1, 3, 1, Kind.Id), new("ORC", 1, 4, 1, Kind.Id), new("ORC", 1, 7, 4, Kind.Time),
        new("ORC", 1, 7, 6, Kind.Code), new("ORC", 1, 9, 1, Kind.Time),
        new("OBR", 1, 4, 1, Kind.Text), new("OBR", 1, 4, 2, Kind.Text), new("OBR", 1, 13, 1, Kind.Text, IsWhole: true),
        new("OBR", 1, 16, 2, Kind.Text), new("OBR", 1, 18, 1, Kind.Id), new("OBR", 1, 19, 1, Kind.Id), new("OBR", 1, 20, 1, Kind.Id),
        new("OBR", 1, 24, 1, Kind.Code), new("OBR", 1, 30, 1, Kind.Code), new("OBR", 1, 31, 2, Kind.Text),
        new("NTE", 1, 3, 1, Kind.Text, IsWhole: true), new("OBX", 1, 5, 1, Kind.Number), new("OBX", 2, 5, 1, Kind.Number),
        new("DG1", 1, 3, 2, Kind.Text), new("ZDS", 1, 1, 1, Kind.Uid),
    ];

    private static readonly Lazy<Shown> AsItWas = new(() => Show(Message(Order)));

    private static readonly ConcurrentDictionary<Part, Shown> Without = new();

    [Fact]
    [Trait("speed", "slow")]
    public void Nothing_is_lost_in_silence()
    {
        var failures = new ConcurrentDictionary<string, string>();
        var told = 0;
        Parallel.For(0, Cases, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, number =>
        {
            var random = new Random(number);
            var part = Parts[random.Next(Parts.Length)];
            var change = Changes[random.Next(Changes.Length)];
            var value = change.Make(ValueOf(part), part, random);
            var shown = Show(Message(With(part, value)));
            if (shown.Tells(part))
            {
                Interlocked.Increment(ref told);
                return;
            }

            if (Lost(part, value, shown) is { } lost)
                failures.TryAdd($"{part} {change.Name}: {lost}", $"'{value}' code {shown.Code} {string.Join(' ', shown.Places)}");
        });

        output.WriteLine($"{Cases} cases, {told} told");
        Assert.True(failures.IsEmpty, string.Join('\n', failures.OrderBy(static failure => failure.Key).Select(static f => $"{f.Key} {f.Value}")));
    }

    /// <summary>What is missing where the value was shown before; null when all of it is there.</summary>
    private static string? Lost(Part part, string sent, Shown shown)
    {
        var was = ValueOf(part);
        var before = AsItWas.Value;
        var decoded = Decode(sent);
        if (part.Kind is not (Kind.Text or Kind.Id))
        {
            // Blanks and escapes of letters say the same; anything else is a value of its own, which must be there as it was sent.
            if (decoded.Trim() == was) return shown.Worklist != before.Worklist ? "worklist differs" : shown.Fhir != before.Fhir ? "FHIR differs" : null;
            if (shown.Worklist == before.Worklist && shown.Fhir == before.Fhir) return null;
        }

        // Another name of the person: the worklist shows one, FHIR has all.
        var isOtherName = part is { Segment: "PID", Field: 5 } && sent.Contains('~', StringComparison.Ordinal);
        var without = Without.GetOrAdd(part, static without => Show(Message(With(without, ""))));
        if (part.Kind is Kind.Date or Kind.Time && decoded.Trim() is { Length: >= 4 } digits && digits.All(char.IsAsciiDigit))
        {
            // A part of a time is a time that is less precise.
            var day = digits[..Math.Min(8, digits.Length)];
            if (!shown.Fhir.Replace("-", "", StringComparison.Ordinal).Contains(day, StringComparison.Ordinal)) return "not in FHIR";
            return day.Length == 8 && !shown.Worklist.Contains(day, StringComparison.Ordinal) ? "not in worklist" : null;
        }

        foreach (var word in Words().Matches(decoded).Select(static match => match.Value))
        {
            if (!isOtherName && before.Worklist != without.Worklist && !shown.Worklist.Contains(word, StringComparison.OrdinalIgnoreCase)) return "not in worklist";
            if (before.Fhir != without.Fhir && !shown.Fhir.Contains(word, StringComparison.OrdinalIgnoreCase)) return "not in FHIR";
        }

        return null;
    }

    private sealed record Change(string Name, Func<string, Part, Random, string> Make);

    private static readonly Change[] Changes =
    [
        new("unreadable", static (_, part, random) => part.Kind switch
        {
            Kind.Date or Kind.Time => Pick(random, "1980-13-45", "UNKNOWN", "20240230", "19800214T", "0", "31.12.1999", "99999999"),
            Kind.Number => Pick(random, "sixty", "6O.5", "1,5,7", "--1", "NaN", "1e999", "?"),
            Kind.Uid => Pick(random, "1.2.x", "1..2", "abc", "1.02.3"),
            _ => Pick(random, "Q7ZZY", "??", "X Y Z", "9999"),
        }),
        new("cut", static (value, _, random) => value[..random.Next(1, value.Length)]),
        new("padded", static (value, _, random) => new string(' ', random.Next(3)) + value + new string(' ', random.Next(1, 4))),
        new("escaped", static (value, _, random) =>
        {
            var at = random.Next(value.Length);
            return value[..at] + string.Create(CultureInfo.InvariantCulture, $@"\X{(int)value[at]:X2}\") + value[(at + 1)..];
        }),
        new("delimiters escaped", static (value, _, random) => value + Pick(random, @" \T\ more", @" \S\ more", @" \R\ more", @" \F\ more")),
        new("delimiters not escaped", static (value, part, random) => value + Pick(random, " & more", part.IsWhole ? " ^ more" : " & some & more", "&amp;more")),
        new("repeated", static (value, part, random) => part.Component == 1 ? value + Pick(random, "~more", "~ ~more") : value),
        new("line end", static (value, _, random) => value + Pick(random, "\nmore", "\n\nmore", @"\.br\more", @"\X0A\more")),
        new("control character", static (value, _, random) => value + Pick(random, "\a", "\u0001", "\u200B", "\u00AD", "\u202E") + "more"),
        new("long", static (value, _, random) => value + " " + string.Concat(Enumerable.Range(0, random.Next(20, 400)).Select(n => $"w{n} "))),
        new("other letters", static (value, _, random) => value + Pick(random, " Müller", " Łódź", " 山田", " Ω", " \U0001F600")),
    ];

    private static string Pick(Random random, params string[] choices) => choices[random.Next(choices.Length)];

    private static string ValueOf(Part part)
    {
        var fields = Order[IndexOf(part)].Split('|');
        var field = fields[part.Field];
        return part.IsWhole ? field : field.Split('^')[part.Component - 1];
    }

    private static string[] With(Part part, string value)
    {
        string[] segments = [.. Order];
        var fields = segments[IndexOf(part)].Split('|');
        var components = part.IsWhole ? [fields[part.Field]] : fields[part.Field].Split('^');
        components[part.Component - 1] = value;
        fields[part.Field] = string.Join('^', components);
        segments[IndexOf(part)] = string.Join('|', fields);
        return segments;
    }

    private static int IndexOf(Part part)
    {
        var left = part.Occurrence;
        for (var i = 0; ; i++)
        {
            if (Order[i].StartsWith(part.Segment, StringComparison.Ordinal) && --left == 0) return i;
        }
    }

    private static string Message(string[] segments) => string.Join('\r', segments) + '\r';

    private static string Decode(string sent) => Escapes().Replace(sent.Replace("&amp;", "&", StringComparison.Ordinal), static match => match.Value[1] switch
    {
        'X' => ((char)int.Parse(match.Value.AsSpan(2, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString(),
        _ => " ",
    });

    private static Shown Show(string message)
    {
        var pipeline = new Pipeline();
        var result = pipeline.Send(message);
        var workspace = pipeline.Workspace;
        var entries = EntryCollector.Collect(workspace, workspace.Rows, Factory, revision: 1)?.Entries ?? [];
        var worklist = string.Join('\n', entries.Select(static entry => string.Join('\n', Texts(entry.Compose()))));
        var resources = workspace.FhirWrites.GroupBy(static row => row.Id).Select(static versions => versions.Last());
        var fhir = string.Join('\n', resources.SelectMany(static row => Values(JsonNode.Parse(row.Content.Span))));
        var answer = new HisReply(Encoding.UTF8.GetString(result.Answers[^1].Span));
        return new Shown(answer.Code, worklist, fhir, [.. answer.Problems.Select(static problem => problem.Place)], result.Journal.Problems ?? "");
    }

    private sealed record Shown(string Code, string Worklist, string Fhir, IReadOnlyList<string> Places, string Journal)
    {
        /// <summary>In the answer and in the journal; a refused key may be named by another field that holds it too.</summary>
        public bool Tells(Part part) =>
            Places.Any(place => place == part.Place || place.StartsWith(part.Place + "^", StringComparison.Ordinal))
            && Journal.Contains(part.Place, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Texts(DataSet set) =>
        set.SelectMany(element => element.VR == VR.SQ ? set.GetItems(element.Tag).SelectMany(Texts) : set.GetStrings(element.Tag));

    private static IEnumerable<string> Values(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(static member => Values(member.Value)),
        JsonArray items => items.SelectMany(Values),
        null => [],
        _ => [node.ToString()],
    };

    [GeneratedRegex(@"\\(X[0-9A-F]{2}|\.br|[TSRFE])\\")]
    private static partial Regex Escapes();

    [GeneratedRegex(@"[\p{L}\p{Nd}]+")]
    private static partial Regex Words();
}
