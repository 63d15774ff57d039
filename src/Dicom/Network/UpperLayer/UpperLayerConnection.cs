using System.Net.Sockets;
using CloudPacs.Dicom.Network.Pdu;

namespace CloudPacs.Dicom.Network.UpperLayer;

/// <summary>
/// One connection driven by <see cref="StateTable"/>. Socket, timer and user events are applied one at a time under one lock; each runs to
/// its end without waiting (bytes are queued, not sent), so they cannot interleave. The user is notified, and bytes leave, after the lock.
/// </summary>
internal sealed partial class UpperLayerConnection : IDisposable
{
    private const byte ServiceUser = 0;
    private const byte ServiceProvider = 2;

    /// <summary>Values below this would leave no room for a fragment; no device that works announces them.</summary>
    private const int LeastPeerBytes = 128;

    /// <summary>Longer PDUs gain nothing and only hold memory, whatever the peer could take.</summary>
    private const int MostPeerBytes = 128 * 1024;

    private readonly Lock _gate = new();
    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly bool _isRequestor;
    private readonly UpperLayerOptions _options;
    private readonly IUpperLayerUser _user;
    private readonly Deadlines _deadlines;
    private readonly OutputQueue _output;
    private int _maxFragmentBytes = LeastPeerBytes;
    private volatile State _state = State.Sta1;
    private volatile bool _isClosed;
    private volatile bool _isFramingLost;

    public UpperLayerConnection(
        Socket socket, Stream stream, bool isRequestor, UpperLayerOptions options, IUpperLayerUser user, TimeProvider time)
    {
        (_socket, _stream, _isRequestor, _options, _user) = (socket, stream, isRequestor, options, user);
        _deadlines = new Deadlines(time, Expired);
        _output = new OutputQueue(socket, stream, _deadlines, options.WriteStall, Lose);
    }

    public State State => _state;

    /// <summary>Whether a message may be appended without waiting for the peer.</summary>
    public bool HasRoom => _output.HasRoom;

    public Task WaitForRoomAsync() => _output.WaitForRoomAsync();

    /// <summary>Accepting side: accept, with the answer to send. False when the association is gone; so with the other calls.</summary>
    public bool Accept(AssociateParameters answer) => Apply(Event.Evt7, new(Parameters: answer)) != Act.None;

    public bool Reject(AssociationRejection rejection) => Apply(Event.Evt8, new(Rejection: rejection)) != Act.None;

    public bool RequestRelease() => Apply(Event.Evt11) != Act.None;

    public bool ConfirmRelease() => Apply(Event.Evt14) != Act.None;

    public bool Abort() => Apply(Event.Evt15) != Act.None;

    /// <summary>
    /// Sends one DIMSE message. All its PDUs are queued together; with <paramref name="flush"/> false they wait for the next flush.
    /// </summary>
    public bool Send(byte contextId, ReadOnlySpan<byte> command, ReadOnlySpan<byte> data, bool hasData, bool flush)
    {
        lock (_gate)
        {
            var act = StateTable.Find(_state, Event.Evt9);
            if (act == Act.None) return false;
            _output.AppendMessage(contextId, command, data, hasData, _maxFragmentBytes);
            _state = StateTable.Next(act, _isRequestor);
        }

        if (flush) Flush();
        return true;
    }

    /// <summary>The longest fragment that one PDU to the peer holds.</summary>
    public int MaxFragmentBytes => _maxFragmentBytes;

    /// <summary>Queues a part of the data set of the message that was sent last; nothing else may be sent before its end.</summary>
    public bool SendDataSet(byte contextId, ReadOnlySpan<byte> part, bool isEnd)
    {
        lock (_gate)
        {
            var act = StateTable.Find(_state, Event.Evt9);
            if (act == Act.None) return false;
            _output.AppendDataSet(contextId, part, isEnd, _maxFragmentBytes);
            _state = StateTable.Next(act, _isRequestor);
            return true;
        }
    }

    public void Flush()
    {
        _output.Flush();
        if (_state == State.Sta6) _deadlines.Arm(Deadline.Idle, _options.Idle);
    }

    public void ExpectResponse(TimeSpan within) => _deadlines.Arm(Deadline.Response, within);

    public void StopExpectingResponse() => _deadlines.Disarm(Deadline.Response);

    /// <summary>Ends the connection at once, whatever its state.</summary>
    public void Dispose()
    {
        Lose();
        _deadlines.Dispose();
        _stream.Dispose();
    }

    private void Lose()
    {
        Close();
        Apply(Event.Evt17);
    }

    private readonly record struct Argument(
        AssociateParameters? Parameters = null,
        AssociationRejection Rejection = default,
        AbortReason Reason = AbortReason.NotSpecified,
        byte AbortSource = ServiceUser);

    private Act Apply(Event occurred, Argument argument = default)
    {
        Act act;
        lock (_gate)
        {
            act = StateTable.Find(_state, occurred);
            if (act == Act.None) return act;
            var isServable = IsServable(argument);
            Perform(act, occurred, argument, isServable);
            _state = StateTable.Next(act, _isRequestor, isServable);
        }

        _output.Flush();
        Notify(act, argument);
        return act;
    }

