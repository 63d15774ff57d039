using System.Buffers.Binary;
using CloudPacs.Exchange;
using Xunit;

namespace CloudPacs.Integration.Tests.Outbound;

public sealed class ControlIdTests
{
    /// <summary>The 15 lowest bits of an id are the last three characters.</summary>
    private const int Endings = 1 << 15;

    [Fact]
    public void No_id_ends_as_the_header_of_a_message_or_batch_begins()
    {
        var endings = Enumerable.Range(0, Endings).Select(static n => ControlIds.Of(IdThatEndsWith(n))[^3..]).ToHashSet();

        Assert.Equal(Endings, endings.Count);
        Assert.Empty(endings.Intersect(["MSH", "BHS", "BTS", "FHS", "FTS"]));
    }

    [Theory]
    [InlineData("CP0123456789ABCDEFGH")]
    [InlineData("CPTUVWXYZ0123456789M")]
    [InlineData("CP0123456789ABCDEMSH")]
    public void Ids_of_this_version_and_of_former_ones_are_ours(string id) => Assert.True(ControlIds.IsOurs(id));

    [Theory]
    [InlineData("CP0123456789ABCDEFGI")]
    [InlineData("CP0123456789ABCDEFG")]
    [InlineData("HIS123456789ABCDEFGH")]
    [InlineData(null)]
    public void Ids_of_others_are_not(string? id) => Assert.False(ControlIds.IsOurs(id));

    private static Guid IdThatEndsWith(int bits)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        BinaryPrimitives.WriteInt16BigEndian(bytes[14..], (short)bits);
        return new Guid(bytes, bigEndian: true);
    }
}
