using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Peers;

/// <summary>A modality that sends any bytes as the data set of an N-SET (PS3.8 9.3, PS3.7 10.3.3), in implicit VR little endian.</summary>
internal sealed class RawScu : IDisposable
{
    private const int Fragment = 16_000;
    private readonly TcpClient _client;
    private readonly NetworkStream _stream;
    private readonly string _sopClass;
    private ushort _messages;

    private RawScu(TcpClient client, string sopClass) => (_client, _stream, _sopClass) = (client, client.GetStream(), sopClass);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<RawScu> AssociateAsync(int port, string sopClass)
    {
        var scu = new RawScu(new TcpClient("127.0.0.1", port) { NoDelay = true }, sopClass);
        byte[] context = [1, 0, 0, 0, .. Item(0x30, Encoding.ASCII.GetBytes(sopClass)), .. Item(0x40, "1.2.840.10008.1.2"u8)];
        byte[] user = [.. Item(0x51, [0, 0, 0x40, 0]), .. Item(0x52, "1.2.3"u8)];
        byte[] body =
        [
            0, 1, 0, 0, .. Encoding.ASCII.GetBytes("CLOUDPACS".PadRight(16) + "RAW".PadRight(16)), .. new byte[32],
            .. Item(0x10, "1.2.840.10008.3.1.1.1"u8), .. Item(0x20, context), .. Item(0x50, user),
        ];
        await scu._stream.WriteAsync(Pdu(1, body), Token);
        Assert.Equal(2, (await scu.ReadPduAsync())[0]);
        return scu;
    }

    /// <summary>The status of the response; null when the association was ended.</summary>
    public async Task<ushort?> SetAsync(string uid, byte[] dataSet)
    {
        byte[] command =
        [
            .. Element(0x0003, Padded(_sopClass)), .. Element(0x0100, [0x20, 0x01]), .. Element(0x0110, BitConverter.GetBytes(++_messages)),
            .. Element(0x0800, [1, 0]), .. Element(0x1001, Padded(uid)),
        ];
        await _stream.WriteAsync(Pdu(4, Pdv(3, [.. Element(0x0000, BitConverter.GetBytes(command.Length)), .. command])), Token);
        for (var from = 0; from < dataSet.Length; from += Fragment)
        {
            var isLast = from + Fragment >= dataSet.Length;
            await _stream.WriteAsync(Pdu(4, Pdv((byte)(isLast ? 2 : 0), dataSet[from..Math.Min(from + Fragment, dataSet.Length)])), Token);
        }

        var answer = await ReadPduAsync();
        if (answer[0] != 4) return null;
        var status = answer.AsSpan().IndexOf((ReadOnlySpan<byte>)[0, 0, 0, 9, 2, 0, 0, 0]);
        return BinaryPrimitives.ReadUInt16LittleEndian(answer.AsSpan(status + 8));
    }

    public void Dispose() => _client.Dispose();

    private async Task<byte[]> ReadPduAsync()
    {
        var header = new byte[6];
        await _stream.ReadExactlyAsync(header, Token);
        var body = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(2))];
        await _stream.ReadExactlyAsync(body, Token);
        return [.. header, .. body];
    }

    private static byte[] Pdu(byte type, byte[] body) => [type, 0, .. BigEndian(body.Length), .. body];

    private static byte[] Pdv(byte control, byte[] fragment) => [.. BigEndian(fragment.Length + 2), 1, control, .. fragment];

    private static byte[] Item(byte type, ReadOnlySpan<byte> content) => [type, 0, (byte)(content.Length >> 8), (byte)content.Length, .. content];

    private static byte[] Element(ushort number, byte[] value) => [0, 0, (byte)number, (byte)(number >> 8), .. BitConverter.GetBytes(value.Length), .. value];

    private static byte[] Padded(string uid) => Encoding.ASCII.GetBytes(uid.Length % 2 == 0 ? uid : uid + '\0');

    private static byte[] BigEndian(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }
}
