namespace CloudPacs.Dicom.Network.Dimse;

/// <content>The operations that requests start.</content>
internal sealed partial class ServerAssociation
{
    private readonly Lock gate = new();
    private readonly Dictionary<ushort, Operation> operations = [];
    private readonly CommandWriter refusals = new();
    private TaskCompletionSource? allDone;
    private bool isReleaseAsked;
    private int isFlushQueued;

    /// <summary>Work is under way that does not wait for the peer.</summary>
    public bool IsBusy
    {
        get
        {
            if (_isHeldBack) return true;
            lock (gate) return operations.Values.Any(operation => !operation.IsReceiving);
        }
    }

    /// <summary>The peer wants to go: it gets its outstanding responses first.</summary>
    public void ReleaseRequested()
    {
        _stream?.Fail(new DicomNetworkException(DicomNetworkError.Released, "The peer released the association in the middle of a data set."));
        lock (gate)
        {
            isReleaseAsked = true;
            if (operations.Count > 0) return;
        }

        ConfirmRelease();
    }

    /// <summary>Sends the last response of an operation and does what waited for its end.</summary>
    public void Finish(Operation operation, byte contextId, ReadOnlySpan<byte> response)
    {
        bool isLast, isReleasing;
        lock (gate)
        {
            // Before the response can leave the operation must be off the list: the next request may follow at once.
            Connection.Send(contextId, response, default, hasData: false, flush: false);
            operations.Remove(operation.MessageId);
            (isLast, isReleasing) = (operations.Count == 0, isReleaseAsked);
        }

        Connection.Flush();
        if (!isLast) return;
        if (isReleasing) ConfirmRelease();
        else if (host.IsStopping) Connection.Abort();
        lock (gate)
        {
            if (operations.Count == 0) allDone?.TrySetResult();
        }
    }

    /// <summary>Sends what has gathered once the present work has had a moment to add to it.</summary>
    public void FlushSoon()
    {
        if (Interlocked.Exchange(ref isFlushQueued, 1) == 1) return;
        ThreadPool.UnsafeQueueUserWorkItem(static association =>
        {
            Volatile.Write(ref association.isFlushQueued, 0);
            association.Connection.Flush();
        }, this, preferLocal: false);
    }

    /// <summary>The server is stopping: ends at once when nothing is running, else after the last operation.</summary>
    public void Drain()
    {
        if (IsPending)
        {
            Connection.Dispose();
            return;
        }

        lock (gate)
        {
            if (operations.Count > 0) return;
        }

        Connection.Abort();
    }

    /// <summary>Aborts the association, and with it what runs.</summary>
    public void Abort(string reason)
    {
        if (Connection.Abort()) end = reason;
        GiveUpSlot();
        EndOperations(reason);
    }

    /// <summary>Completes when no operation is running.</summary>
    public Task OperationsDoneAsync()
    {
        lock (gate)
        {
            if (operations.Count == 0) return Task.CompletedTask;
            allDone ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return allDone.Task;
        }
    }

    /// <summary>Starts the operation that a request asks for; else the response that refuses it.</summary>
    private CommandSet? Start(DimseMessage request, PresentationContext context, StreamedDataSet? stream)
    {
        if (FirstFailure(request, context) is { } failure) return failure;
        if (Create(request, context, stream) is not { } operation) return CommandSets.Response(request.Command, DimseStatus.UnrecognizedOperation);
        lock (gate) operations.Add(operation.MessageId, operation);
        operation.Start();
        return null;
    }

    private void Cancel(CommandSet command)
    {
        // It may cross the final response: then there is nothing left to cancel.
        lock (gate)
        {
            if (operations.TryGetValue(command.MessageIdBeingRespondedTo ?? 0, out var cancelled)) cancelled.CancelByPeer();
        }
    }

    private void Refuse(PresentationContext context, CommandSet response) =>
        Connection.Send(context.Id, refusals.Write(response), default, hasData: false, flush: true);

    private CommandSet? FirstFailure(DimseMessage message, PresentationContext context)
    {
        var command = message.Command;
        if ((command.AffectedSopClassUid ?? command.RequestedSopClassUid) != context.AbstractSyntax)
            return Failure(DimseStatus.SopClassNotSupported, "The SOP class is not that of the presentation context");
        if (message.IsTooLarge) return Failure(DimseStatus.OutOfResources, Operation.DataSetTooLong);
        lock (gate)
        {
            if (operations.ContainsKey(command.MessageId!.Value)) return Failure(DimseStatus.DuplicateInvocation, null);
            if (operations.Count >= negotiation!.MaxOperations) return Failure(DimseStatus.ResourceLimitation, "More operations at a time than were negotiated");
        }

        return null;

        CommandSet Failure(ushort status, string? comment) => CommandSets.Response(command, status) with { ErrorComment = comment };
    }

    // Null: not an operation of that service.
    private Operation? Create(DimseMessage message, PresentationContext context, StreamedDataSet? stream) => (message.Command.Field, context.Service) switch
    {
        (CommandField.CEcho, VerificationService) => new EchoOperation(this, context, message.Command),
        (CommandField.CFind, IFindService service) => new FindOperation(this, context, service, message),
        (CommandField.CStore, IStoreService service) =>
            new StoreOperation(this, context, service, message.Command, stream ?? StreamedDataSet.Of(message.DataSet.Span)),
        _ => null,
    };

    private void ConfirmRelease()
    {
        end = "released";
        GiveUpSlot();
        Connection.ConfirmRelease();
    }

    private void EndOperations(string reason)
    {
        lock (gate)
        {
            foreach (var operation in operations.Values)
                operation.End(new DicomNetworkException(DicomNetworkError.Aborted, $"The association ended: {reason}."));
        }
    }
}
