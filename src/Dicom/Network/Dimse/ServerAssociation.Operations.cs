using CloudPacs.Dicom.Network.UpperLayer;

namespace CloudPacs.Dicom.Network.Dimse;

/// <content>Messages and the operations they start.</content>
internal sealed partial class ServerAssociation
{
    private readonly Lock gate = new();
    private readonly Dictionary<ushort, Operation> operations = [];
    private readonly CommandWriter refusals = new();
    private TaskCompletionSource? allDone;
    private bool isReleaseAsked;
    private int isFlushQueued;

    public bool IsBusy
    {
        get
        {
            lock (gate) return operations.Count > 0;
        }
    }

    public ValueTask<bool> DataReceived(ReadOnlyMemory<byte> body)
    {
        var rest = body.Span;
        while (Pdv.TryTake(ref rest, out var pdv))
        {
            if (!negotiation!.Contexts.TryGetValue(pdv.ContextId, out var context)) return new(false);
            var status = assembler.Add(pdv, out var message);
            if (status == AssemblyStatus.Invalid) return new(false);
            if (status == AssemblyStatus.Message && !Dispatch(message!, context)) return new(false);
        }

        return new(true);
    }

    /// <summary>The peer wants to go: it gets its outstanding responses first.</summary>
    public void ReleaseRequested()
    {
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
        if (IsPending) Connection.Dispose();
        else if (!IsBusy) Connection.Abort();
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

    private bool Dispatch(DimseMessage message, PresentationContext context)
    {
        var command = message.Command;
        if (command.Field == CommandField.CCancel)
        {
            // It may cross the final response: then there is nothing left to cancel.
            lock (gate)
            {
                if (operations.TryGetValue(command.MessageIdBeingRespondedTo ?? 0, out var cancelled)) cancelled.CancelByPeer();
            }

            return true;
        }

        // We have invoked nothing that this could answer.
        if (command.IsResponse || command.MessageId is null) return false;
        var failure = FirstFailure(message, context);
        var operation = failure is null ? Create(message, context) : null;
        if (operation is null)
        {
            failure ??= CommandSets.Response(command, DimseStatus.UnrecognizedOperation);
            Connection.Send(context.Id, refusals.Write(failure), default, hasData: false, flush: true);
            return true;
        }

        lock (gate) operations.Add(operation.MessageId, operation);
        operation.Start();
        return true;
    }

    private CommandSet? FirstFailure(DimseMessage message, PresentationContext context)
    {
        var command = message.Command;
        if ((command.AffectedSopClassUid ?? command.RequestedSopClassUid) != context.AbstractSyntax)
            return Failure(DimseStatus.SopClassNotSupported, "The SOP class is not that of the presentation context");
        if (message.IsTooLarge) return Failure(DimseStatus.OutOfResources, "The data set is longer than the limit");
        lock (gate)
        {
            if (operations.ContainsKey(command.MessageId!.Value)) return Failure(DimseStatus.DuplicateInvocation, null);
            if (operations.Count >= negotiation!.MaxOperations) return Failure(DimseStatus.ResourceLimitation, "More operations at a time than were negotiated");
        }

        return null;

        CommandSet Failure(ushort status, string? comment) => CommandSets.Response(command, status) with { ErrorComment = comment };
    }

    // Null: not an operation of that service.
    private Operation? Create(DimseMessage message, PresentationContext context) => (message.Command.Field, context.Service) switch
    {
        (CommandField.CEcho, VerificationService) => new EchoOperation(this, context, message.Command),
        (CommandField.CFind, IFindService service) => new FindOperation(this, context, service, message),
        _ => null,
    };

    private void ConfirmRelease()
    {
        end = "released";
        GiveUpSlot();
        Connection.ConfirmRelease();
    }

    private void CancelOperations()
    {
        lock (gate)
        {
            foreach (var operation in operations.Values) operation.Cancel();
        }
    }
}
