using CloudPacs.Hl7v2;
using CloudPacs.Hl7v2.Text;
using Xunit;

namespace CloudPacs.Protocols.Tests.Hl7v2;

/// <summary>What is found in blocks is what a look at one byte after the other finds, whatever the length of a text.</summary>
public sealed class ScanTests
{
    private const byte Separator = (byte)'|', Wanted = (byte)'^';
    private const int MostBytes = 140;
    private static readonly byte[] Letters = "|^x"u8.ToArray();

    [Fact]
    public void Texts_of_every_length_are_scanned_as_byte_by_byte()
    {
        var random = new Random(11);
        for (var turn = 0; turn < 40; turn++)
        {
            for (var length = 0; length <= MostBytes; length++) Compare(random.GetItems(Letters, length), random);
        }
    }

    private static void Compare(byte[] text, Random random)
    {
        int[] places = [.. Enumerable.Range(0, text.Length).Where(i => text[i] == Separator)];
        var room = new int[random.Next(MostBytes)];
        var count = Scan.CopyPositions(text, Separator, room);
        Assert.Equal(places.Take(room.Length), room.Take(count));
        for (var n = 1; n <= places.Length; n++) Assert.Equal(places[n - 1], Scan.IndexOfNth(text, Separator, n));
        Assert.Equal(-1, Scan.IndexOfNth(text, Separator, places.Length + 1));

        var (sent, with) = (0UL, 0UL);
        foreach (var (part, number) in Parts(text, places))
        {
            if (part.Length > 0) sent |= FieldIndex.BitOf(number);
            if (part.Contains(Wanted)) with |= FieldIndex.BitOf(number);
        }

        Assert.Equal(sent, Scan.PartsSent(text, Separator));
        Assert.Equal(with, Scan.PartsWith(text, Separator, Wanted));
    }

    private static IEnumerable<(byte[] Part, int Number)> Parts(byte[] text, int[] places)
    {
        var start = 0;
        for (var number = 0; number <= places.Length; number++)
        {
            var end = number < places.Length ? places[number] : text.Length;
            yield return (text[start..end], number);
            start = end + 1;
        }
    }
}
