using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using CloudPacs.Dicom.Network.Dimse;
using CloudPacs.Dicom.Network.Pdu;

namespace CloudPacs.Protocols.Tests.Dicom.Network;

/// <summary>A peer that sends and reads bytes, so that it can do what no proper peer does.</summary>
internal sealed class RawPeer(Socket socket) : IDisposable
{
    public static readonly byte[] ReleaseRq = [5, 0, 0, 0, 0, 4, 0, 0, 0, 0];
    public static readonly byte[] ReleaseRp = [6, 0, 0, 0, 0, 4, 0, 0, 0, 0];
    public static readonly byte[] Abort = [7, 0, 0, 0, 0, 4, 0, 0, 0, 0];

    public Socket Socket => socket;

    public static async Task<RawPeer> ConnectAsync(IPEndPoint endPoint, CancellationToken token, int receiveBuffer = 0, string? from = null)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (from is not null) socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        if (receiveBuffer > 0) socket.ReceiveBufferSize = receiveBuffer;
        await socket.ConnectAsync(endPoint, token);
        return new RawPeer(socket);
    }

    public static AssociateParameters Request(params ContextItem[] contexts) => new()
    {
        CalledAe = "CLOUDPACS",
        CallingAe = "RAW",
        Contexts = [.. contexts],
        ImplementationClassUid = "1.2.3",
        Echo = new byte[64],
    };

    public static ContextItem Context(byte id, string abstractSyntax, params string[] transferSyntaxes) =>
        new(id, ContextResult.Acceptance, abstractSyntax, transferSyntaxes.Length > 0 ? transferSyntaxes : ["1.2.840.10008.1.2"]);

    /// <summary>P-DATA-TF PDUs with a command, and a data set if given.</summary>
    public static byte[] Message(byte contextId, CommandSet command, byte[]? dataSet = null)
    {
        var pdus = Data(contextId, isCommand: true, isLast: true, new CommandWriter().Write(command).ToArray());
        return dataSet is null ? pdus : [.. pdus, .. Data(contextId, isCommand: false, isLast: true, dataSet)];
    }

    public static byte[] Data(byte contextId, bool isCommand, bool isLast, byte[] fragment)
    {
        var pdu = new byte[PduWriter.DataHeaderBytes + fragment.Length];
        PduWriter.DataHeader(pdu, contextId, isCommand, isLast, fragment.Length);
        fragment.CopyTo(pdu, PduWriter.DataHeaderBytes);
        return pdu;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken token)
    {
        while (!bytes.IsEmpty) bytes = bytes[await socket.SendAsync(bytes, token)..];
    }

    /// <summary>The next PDU, header included; null at the end of the stream.</summary>
    public async Task<byte[]?> ReadAsync(CancellationToken token)
    {
        var header = new byte[6];
        if (!await FillAsync(header, token)) return null;
        var pdu = new byte[6 + BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(2))];
        header.CopyTo(pdu, 0);
        Assert(await FillAsync(pdu.AsMemory(6), token));
        return pdu;
    }

    /// <summary>The next DIMSE message and the lengths of the P-DATA-TF bodies that carried it.</summary>
    public async Task<(CommandSet Command, byte[] DataSet, List<int> Lengths)> ReadMessageAsync(CancellationToken token)
    {
        var assembler = new MessageAssembler(int.MaxValue);
        var lengths = new List<int>();
        while (true)
        {
            var pdu = await ReadAsync(token);
            Assert(pdu is [4, ..]);
            lengths.Add(pdu!.Length - 6);
            var message = Assemble(assembler, pdu);
            if (message is not null) return (message.Command, message.DataSet.ToArray(), lengths);
        }
    }

    public async Task<AssociateParameters> AssociateAsync(AssociateParameters request, CancellationToken token)
    {
        await SendAsync(AssociateWriter.Write(request, PduType.AssociateRq), token);
        var answer = await ReadAsync(token);
        Assert(answer is [2, ..]);
        Assert(AssociateReader.TryRead(answer.AsSpan(6), out var read));
        return read!;
    }

    public void Dispose() => socket.Dispose();

    private static DimseMessage? Assemble(MessageAssembler assembler, byte[] pdu)
    {
        ReadOnlySpan<byte> rest = pdu.AsSpan(6);
        DimseMessage? message = null;
        while (Pdv.TryTake(ref rest, out var pdv)) Assert(assembler.Add(pdv, out message) != AssemblyStatus.Invalid);
        return message;
    }

    private async Task<bool> FillAsync(Memory<byte> buffer, CancellationToken token)
    {
        while (!buffer.IsEmpty)
        {
            var read = await socket.ReceiveAsync(buffer, token);
            if (read == 0) return false;
            buffer = buffer[read..];
        }

        return true;
    }

    private static void Assert(bool isTrue) => Xunit.Assert.True(isTrue);
}
