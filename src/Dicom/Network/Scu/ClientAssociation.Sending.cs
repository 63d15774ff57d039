using System.IO.Pipelines;
using CloudPacs.Dicom.Network.Dimse;

namespace CloudPacs.Dicom.Network.Scu;

/// <content>Requests, one message at a time.</content>
internal sealed partial class ClientAssociation
{
    private readonly CommandWriter _commands = new();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly List<(byte ContextId, ushort MessageId)> _postponedCancels = [];
    private bool _isSendingDataSet;
    private ushort _lastMessageId;

    /// <summary>Sends a request when the window has room for it.</summary>
    /// <exception cref="DicomNetworkException">The association is over.</exception>
    public async Task<Call> InvokeAsync(
        byte contextId, Func<ushort, CommandSet> request, ReadOnlyMemory<byte> dataSet, CancellationToken cancellationToken)
    {
        await BeginMessageAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            lock (_gate)
            {
                var call = SendCommand(contextId, request, dataSet.Span, isStreamed: false);
                Connection.ExpectResponse(_options.ResponseTimeout);
                Connection.Flush();
                return call;
            }
        }
        finally
        {
            EndMessage();
        }
    }

    /// <summary>
    /// The same with a data set that is sent while it is read. If it cannot be read to its end the association is aborted.
    /// </summary>
    /// <exception cref="DicomNetworkException">The association is over.</exception>
    public async Task<Call> InvokeStreamedAsync(
        byte contextId, Func<ushort, CommandSet> request, PipeReader dataSet, CancellationToken cancellationToken)
    {
        await BeginMessageAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Call call;
            lock (_gate) call = SendCommand(contextId, request, default, isStreamed: true);
            Connection.Flush();
            await Connection.SendDataSetAsync(contextId, dataSet, cancellationToken).ConfigureAwait(false);
            lock (_gate)
            {
                // The peer may have answered before it had all.
                if (_calls.Count > 0) Connection.ExpectResponse(_options.ResponseTimeout);
            }

            return call;
        }
        catch (Exception e)
        {
            Fail(new(DicomNetworkError.Aborted, "The association was aborted: a data set could not be sent to its end.", e));
            Connection.Abort();
            throw;
        }
        finally
        {
            EndMessage();
        }
    }

    /// <summary>Sends a C-CANCEL for a call that is still outstanding.</summary>
    public void Cancel(byte contextId, Call call)
    {
        lock (_gate)
        {
            if (call.IsCancelled || !call.IsCancellable || !_calls.ContainsKey(call.MessageId)) return;
            call.IsCancelled = true;
            if (_isSendingDataSet) _postponedCancels.Add((contextId, call.MessageId));
            else SendCancel(contextId, call.MessageId);
        }
    }

    private void SendCancel(byte contextId, ushort messageId) =>
        Connection.Send(contextId, _commands.Write(CommandSets.Cancel(messageId)), default, hasData: false, flush: true);

    // Room in the window, then the turn to send: the fragments of two messages must not mix.
    private async Task BeginMessageAsync(CancellationToken cancellationToken)
    {
        var entered = _window;
        await entered.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            entered.Release();
            throw;
        }

        try
        {
            if (!Connection.HasRoom) await Connection.WaitForRoomAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            _turn.Release();
            entered.Release();
            throw;
        }
    }

    private void EndMessage()
    {
        lock (_gate)
        {
            _isSendingDataSet = false;
            foreach (var (contextId, messageId) in _postponedCancels) SendCancel(contextId, messageId);
            _postponedCancels.Clear();
        }

        _turn.Release();
    }

    // Under the lock.
    private Call SendCommand(byte contextId, Func<ushort, CommandSet> request, ReadOnlySpan<byte> dataSet, bool isStreamed)
    {
        if (_failure is not null)
        {
            // The next one in line is to hear of it too.
            _window.Release();
            throw Copy(_failure);
        }

        do _lastMessageId++;
        while (_lastMessageId == 0 || _calls.ContainsKey(_lastMessageId));
        var command = request(_lastMessageId);
        var call = new Call(_lastMessageId, isCancellable: command.Field == CommandField.CFind);
        // When it cannot be sent the association is ending, and that end fails this call with the right cause.
        _calls.Add(_lastMessageId, call);
        Connection.Send(contextId, _commands.Write(command), dataSet, command.HasDataSet && !isStreamed, flush: false);
        _isSendingDataSet = isStreamed;
        return call;
    }
}