    // PS3.8 tables 9-6 to 9-9, what goes to the transport and the timer.
    private void Perform(Act act, Event occurred, in Argument argument, bool isServable)
    {
        Span<byte> pdu = stackalloc byte[PduWriter.FixedPduBytes];
        switch (act)
        {
            case Act.AE2:
                _output.Append(AssociateWriter.Write(argument.Parameters!, PduType.AssociateRq));
                break;
            case Act.AE3:
                SetPeerLimit(argument.Parameters!.MaxLength);
                break;
            case Act.AE5:
                StartArtim();
                break;
            case Act.AE6 when isServable:
                _deadlines.Disarm(Deadline.Artim);
                SetPeerLimit(argument.Parameters!.MaxLength);
                break;
            case Act.AE6:
                PduWriter.Reject(pdu, AssociationRejection.ProtocolVersionNotSupported);
                _output.Append(pdu);
                StartArtim();
                break;
            case Act.AE7:
                _output.Append(AssociateWriter.Write(argument.Parameters!, PduType.AssociateAc));
                _deadlines.Arm(Deadline.Idle, _options.Idle);
                break;
            case Act.AE8:
                PduWriter.Reject(pdu, argument.Rejection);
                _output.Append(pdu);
                StartArtim();
                break;
            case Act.AR1:
                PduWriter.ReleaseRq(pdu);
                _output.Append(pdu);
                break;
            case Act.AR4:
                PduWriter.ReleaseRp(pdu);
                _output.Append(pdu);
                StartArtim();
                break;
            case Act.AR9:
                PduWriter.ReleaseRp(pdu);
                _output.Append(pdu);
                break;
            case Act.AA1:
                // Behind what the user has sent before: a server that stops ends with whole responses.
                PduWriter.Abort(pdu, ServiceUser, AbortReason.NotSpecified);
                _output.Append(pdu);
                StartArtim();
                // Who was never a DICOM peer is not kept waiting for an end that only DICOM peers know of.
                if (_state == State.Sta2) _output.EndWith(Ending.HalfClose);
                break;
            case Act.AA7 or Act.AA8:
                _output.DropGathered();
                PduWriter.Abort(pdu, ServiceProvider, occurred == Event.Evt19 ? argument.Reason : AbortReason.UnexpectedPdu);
                _output.Append(pdu);
                if (act == Act.AA8) StartArtim();
                if (occurred == Event.Evt19) _output.EndWith(Ending.HalfClose);
                break;
            case Act.AE4 or Act.AR3:
                _output.EndWith(Ending.Close);
                break;
            case Act.AA2 or Act.AA3 or Act.AA4 or Act.AA5 or Act.AR5:
                _deadlines.Disarm(Deadline.Artim);
                Close();
                break;
        }
    }

    private void Notify(Act act, in Argument argument)
    {
        switch (act)
        {
            case Act.AE3:
                _user.AssociateAccepted(argument.Parameters!);
                break;
            case Act.AE4:
                _user.AssociateRejected(argument.Rejection);
                break;
            case Act.AE6 when IsServable(argument):
                _user.AssociateRequested(argument.Parameters!);
                break;
            case Act.AR2 or Act.AR8:
                _user.ReleaseRequested();
                break;
            case Act.AR3 or Act.AR10:
                _user.Released();
                break;
            case Act.AA3:
                _user.Aborted(
                    new(argument.AbortSource == ServiceProvider ? AbortOrigin.PeerProvider : AbortOrigin.PeerUser, argument.Reason));
                break;
            case Act.AA4:
                _user.Aborted(new(AbortOrigin.ConnectionLost));
                break;
            case Act.AA8:
                _user.Aborted(new(AbortOrigin.LocalProvider, argument.Reason));
                break;
        }
    }

    private void Expired(Deadline deadline)
    {
        switch (deadline)
        {
            // Armed again since it fired: the expiry lost a race and is void.
            case Deadline.Artim when !_deadlines.IsArmed(Deadline.Artim):
                Apply(Event.Evt18);
                break;
            case Deadline.PduBody:
                _isFramingLost = true;
                Apply(Event.Evt19);
                break;
            case Deadline.WriteStall:
                Lose();
                break;
            case Deadline.Idle when _user.IsBusy:
                _deadlines.Arm(Deadline.Idle, _options.Idle);
                break;
            case Deadline.Idle when _state == State.Sta6:
                _user.Aborted(new(AbortOrigin.Idle));
                Apply(Event.Evt15);
                break;
            case Deadline.Response:
                _user.ResponseOverdue();
                break;
        }
    }

    // Bit 0 is version 1, the only one there is (PS3.8 table 9-11).
    private static bool IsServable(in Argument argument) => argument.Parameters is null || (argument.Parameters.ProtocolVersion & 1) != 0;

    private void StartArtim() => _deadlines.Arm(Deadline.Artim, _options.Artim);

    // Even, so that no fragment cuts a 16-bit word; within our own bounds; 0 is "no limit" (PS3.8 annex D.1).
    private void SetPeerLimit(uint announced)
    {
        var bytes = announced is 0 or > MostPeerBytes ? MostPeerBytes : Math.Max((int)announced, LeastPeerBytes);
        _maxFragmentBytes = (bytes - 6) & ~1;
    }

    private void Close()
    {
        if (_isClosed) return;
        _isClosed = true;
        _output.Close();
        try
        {
            // Closing under a pending read would reset the connection, and the peer could lose what it has not read yet.
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The peer was quicker.
        }

        _socket.Dispose();
    }
}
