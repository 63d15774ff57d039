using System.Text;
using CloudPacs.Hl7v2;
using Xunit;

namespace CloudPacs.Protocols.Tests.Hl7v2;

public sealed class AllocationTests
{
    private static readonly FieldPath[] Paths = [.. new[]
    {
        "MSH-9.1", "MSH-10", "PID-3.1", "PID-5.1", "PID-5.2", "PID-7", "PV1-3", "ORC-1", "OBR-4.2", "OBR-18", "OBR-24", "ZDS-1",
    }.Select(FieldPath.Parse)];

    [Fact]
    public void Parsing_and_reading_twelve_fields_of_a_kilobyte_order_allocates_nothing()
    {
        var bytes = Encoding.ASCII.GetBytes(TestMessages.Order + "NTE|1||" + new string('x', 500) + "\\T\\ more\r");
        var message = new Message();
        var groups = new OrderGroups();
        var buffer = new byte[256];
        var found = 0;
        for (var i = 0; i < 50; i++) found = ReadAll(message, groups, bytes, buffer);

        var allocated = long.MaxValue;
        // On a busy machine the compiler takes its time, and code that it has not optimised yet allocates.
        for (var round = 0; round < 50 && allocated > 0; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1000; i++) found = ReadAll(message, groups, bytes, buffer);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
        Assert.Equal(Paths.Length + 3, found);
    }

    [Theory]
    [InlineData("GB 18030-2000")]
    [InlineData("UNICODE UTF-8")]
    [InlineData("8859/1")]
    public void Reading_text_beyond_ASCII_into_a_buffer_allocates_next_to_nothing(string set)
    {
        var writer = new MessageWriter(Delimiters.Default, set);
        writer.Set(FieldPath.Parse("PID-5"), "M\u00E9");
        var bytes = writer.ToArray();
        var message = new Message();
        var path = FieldPath.Parse("PID-5");
        var buffer = new byte[64];
        Assert.True(message.TryLoad(bytes, ParseOptions.Default, out _) && message.Get(path).TryCopyUtf8(buffer, out _));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Assert.True(message.TryLoad(bytes, ParseOptions.Default, out _));
            Assert.True(message.Get(path).TryCopyUtf8(buffer, out _));
        }

        var perMessage = (GC.GetAllocatedBytesForCurrentThread() - before) / 100;
        Assert.True(perMessage < 200, $"{perMessage} bytes a message");
    }

    private static int ReadAll(Message message, OrderGroups groups, byte[] bytes, Span<byte> buffer)
    {
        if (!message.TryLoad(bytes, ParseOptions.Default, out _)) return 0;
        var found = 0;
        foreach (ref readonly var path in Paths.AsSpan())
        {
            if (message.Get(path).TryCopyUtf8(buffer, out _)) found++;
        }

        if (message.Get(Paths[7]).TextEquals("NW"u8)) found++;
        if (message.Segment("NTE").Field(3).TryCopyUtf8(default, out _)) return 0;
        if (message.Get(Paths[5]).TryGetTime(out _)) found++;
        groups.Load(message);
        return groups.Count == 1 && groups[0].StudyZds.Exists ? found + 1 : 0;
    }
}
