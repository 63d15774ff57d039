using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CloudPacs.Hl7v2;
using Xunit;

namespace CloudPacs.Protocols.Tests.Hl7v2;

/// <summary>Runs over a large collection of messages when CLOUDPACS_CORPUS names a folder that has it.</summary>
public sealed partial class CorpusTests
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("CLOUDPACS_CORPUS") is { Length: > 0 } root ? Path.Combine(root, "hl7v2", "samples") : null;

    [Fact]
    public void Raw_fields_equal_the_golden_ones()
    {
        Assert.SkipWhen(Folder is null, "CLOUDPACS_CORPUS is not set.");
        using var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "golden-raw-fields.json")));

        var differences = new List<string>();
        var fields = 0;
        foreach (var file in golden.RootElement.EnumerateObject())
        {
            var bytes = File.ReadAllBytes(Path.Combine(Folder, file.Name));
            // Other parsers make a segment of any line; here what is none stays with the field before it.
            if (!Latin(bytes).Split('\r', '\n').All(static line => line.Trim().Length == 0 || SegmentStart().IsMatch(line))) continue;
            var message = TestMessages.Parse(bytes);
            foreach (var field in file.Value.EnumerateObject())
            {
                if (field.Name == "segments")
                {
                    var lines = Enumerable.Range(0, message.SegmentCount).Select(i => Latin(message[i].Raw)).ToList();
                    var ids = field.Value.EnumerateArray().Select(id => id.GetString()!.Trim()).ToList();
                    if (lines.Count != ids.Count || !lines.Zip(ids).All(pair => pair.First.StartsWith(pair.Second, StringComparison.Ordinal))) differences.Add($"{file.Name}: {string.Join(',', ids)}");
                    continue;
                }

                fields++;
                var raw = message.Get(FieldPath.Parse(field.Name)).Raw;
                if (Encoding.UTF8.GetString(raw) != field.Value.GetString() && Latin(raw) != field.Value.GetString()) differences.Add($"{file.Name} {field.Name}: '{Latin(raw)}' <> '{field.Value.GetString()}'");
            }
        }

        Assert.Empty(differences);
        Assert.True(fields > 5000, $"{fields} fields");
    }

    [Fact]
    public void Every_message_is_copied_byte_by_byte_and_answered()
    {
        Assert.SkipWhen(Folder is null, "CLOUDPACS_CORPUS is not set.");
        var count = 0;
        foreach (var file in Directory.EnumerateFiles(Folder, "*.hl7", SearchOption.AllDirectories))
        {
            var bytes = File.ReadAllBytes(file);
            foreach (var part in Batch.Split(bytes).Messages)
            {
                count++;
                if (!Message.TryParse(part, ParseOptions.Default, out var message, out var problem))
                {
                    Assert.Contains("malformed", file, StringComparison.Ordinal);
                    Assert.NotEmpty(problem.Text);
                    continue;
                }

                Assert.Equal(part.ToArray(), MessageWriter.CopyOf(message).ToArray());
                var answer = Acknowledgment.Build(message, AcknowledgmentCode.AA, [], new("1", DateTimeOffset.UnixEpoch));
                Assert.True(Message.TryParse(answer, ParseOptions.Default, out var parsed, out _));
                Assert.Equal(message.Get(FieldPath.Parse("MSH-10")).Raw.ToArray(), parsed.Get(FieldPath.Parse("MSA-2")).Raw.ToArray());
            }
        }

        Assert.True(count > 500, $"{count} messages");
    }

    [GeneratedRegex(@"^[\v ]*[A-Z][A-Z0-9]{2}([^A-Za-z0-9]|\z)")]
    private static partial Regex SegmentStart();

    private static string Latin(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
