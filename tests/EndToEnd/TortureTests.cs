using System.Net.Sockets;
using System.Text;
using CloudPacs.Dicom;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.Hl7v2;
using Xunit;

namespace CloudPacs.EndToEnd.Tests;

/// <summary>What real senders do to a listener, done to the engine as a whole: each message is answered once, in its place, and is one entry of the worklist.</summary>
public sealed class TortureTests
{
    private readonly List<string> _placed = [];

    [Fact]
    public async Task Each_message_is_answered_in_its_place_and_none_is_lost_or_doubled()
    {
        await using var engine = await EngineInside.StartNewAsync();
        using var client = new TcpClient("127.0.0.1", engine.MllpPort) { NoDelay = true };
        await using var stream = client.GetStream();

        foreach (var (name, packets, expected) in Steps())
        {
            foreach (var packet in packets) await stream.WriteAsync(packet, TestContext.Current.CancellationToken);
            foreach (var id in expected) Assert.Equal((name, id), (name, await ReadAnswerAsync(stream)));
        }

        client.Client.Shutdown(SocketShutdown.Send);
        Assert.StartsWith("AA ", await ReadAnswerAsync(stream), StringComparison.Ordinal);
        Assert.Null(await ReadAnswerAsync(stream));
        var found = await OwnScu.QueryAsync(engine.DicomPort, new DataSet().SetEmpty(Tags.AccessionNumber));
        Assert.Equal(_placed.Order(StringComparer.Ordinal), found.Select(static entry => entry.GetString(Tags.AccessionNumber) ?? "").Order(StringComparer.Ordinal));
    }

    private IEnumerable<(string Name, byte[][] Packets, string[] Answers)> Steps()
    {
        yield return Step("one", [Frame(Order())]);
        yield return Step("two in one write", [[.. Frame(Order()), .. Frame(Order())]]);
        var second = Frame(Order());
        yield return Step("one and a half, then the rest", [[.. Frame(Order()), .. second[..90]], second[90..]]);
        yield return Step("FS and CR in separate packets", [[0x0B, .. Order(), 0x1C], "\r"u8.ToArray()]);
        yield return Step("byte by byte", [.. Frame(Order()).Select(static value => new[] { value })]);
        var name = Frame(Order("M\u00DCLLER^\u4E16"));
        yield return Step("a character over two packets", [name[..(name.IndexOf((byte)0xC3) + 1)], name[(name.IndexOf((byte)0xC3) + 1)..]]);
        yield return Step("CR LF NUL between frames, each in a packet", [Frame(Order()), "\r"u8.ToArray(), "\n"u8.ToArray(), "\0"u8.ToArray(), Frame(Order()), "\n"u8.ToArray()]);
        yield return Step("a new start before the end", ["\vMSH|^~\\&|HIS|MERCY|CLOUDPACS|RAD|2026\v"u8.ToArray(), "MSH"u8.ToArray(), [.. Order()[3..], 0x1C, 0x0D]]);
        yield return Step("FS without CR before the next frame", [[0x0B, .. Order(), 0x1C], Frame(Order())]);
        yield return Step("5 MB, its end alone", [[0x0B, .. Order(after: $"NTE|1||{new string('x', 5 * 1024 * 1024)}\r")], [0x1C], [0x0D]]);
        yield return ("not HL7 at all", [Frame("GET / HTTP/1.1"u8.ToArray())], ["AR "]);
        yield return Step("NUL in the name of a segment", [Frame(Order(after: "NTE\0|1||x\r"))]);
        yield return Step("LF as segment end", [Frame([.. Order().Select(static value => value == '\r' ? (byte)'\n' : value)])]);
        yield return Step("a hundred in one write", [[.. Enumerable.Range(0, 100).SelectMany(_ => Frame(Order()))]]);
        yield return Step("alive", [Frame(Order())]);
        yield return ("the last one without CR, answered when we finish sending", [[0x0B, .. Order(), 0x1C]], []);
    }

    /// <summary>The control ids of the messages that the packets hold, found in them as a stranger would.</summary>
    private static (string Name, byte[][] Packets, string[] Answers) Step(string name, byte[][] packets)
    {
        var text = Encoding.Latin1.GetString([.. packets.SelectMany(static packet => packet)]);
        var headers = text.Split("MSH|").Select(static part => part.Split('|')).Where(static fields => fields.Length > 8 && fields[7] == "ORM^O01");
        return (name, packets, [.. headers.Select(static fields => $"AA {fields[8]}")]);
    }

    private byte[] Order(string patient = "DOE^JANE", string after = "")
    {
        _placed.Add($"TT{_placed.Count + 1}");
        return Encoding.UTF8.GetBytes(new OrderText(_placed[^1], $"P{_placed[^1]}", patient) + after);
    }

    private static byte[] Frame(byte[] content) => [0x0B, .. content, 0x1C, 0x0D];

    /// <summary>MSA-1 and MSA-2 of the next answer; null when the engine has closed.</summary>
    private static async Task<string?> ReadAnswerAsync(NetworkStream stream)
    {
        var bytes = new List<byte>();
        var one = new byte[1];
        while (bytes is not [.., 0x1C, 0x0D])
        {
            if (await stream.ReadAsync(one, TestContext.Current.CancellationToken) == 0) return null;
            bytes.Add(one[0]);
        }

        Assert.True(Message.TryParse(bytes.ToArray().AsMemory()[1..^2], ParseOptions.Default, out var answer, out var problem), problem?.Text);
        return $"{answer.Segment("MSA").Field(1)} {answer.Segment("MSA").Field(2)}";
    }
}
