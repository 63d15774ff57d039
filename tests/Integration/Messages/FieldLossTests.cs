using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CloudPacs.Dicom;
using CloudPacs.Settings;
using CloudPacs.Worklist;
using Xunit;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>
/// Valid orders with one field made unreadable, cut, padded or escaped, or with delimiters that are not: either what was sent is shown by
/// worklist and FHIR as it was before, or answer and journal have a problem with its place; never neither.
/// </summary>
public sealed partial class FieldLossTests(ITestOutputHelper output)
{
    private static readonly int Count = Cases.Long ? 100_000 : 5_000;

    private static readonly EntryFactory Factory = new(new WorklistSettings(), Pipeline.Zone);

    private static readonly ConcurrentDictionary<LossSample, Shown> AsItWas = new();

    private static readonly ConcurrentDictionary<(LossSample, LossPart), Shown> Without = new();

    [Fact]
    [Trait("speed", "slow")]
    public void Nothing_is_lost_in_silence()
    {
        var failures = new ConcurrentDictionary<string, string>();
        var told = 0;
        Parallel.For(0, Count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, number =>
        {
            var random = new Random(Cases.Seed(number));
            var sample = LossSamples.All[random.Next(LossSamples.All.Count)];
            var part = sample.Parts[random.Next(sample.Parts.Count)];
            var change = Changes[random.Next(Changes.Length)];
            var value = change.Make(sample.ValueOf(part), part, random);
            var shown = Show(sample, (part, value));
            if (shown.Tells(part))
            {
                Interlocked.Increment(ref told);
                return;
            }

            if (Lost(sample, part, value, shown) is { } lost)
                failures.TryAdd($"{sample} {part} {change.Name}: {lost}", $"'{value}' code {shown.Code} {string.Join(' ', shown.Places)}");
        });

        output.WriteLine($"{Count} cases, {told} told");
        Assert.True(failures.IsEmpty, string.Join('\n', failures.OrderBy(static failure => failure.Key).Select(static f => $"{f.Key} {f.Value}")));
    }

    /// <summary>What is missing where the value was shown before; null when all of it is there.</summary>
    private static string? Lost(LossSample sample, LossPart part, string sent, Shown shown)
    {
        var was = sample.ValueOf(part);
        var before = AsItWas.GetOrAdd(sample, static whole => Show(whole));
        if (sent == "\"\"") return sample.Before is not null && (shown.Worklist, shown.Fhir) == (before.Worklist, before.Fhir) ? "neither deleted nor told" : null;
        var decoded = Decode(sent);
        if (part.Kind is not (LossKind.Text or LossKind.Id))
        {
            // Blanks and escapes of letters say the same; anything else is a value of its own, which must be there as it was sent.
            if (decoded.Trim() == was) return shown.Worklist != before.Worklist ? "worklist differs" : shown.Fhir != before.Fhir ? "FHIR differs" : null;
            if (shown.Worklist == before.Worklist && shown.Fhir == before.Fhir) return null;
        }

        // Another name of the person: the worklist shows one, FHIR has all.
        var isOtherName = part is { Segment: "PID", Field: 5 } && sent.Contains('~', StringComparison.Ordinal);
        var isOtherPatient = part.Kind == LossKind.Id && !sample.IsOrder;
        // A Task has one station; the worklist has all.
        var isOneOfSeveral = part is { Segment: "IPC", Field: 9 } && sent.Contains('~', StringComparison.Ordinal);
        var without = Without.GetOrAdd((sample, part), static key => Show(key.Item1, (key.Item2, "")));
        if (part.Kind is LossKind.Date or LossKind.Time && decoded.Trim() is { Length: >= 4 } digits && digits.All(char.IsAsciiDigit))
        {
            // A part of a time is a time that is less precise.
            var day = digits[..Math.Min(8, digits.Length)];
            if (!shown.Fhir.Replace("-", "", StringComparison.Ordinal).Contains(day, StringComparison.Ordinal)) return "not in FHIR";
            return day.Length == 8 && before.Worklist != without.Worklist && !shown.Worklist.Contains(day, StringComparison.Ordinal) ? "not in worklist" : null;
        }

        foreach (var word in Words().Matches(decoded).Select(static match => match.Value))
        {
            if (!isOtherName && !isOtherPatient && before.Worklist != without.Worklist && !shown.Worklist.Contains(word, StringComparison.OrdinalIgnoreCase)) return "not in worklist";
            if (part.Kind != LossKind.Flag && !isOneOfSeveral && before.Fhir != without.Fhir && !shown.Fhir.Contains(word, StringComparison.OrdinalIgnoreCase)) return "not in FHIR";
        }

        return null;
    }

