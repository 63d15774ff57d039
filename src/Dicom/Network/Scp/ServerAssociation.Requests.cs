using System.IO.Pipelines;
using CloudPacs.Dicom.Network.Dimse;

namespace CloudPacs.Dicom.Network.Scp;

/// <content>What we ask of the peer: to store the instances of its C-GET, one at a time; and what we tell it.</content>
internal sealed partial class ServerAssociation
{
    private readonly Lock _sending = new();
    private readonly CommandWriter _requests = new();
    private readonly List<(byte ContextId, byte[] Message)> _postponed = [];
    private readonly Dictionary<ushort, (CommandField Field, TaskCompletionSource<CommandSet> Response)> _asked = [];
    private ushort _askedId;
    private bool _isSendingDataSet;

    /// <summary>The accepted contexts of a SOP class.</summary>
    public IReadOnlyList<PresentationContext> ContextsOf(string sopClass) =>
        [.. _negotiation!.Contexts.Values.Where(context => context.AbstractSyntax == sopClass)];

    /// <summary>It was agreed that the peer provides the service (PS3.7 D.3.3.4).</summary>
    public bool IsRequestorScp(string sopClass) => _negotiation!.Answer.Roles.GetValueOrDefault(sopClass).IsScp;

    /// <summary>C-STORE to the peer; gives its response, which has a status.</summary>
    /// <exception cref="DicomNetworkException">The association is over.</exception>
    public async Task<CommandSet> StoreAsync(
        byte contextId, Func<ushort, CommandSet> request, PipeReader dataSet, CancellationToken cancellationToken)
    {
        Task<CommandSet> response;
        lock (_sending)
        {
            response = Ask(contextId, request, default) ?? throw new DicomNetworkException(
                DicomNetworkError.Aborted, "The association is over.");
            _isSendingDataSet = true;
        }

        try
        {
            await Connection.SendDataSetAsync(contextId, dataSet, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Abort("it was aborted because an instance could not be sent to its end");
            throw;
        }
        finally
        {
            EndDataSet();
        }

        try
        {
            return await response.WaitAsync(_host.Options.IdleTimeout, Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Abort("it was aborted because the peer did not answer a C-STORE");
            throw new DicomNetworkException(DicomNetworkError.TimedOut, "The peer did not answer a C-STORE.");
        }
    }

    /// <summary>Sends a message unless a data set is under way, whose fragments it would part.</summary>
    public bool TrySendBetween(byte contextId, ReadOnlySpan<byte> message)
    {
        lock (_sending) return !_isSendingDataSet && Connection.Send(contextId, message, default, hasData: false, flush: true);
    }

    // The same, or when the data set has ended.
    private void SendBetween(byte contextId, ReadOnlySpan<byte> message)
    {
        lock (_sending)
        {
            if (_isSendingDataSet) _postponed.Add((contextId, message.ToArray()));
            else Connection.Send(contextId, message, default, hasData: false, flush: true);
        }
    }

    private void EndDataSet()
    {
        lock (_sending)
        {
            _isSendingDataSet = false;
            foreach (var (contextId, message) in _postponed) Connection.Send(contextId, message, default, hasData: false, flush: false);
            _postponed.Clear();
        }

        Connection.Flush();
    }

    // Under the lock. Null: the association is over.
    private Task<CommandSet>? Ask(byte contextId, Func<ushort, CommandSet> request, ReadOnlySpan<byte> dataSet)
    {
        do _askedId++;
        while (_askedId == 0 || _asked.ContainsKey(_askedId));
        var command = request(_askedId);
        if (!Connection.Send(contextId, _requests.Write(command), dataSet, hasData: !dataSet.IsEmpty, flush: !dataSet.IsEmpty)) return null;
        var response = new TaskCompletionSource<CommandSet>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked.Add(_askedId, (command.Field, response));
        return response.Task;
    }

    // False: it answers nothing that we have asked.
    private bool TakeResponse(CommandSet response)
    {
        (CommandField Field, TaskCompletionSource<CommandSet> Response) asked;
        lock (_sending)
        {
            var id = response.MessageIdBeingRespondedTo ?? 0;
            if (!_asked.TryGetValue(id, out asked) || response.Field != (asked.Field | CommandField.Response) || response.Status is null)
                return false;
            _asked.Remove(id);
        }

        asked.Response.TrySetResult(response);
        return true;
    }

    private void EndRequest(DicomNetworkException cause)
    {
        TaskCompletionSource<CommandSet>[] asked;
        lock (_sending)
        {
            asked = [.. _asked.Values.Select(static one => one.Response)];
            _asked.Clear();
        }

        foreach (var one in asked)
        {
            if (one.TrySetException(cause)) _ = one.Task.Exception;
        }
    }
}
