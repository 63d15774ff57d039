using System.Text;
using System.Text.Json;
using CloudPacs.Fhir.Formats;
using CloudPacs.Fhir.Validation;
using CloudPacs.FhirServer.Tests.Examples;
using Xunit;

namespace CloudPacs.FhirServer.Tests.Formats;

/// <summary>Whatever bytes come, they are a resource or refused; nothing else is thrown, and what is made is well-formed.</summary>
public sealed class FormatFuzzTests
{
    private static readonly int Rounds = Environment.GetEnvironmentVariable("CLOUDPACS_LONG") == "1" ? 300 : 10;
    private static readonly string[] Pieces =
    [
        "<", ">", "/>", "</", "\"", "'", "&", "&#0;", "&#x10FFFF;", "<!--", "-->", "<![CDATA[", "]]>", "<?", "?>", "<!DOCTYPE a>", "{", "}", "[", "]",
        ",", ":", "null", "\\ud800", "\\u0000", "\0", "_", "xmlns=\"\"", "\uFFFE", "id", "1e999",
    ];

    [Fact]
    public void Damaged_resources_are_refused_or_read()
    {
        var random = new Random(20260310);
        var accepted = 0;
        foreach (var (name, json) in OfficialExamples.All)
        {
            if (json.Length > 40_000) continue;
            var xml = FhirXml.FromJson(json).ToArray();
            for (var round = 0; round < Rounds; round++)
            {
                accepted += Try(name, Damaged(xml, random), static bytes => IsJson(FhirXml.ToJson(bytes)));
                accepted += Try(name, Damaged(json, random), static bytes => FhirXml.ToJson(FhirXml.FromJson(bytes, isIndented: true)).Length > 0);
                accepted += Try(name, Damaged(json, random), static bytes => IsJson(JsonIndent.Of(IsJson(bytes) ? bytes : "{}"u8.ToArray())) && (!IsResource(bytes) || IsJson(ResourceView.Summary.Of(bytes))));
            }
        }

        // Damage in a text leaves a resource.
        Assert.True(accepted > 100, $"Only {accepted} were read.");
    }

    private static int Try(string name, byte[] bytes, Func<byte[], bool> read)
    {
        try
        {
            Assert.True(read(bytes), $"{name}: {Encoding.UTF8.GetString(bytes)}");
            return 1;
        }
        catch (FhirFormatException)
        {
            return 0;
        }
        catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
        {
            throw new InvalidOperationException($"{name}: {Encoding.UTF8.GetString(bytes)}", e);
        }
    }

    private static byte[] Damaged(byte[] bytes, Random random)
    {
        var at = random.Next(bytes.Length);
        var length = Math.Min(random.Next(1, 20), bytes.Length - at);
        return random.Next(4) switch
        {
            0 => [.. bytes[..at], .. bytes[(at + length)..]],
            1 => [.. bytes[..at], (byte)random.Next(256), .. bytes[(at + 1)..]],
            2 => [.. bytes[..at], .. bytes[at..(at + length)], .. bytes[at..]],
            _ => [.. bytes[..at], .. Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]), .. bytes[at..]],
        };
    }

    private static bool IsResource(byte[] bytes) => IsJson(bytes) && FhirValidator.Validate(bytes).IsValid;

    private static bool IsJson(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 500 });
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
