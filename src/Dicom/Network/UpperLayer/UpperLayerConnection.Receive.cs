using System.Buffers;
using System.Net.Sockets;
using CloudPacs.Dicom.Network.Pdu;

namespace CloudPacs.Dicom.Network.UpperLayer;

/// <content>The loop that owns reading: bytes to PDUs to events.</content>
internal sealed partial class UpperLayerConnection
{
    /// <summary>When it ends as idle unless something happens before: of two the earlier is idle longer.</summary>
    public long IdleEnd => _deadlines.DueOf(Deadline.Idle);

    private const int FirstBufferBytes = 8192;

    // Large pieces are acknowledged at once anyway: every second full segment is (RFC 9293 3.8.6.3).
    private const int SmallPieceBytes = 16 * 1024;

    // Linux forgets it with the next segments, so it is asked for again and again.
    private const int TcpQuickAck = 12;

    /// <summary>Accepting side: serves the connection until it is closed.</summary>
    public Task RunAsync() => RunAsync(() => Apply(Event.Evt5));

    /// <summary>Requesting side: sends the request on an open connection and serves it until it is closed.</summary>
    /// <remarks>The caller has connected (AE-1), so Sta4 is passed at once.</remarks>
    public Task RunAsync(AssociateParameters request) => RunAsync(() =>
    {
        Apply(Event.Evt1);
        Apply(Event.Evt2, new(Parameters: request));
    });

    private async Task RunAsync(Action begin)
    {
        try
        {
            begin();
            await ReceiveAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // A lost connection is an event of the table like any other: Evt17 below.
        }
        finally
        {
            Dispose();
        }
    }

    private async Task ReceiveAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBufferBytes);
        int start = 0, end = 0;
        long toSkip = 0;
        var isBodyWatched = false;
        try
        {
            while (!_isClosed)
            {
                while (!_isFramingLost)
                {
                    var skipped = (int)Math.Min(toSkip, end - start);
                    (start, toSkip) = (start + skipped, toSkip - skipped);
                    var pdu = PduReader.Read(buffer.AsSpan(start, end - start), _state, _options.MaxDataBytes);
                    if (pdu.Status == PduStatus.NeedMore) break;
                    if (pdu.Status == PduStatus.Invalid)
                    {
                        LoseFraming(pdu.Reason);
                        break;
                    }

                    if (isBodyWatched) _deadlines.Disarm(Deadline.PduBody);
                    isBodyWatched = false;
                    start += PduWriter.HeaderBytes;
                    if (pdu.Status == PduStatus.HeaderOnly)
                    {
                        toSkip = pdu.BodyBytes;
                        Apply(EventOf(pdu.Type));
                        continue;
                    }

                    var body = buffer.AsMemory(start, (int)pdu.BodyBytes);
                    await TakeAsync(pdu.Type, body).ConfigureAwait(false);
                    start += body.Length;
                }

                if (_isFramingLost || start == end) (start, end) = (0, 0);
                if (end > start && !isBodyWatched && _state is not (State.Sta2 or State.Sta13))
                {
                    // A PDU once begun must come to its end. In Sta2 and Sta13 ARTIM watches already.
                    isBodyWatched = true;
                    _deadlines.Arm(Deadline.PduBody, _options.PduBody);
                }

                if (end == buffer.Length) MakeRoom(ref buffer, ref start, ref end);
                // From here on it is the peer who must go on, however long the user has taken for what came before.
                if (_state == State.Sta6) _deadlines.Arm(Deadline.Idle, _options.Idle);
                var read = await _stream.ReadAsync(buffer.AsMemory(end)).ConfigureAwait(false);
                if (read == 0) return;
                end += read;
                AcknowledgeNow(read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask TakeAsync(PduType type, ReadOnlyMemory<byte> body)
    {
        switch (type)
        {
            case PduType.Data when !Pdv.IsWellFormed(body.Span):
                LoseFraming(AbortReason.InvalidParameterValue);
                break;
            case PduType.Data:
                // In Sta7 responses may still come (AR-6); in any other state the table has already aborted.
                var isDelivered = Apply(Event.Evt10) is Act.DT2 or Act.AR6;
                if (isDelivered && !await _user.DataReceived(body).ConfigureAwait(false)) LoseFraming(AbortReason.InvalidParameterValue);
                break;
            case PduType.AssociateRq or PduType.AssociateAc:
                if (AssociateReader.TryRead(body.Span, out var parameters)) Apply(EventOf(type), new(Parameters: parameters));
                else LoseFraming(AbortReason.InvalidParameterValue);
                break;
            case PduType.AssociateRj:
                Apply(Event.Evt4, new(Rejection: new((RejectResult)body.Span[1], (RejectSource)body.Span[2], body.Span[3])));
                break;
            case PduType.Abort:
                Apply(Event.Evt16, new(AbortSource: body.Span[2], Reason: (AbortReason)body.Span[3]));
                break;
            default:
                Apply(EventOf(type));
                break;
        }
    }

    /// <summary>
    /// Peers that leave Nagle's algorithm on send the small end of a message only when what stands before it is acknowledged, which a
    /// receiver that has nothing to say puts off for 40 ms (RFC 9293 3.8.6.3): as long as a message lasts it is said at once.
    /// </summary>
    private void AcknowledgeNow(int read)
    {
        if (read >= SmallPieceBytes || !OperatingSystem.IsLinux()) return;
        Span<byte> on = [1, 0, 0, 0];
        _socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpQuickAck, on);
    }

    // After an invalid PDU nothing that follows can be trusted to be one: it is read and dropped until the peer closes or ARTIM ends it.
    private void LoseFraming(AbortReason reason)
    {
        _isFramingLost = true;
        Apply(Event.Evt19, new(Reason: reason));
    }

    private static Event EventOf(PduType type) => type switch
    {
        PduType.AssociateRq => Event.Evt6,
        PduType.AssociateAc => Event.Evt3,
        PduType.AssociateRj => Event.Evt4,
        PduType.Data => Event.Evt10,
        PduType.ReleaseRq => Event.Evt12,
        PduType.ReleaseRp => Event.Evt13,
        PduType.Abort => Event.Evt16,
        _ => Event.Evt19,
    };

    // Grows with what has really come, never with what a header announces.
    private static void MakeRoom(ref byte[] buffer, ref int start, ref int end)
    {
        var held = end - start;
        var larger = start > 0 ? buffer : ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(start, held).CopyTo(larger);
        if (larger != buffer) ArrayPool<byte>.Shared.Return(buffer);
        (buffer, start, end) = (larger, 0, held);
    }
}
