using System.Net.Sockets;
using CloudPacs.Dicom.Network.Dimse;
using CloudPacs.Dicom.Network.Pdu;
using CloudPacs.Dicom.Network.UpperLayer;

namespace CloudPacs.Dicom.Network.Scu;

/// <summary>The requesting side of one connection: brings responses to the calls that wait for them.</summary>
internal sealed partial class ClientAssociation : IUpperLayerUser, IDisposable
{
    private readonly DicomClientOptions _options;
    private readonly MessageAssembler _assembler;
    private readonly Lock _gate = new();
    private readonly Dictionary<ushort, Call> _calls = [];
    private readonly TaskCompletionSource<AssociateParameters> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SemaphoreSlim _window = new(1);
    private DicomNetworkException? _failure;

    public ClientAssociation(Socket socket, Stream stream, DicomClientOptions options, TimeProvider time)
    {
        _options = options;
        _assembler = new MessageAssembler(options.MaxDataSetBytes);
        var limits = new UpperLayerOptions
        {
            MaxDataBytes = options.MaxPduBytes,
            Artim = options.ArtimTimeout,
            PduBody = options.PduTimeout,
            WriteStall = options.WriteTimeout,
            Idle = Timeout.InfiniteTimeSpan,
        };
        Connection = new UpperLayerConnection(socket, stream, isRequestor: true, limits, this, time);
    }

    public UpperLayerConnection Connection { get; }

    /// <summary>The peer's acceptance; faults when it rejects, aborts or is lost.</summary>
    public Task<AssociateParameters> Answer => _answer.Task;

    /// <summary>The peer has confirmed our release; faults when the association ends otherwise.</summary>
    public Task Release => _released.Task;

    public bool IsBusy
    {
        get
        {
            lock (_gate) return _calls.Count > 0;
        }
    }

    /// <summary>Closes the connection. Callers that wait for the window still hear why, so that is left alone.</summary>
    public void Dispose() => Connection.Dispose();

    public async ValueTask<bool> DataReceived(ReadOnlyMemory<byte> body)
    {
        while (!body.IsEmpty)
        {
            var status = Assemble(ref body, out var message);
            if (status == AssemblyStatus.NeedMore) continue;
            if (status == AssemblyStatus.Invalid) return false;
            if (!message!.Command.IsResponse)
            {
                if (!await TakeEventAsync(message).ConfigureAwait(false)) return false;
                continue;
            }

            if (message.IsTooLarge || message.Command.Status is not { } code) return false;
            if (Take(message, isFinal: !DimseStatus.IsPending(code)) is not { } call) return false;
            if (call.TryAdd(message)) continue;

            // The caller is behind: it is not the peer who must hurry now.
            Connection.StopExpectingResponse();
            await call.AddAsync(message).ConfigureAwait(false);
            if (IsBusy) Connection.ExpectResponse(_options.ResponseTimeout);
        }

        return true;
    }

    public void AssociateRequested(AssociateParameters request) =>
        throw new InvalidOperationException("The requesting side is never asked for an association.");

    public void AssociateAccepted(AssociateParameters answer)
    {
        var agreed = answer.Window?.Invoked ?? 1;
        _window = new SemaphoreSlim(agreed == 0 ? _options.MaxOperations : Math.Clamp(agreed, (ushort)1, _options.MaxOperations));
        _answer.TrySetResult(answer);
    }

    public void AssociateRejected(AssociationRejection rejection) => Fail(
        new(DicomNetworkError.Rejected,
            $"{_options.Peer} rejected the association {rejection}.")
        { Rejection = rejection });

    public void ReleaseRequested()
    {
        Fail(new(DicomNetworkError.Released, "The peer released the association."), isReleaseOver: false);
        Connection.ConfirmRelease();
        // In a collision the peer's own confirmation is still to come.
        if (Connection.State == State.Sta13) _released.TrySetResult();
    }

    public void Released()
    {
        _released.TrySetResult();
        Fail(new(DicomNetworkError.Released, "The association has been released."));
    }

    public void Aborted(UpperLayerAbort abort)
    {
        var error = abort.Origin == AbortOrigin.ConnectionLost ? DicomNetworkError.ConnectionLost : DicomNetworkError.Aborted;
        Fail(new(error, $"{_options.Peer}: {abort}."));
    }

    public void ResponseOverdue()
    {
        Fail(new(DicomNetworkError.TimedOut, $"{_options.Peer} gave no response within {_options.ResponseTimeout.TotalSeconds:0.#} s."));
        Connection.Abort();
    }

    /// <summary>Ends all that waits on this association.</summary>
    public void Fail(DicomNetworkException cause, bool isReleaseOver = true)
    {
        lock (_gate)
        {
            _failure ??= cause;
            foreach (var call in _calls.Values) call.Fail(Copy(_failure));
            _window.Release(_calls.Count + 1);
            _calls.Clear();
        }

        Connection.StopExpectingResponse();
        Observe(_answer.TrySetException(Copy(_failure)), _answer.Task);
        if (isReleaseOver) Observe(_released.TrySetException(Copy(_failure)), _released.Task);
    }

    // Nobody may be waiting; an exception that nobody looks at is not an error of the process.
    private static void Observe(bool isSet, Task task)
    {
        if (isSet) _ = task.Exception;
    }

    private AssemblyStatus Assemble(ref ReadOnlyMemory<byte> body, out DimseMessage? message)
    {
        var rest = body.Span;
        Pdv.TryTake(ref rest, out var pdv);
        body = body[^rest.Length..];
        return _assembler.Add(pdv, out message);
    }

    private Call? Take(DimseMessage message, bool isFinal)
    {
        lock (_gate)
        {
            if (!_calls.TryGetValue(message.Command.MessageIdBeingRespondedTo ?? 0, out var call)) return null;
            if (isFinal)
            {
                _calls.Remove(call.MessageId);
                _window.Release();
            }

            if (_calls.Count > 0) Connection.ExpectResponse(_options.ResponseTimeout);
            else Connection.StopExpectingResponse();
            return call;
        }
    }

    // Each waiter gets its own: a stack trace is filled in where an exception is thrown.
    private static DicomNetworkException Copy(DicomNetworkException cause) =>
        new(cause.Error, cause.Message, cause.InnerException) { Rejection = cause.Rejection };
}