    private sealed record Change(string Name, Func<string, LossPart, Random, string> Make);

    private static readonly Change[] Changes =
    [
        new("unreadable", static (_, part, random) => part.Kind switch
        {
            LossKind.Date or LossKind.Time => Pick(random, "1980-13-45", "UNKNOWN", "20240230", "19800214T", "0", "31.12.1999", "99999999"),
            LossKind.Number => Pick(random, "sixty", "6O.5", "1,5,7", "--1", "NaN", "1e999", "?"),
            LossKind.Uid => Pick(random, "1.2.x", "1..2", "abc", "1.02.3"),
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
        new("deleted", static (_, _, _) => "\"\""),
        new("other letters", static (value, _, random) => value + Pick(random, " Müller", " Łódź", " 山田", " Ω", " \U0001F600")),
    ];

    private static string Pick(Random random, params string[] choices) => choices[random.Next(choices.Length)];

    private static string Decode(string sent) => Escapes().Replace(sent.Replace("&amp;", "&", StringComparison.Ordinal), static match => match.Value[1] switch
    {
        'X' => ((char)int.Parse(match.Value.AsSpan(2, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString(),
        _ => " ",
    });

    private static Shown Show(LossSample sample, (LossPart Part, string Value)? changed = null)
    {
        var pipeline = new Pipeline();
        var number = 1;
        foreach (var message in Before(sample)) pipeline.Send(message.Message(number++));
        var result = pipeline.Send(changed is var (part, value) ? sample.With(part, value, number) : sample.Message(number));
        var workspace = pipeline.Workspace;
        var entries = EntryCollector.Collect(workspace, workspace.Rows, Factory, revision: 1)?.Entries ?? [];
        var worklist = string.Join('\n', entries.Select(static entry => string.Join('\n', Texts(entry.Compose()))));
        var resources = workspace.FhirWrites.GroupBy(static row => row.Id).Select(static versions => versions.Last());
        var fhir = string.Join('\n', resources.SelectMany(static row => Values(JsonNode.Parse(row.Content.Span))));
        var answer = new HisReply(Encoding.UTF8.GetString(result.Answers[^1].Span));
        return new Shown(answer.Code, worklist, fhir, [.. answer.Problems.Select(static problem => problem.Place)], result.Journal.Problems ?? "");
    }

    private static IEnumerable<LossSample> Before(LossSample sample) =>
        sample.Before is { } before ? Before(before).Append(before) : [];

    private sealed record Shown(string Code, string Worklist, string Fhir, IReadOnlyList<string> Places, string Journal)
    {
        /// <summary>In the answer and in the journal; a refused key may be named by another field that holds it too.</summary>
        public bool Tells(LossPart part)
        {
            // The unit is told of at the number that it belongs to.
            var told = part is { Segment: "OBX", Field: 6 } ? part with { Field = 5 } : part;
            return Places.Any(place => place == told.Place || place.StartsWith(told.Place + "^", StringComparison.Ordinal))
                && Journal.Contains(told.Place, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<string> Texts(DataSet set) =>
        set.SelectMany(element => element.VR == VR.SQ ? set.GetItems(element.Tag).SelectMany(Texts) : set.GetStrings(element.Tag));

    private static IEnumerable<string> Values(JsonNode? node) => node switch
    {
        JsonObject members => members.Where(static member => member.Key is not ("versionId" or "lastUpdated")).SelectMany(static member => Values(member.Value)),
        JsonArray items => items.SelectMany(Values),
        null => [],
        _ => [node.ToString()],
    };

    [GeneratedRegex(@"\\(X[0-9A-F]{2}|\.br|[TSRFE])\\")]
    private static partial Regex Escapes();

    [GeneratedRegex(@"[\p{L}\p{Nd}]+")]
    private static partial Regex Words();
}
