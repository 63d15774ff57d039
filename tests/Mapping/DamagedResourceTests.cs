using System.Text;
using System.Text.Json;
using CloudPacs.Mapping.Fhir;
using Xunit;

namespace CloudPacs.Mapping.Tests;

/// <summary>A resource that was damaged where it is stored is found out, or read as it stands; it never keeps a reader busy for ever.</summary>
public sealed class DamagedResourceTests
{
    private const string Resource =
        """{"resourceType":"Patient","id":"a","identifier":[{"id":"x","value":"1\\""},{"value":"2"}],"active":true,"name":[{"given":["A","B"]}]}""";

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"a" "b"}""")]
    [InlineData("""{"a":}""")]
    [InlineData("""{"a":1,,"b":2}""")]
    [InlineData("""{"a":"b}""")]
    [InlineData("""{"a":[1}}""")]
    [InlineData("""{"a":{"b":1],"c":2}""")]
    public void Torn_values_are_found_out(string json) => Assert.Throws<JsonException>(() => Read(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Every_single_change_of_a_byte_ends()
    {
        var whole = Encoding.UTF8.GetBytes(Resource);
        foreach (var other in (ReadOnlySpan<byte>)[(byte)'{', (byte)'}', (byte)'[', (byte)']', (byte)'"', (byte)'\\', (byte)',', (byte)':', (byte)' ', (byte)'x'])
        {
            for (var at = 0; at < whole.Length; at++)
            {
                byte[] damaged = [.. whole];
                damaged[at] = other;
                try
                {
                    Read(damaged);
                    Read(damaged.AsMemory(0, at));
                }
                catch (JsonException)
                {
                    // Found out.
                }
            }
        }
    }

    private static int Read(ReadOnlyMemory<byte> json)
    {
        var stored = new StoredResource(json, "", OwnedElements.None);
        var lists = stored["identifier"u8] is { IsEmpty: false } list ? JsonItems.Of(list).Count : 0;
        return lists + (stored["name"u8] is { IsEmpty: false } names ? JsonItems.Of(names).Count : 0);
    }
}
