using System.Security.Cryptography;
using System.Text;
using CloudPacs.Store.Fhir;
using Xunit;

namespace CloudPacs.Integration.Tests.Store;

public sealed class PackedContentTests
{
    private const string Task =
        """
        {"resourceType":"Task","id":"01a2242b-48fa-74ac-bec3-e651fca25e0e","meta":{"versionId":"1","lastUpdated":"2026-11-28T21:59:05.908Z"},
        "status":"requested","intent":"filler-order","code":{"coding":[{"system":"http://snomed.info/sct","code":"363679005","display":"Imaging"}]},
        "focus":{"reference":"ServiceRequest/01a2242b-48fa-7211-9109-8bee587c4ac4"},"description":"CT CHEST W IV CONTRAST"}
        """;

    [Fact]
    public void A_short_resource_shrinks_to_less_than_half_and_comes_back()
    {
        var content = Encoding.UTF8.GetBytes(Task);

        var packed = PackedContent.Pack(content).ToArray();

        Assert.True(packed.Length < content.Length / 2, $"{packed.Length} of {content.Length} bytes");
        Assert.Equal(content, PackedContent.Unpack(packed));
    }

    [Fact]
    public void Any_bytes_come_back()
    {
        var random = new Random(1);
        foreach (var length in (int[])[0, 1, 4, 5, 12, 13, 14, 19, 100, 300, 5000, 32767, 32768, 32769, 100_000])
        {
            foreach (var letters in (int[])[1, 2, 4, 256])
            {
                // JSON starts with a brace: that is how what was left as it is can be told from what was packed.
                byte[] content = [.. Enumerable.Range(0, length).Select(i => i == 0 ? (byte)'{' : (byte)random.Next(letters))];

                Assert.Equal(content, PackedContent.Unpack(PackedContent.Pack(content).ToArray()));
            }
        }
    }

    [Fact]
    public void A_damaged_block_is_an_error()
    {
        var packed = PackedContent.Pack(Encoding.UTF8.GetBytes(Task)).ToArray();

        for (var length = 4; length < packed.Length; length++) Assert.Throws<InvalidDataException>(() => PackedContent.Unpack(packed[..length]));
    }

    [Fact]
    public void The_words_that_stored_resources_need_never_change()
    {
        using var words = typeof(PackedContent).Assembly.GetManifestResourceStream("resource-words-1.txt")!;

        Assert.Equal("ea4fa76f7fecdf52e01e8f66386e58b52d0da0468dbb914c089ffb78e82116fa", Convert.ToHexStringLower(SHA256.HashData(words)));
    }
}
