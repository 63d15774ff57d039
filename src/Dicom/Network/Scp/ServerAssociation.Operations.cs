using CloudPacs.Dicom.Network.Dimse;

namespace CloudPacs.Dicom.Network.Scp;

/// <content>The operations that requests start.</content>
internal sealed partial class ServerAssociation
{
    /// <summary>Why it ends when the server does.</summary>
    public const string Stopping = "the server is stopping";

    /// <summary>A modality takes so long at the most from one image to the next.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<ushort, Operation> _operations = [];
    private readonly CommandWriter _refusals = new();
    private TaskCompletionSource? _allDone;
    private long _lastWork;
    private bool _isReleaseAsked;
    private int _isFlushQueued;

    /// <summary>Work is under way that does not wait for the peer.</summary>
    public bool IsBusy
    {
        get
        {
            if (_isHeldBack) return true;
            lock (_gate) return _operations.Values.Any(operation => !operation.IsReceiving);
        }
    }

    /// <summary>The peer wants to go: it gets its outstanding responses first.</summary>
    public void ReleaseRequested()
    {
        EndRequest(new DicomNetworkException(DicomNetworkError.Released, "The peer released the association."));
        _stream?.Fail(
            new DicomNetworkException(DicomNetworkError.Released, "The peer released the association in the middle of a data set."));
        lock (_gate)
        {
            _isReleaseAsked = true;
            if (_operations.Count > 0) return;
        }

        ConfirmRelease();
    }

    /// <summary>Sends the last response of an operation and does what waited for its end.</summary>
    public void Finish(Operation operation, byte contextId, ReadOnlySpan<byte> response, bool hasDataSet, ReadOnlySpan<byte> dataSet)
    {
        bool isLast, isReleasing;
        lock (_gate)
        {
            // Before the response can leave the operation must be off the list: the next request may follow at once.
            Connection.Send(contextId, response, dataSet, hasDataSet, flush: false);
            _operations.Remove(operation.MessageId);
            NoteWork(operation);
            (isLast, isReleasing) = (_operations.Count == 0, _isReleaseAsked);
        }

        Connection.Flush();
        if (!isLast) return;
        if (isReleasing) ConfirmRelease();
        lock (_gate)
        {
            if (_operations.Count == 0) _allDone?.TrySetResult();
        }
    }

    /// <summary>Sends what has gathered once the present work has had a moment to add to it.</summary>
    public void FlushSoon()
    {
        if (Interlocked.Exchange(ref _isFlushQueued, 1) == 1) return;
        ThreadPool.UnsafeQueueUserWorkItem(static association =>
        {
            Volatile.Write(ref association._isFlushQueued, 0);
            association.Connection.Flush();
        }, this, preferLocal: false);
    }

    /// <summary>
    /// The server is stopping: who is at work, as in the middle of a series, goes on until it releases or asks for nothing more.
    /// </summary>
    /// <param name="isOver">Cancelled when the time for that is over.</param>
    public async Task DrainAsync(CancellationToken isOver)
    {
        if (IsPending)
        {
            Connection.Dispose();
            return;
        }

        try
        {
            while (true)
            {
                await OperationsDoneAsync().WaitAsync(isOver).ConfigureAwait(false);
                var left = LongestPause - Time.GetElapsedTime(Volatile.Read(ref _lastWork));
                if (left <= TimeSpan.Zero) break;
                await Task.Delay(left, Time, isOver).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }

        Abort(Stopping);
    }

    /// <summary>Aborts the association, and with it what runs.</summary>
    public void Abort(string reason)
    {
        if (Connection.Abort()) _end = reason;
        GiveUpSlot();
        EndOperations(reason);
    }

    /// <summary>Completes when no operation is running.</summary>
    public Task OperationsDoneAsync()
    {
        lock (_gate)
        {
            if (_operations.Count == 0) return Task.CompletedTask;
            if (_allDone is null or { Task.IsCompleted: true }) _allDone = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _allDone.Task;
        }
    }

    /// <summary>Starts the operation that a request asks for; else the response that refuses it.</summary>
    private CommandSet? Start(DimseMessage request, PresentationContext context, StreamedDataSet? stream)
    {
        if (FirstFailure(request, context) is { } failure) return failure;
        if (Create(request, context, stream) is not { } operation)
            return CommandSets.Response(request.Command, DimseStatus.UnrecognizedOperation);
        lock (_gate)
        {
            _operations.Add(operation.MessageId, operation);
            NoteWork(operation);
        }

        operation.Start();
        return null;
    }

    // Who asks only whether we are there waits for nothing.
    private void NoteWork(Operation operation)
    {
        if (operation is not EchoOperation) Volatile.Write(ref _lastWork, Time.GetTimestamp());
    }

    private void Cancel(CommandSet command)
    {
        // It may cross the final response: then there is nothing left to cancel.
        lock (_gate)
        {
            if (_operations.TryGetValue(command.MessageIdBeingRespondedTo ?? 0, out var cancelled)) cancelled.CancelByPeer();
        }
    }

    private void Refuse(PresentationContext context, CommandSet response) => SendBetween(context.Id, _refusals.Write(response));

    private CommandSet? FirstFailure(DimseMessage message, PresentationContext context)
    {
        var command = message.Command;
        if ((command.AffectedSopClassUid ?? command.RequestedSopClassUid) != context.AbstractSyntax)
            return Failure(DimseStatus.SopClassNotSupported, "The SOP class is not that of the presentation context");
        if (message.IsTooLarge) return Failure(DimseStatus.OutOfResources, Operation.DataSetTooLong);
        lock (_gate)
        {
            if (_operations.ContainsKey(command.MessageIdOrZero)) return Failure(DimseStatus.DuplicateInvocation, null);
            // The instances of a C-GET take the way of the responses, between which other ones could not stand.
            if (_operations.Count >= _negotiation!.MaxOperations || _operations.Values.Any(static operation => operation.IsAlone)
                || (command.Field == CommandField.CGet && _operations.Count > 0))
                return Failure(DimseStatus.ResourceLimitation, "More operations at a time than were negotiated");
        }

        return null;

        CommandSet Failure(ushort status, string? comment) => CommandSets.Response(command, status) with { ErrorComment = comment };
    }

    // Null: not an operation of that service.
    private Operation? Create(DimseMessage message, PresentationContext context, StreamedDataSet? stream) =>
        (message.Command.Field, context.Service) switch
        {
            (CommandField.CEcho, VerificationService) => new EchoOperation(this, context, message.Command),
            (CommandField.CFind, IFindService service) => new FindOperation(this, context, service, message),
            (CommandField.CGet, IRetrieveService service) =>
                new RetrieveOperation(this, context, service, message, new RequestorReceiver(this)),
            (CommandField.CMove, IRetrieveService service) =>
                new RetrieveOperation(this, context, service, message, new DestinationReceiver(this, message.Command)),
            (CommandField.CStore, IStoreService service) =>
                new StoreOperation(this, context, service, message.Command, stream ?? StreamedDataSet.Of(message.DataSet.Span)),
            (CommandField.NCreate, ICreateService service) =>
                new InstanceOperation(this, context, message, "N-CREATE", service.CreateAsync),
            (CommandField.NSet, ISetService service) => new InstanceOperation(this, context, message, "N-SET", service.SetAsync),
            (CommandField.NGet, IGetService service) => new InstanceOperation(this, context, message, "N-GET", service.GetAsync),
            (CommandField.NAction, IActionService service) => new InstanceOperation(this, context, message, "N-ACTION", service.ActAsync),
            (CommandField.NEventReport, IEventService service) =>
                new InstanceOperation(this, context, message, "N-EVENT-REPORT", service.TakeEventAsync),
            _ => null,
        };

    private void ConfirmRelease()
    {
        _end = "released";
        GiveUpSlot();
        Connection.ConfirmRelease();
    }

    private void EndOperations(string reason)
    {
        EndRequest(new DicomNetworkException(DicomNetworkError.Aborted, $"The association ended: {reason}."));
        lock (_gate)
        {
            foreach (var operation in _operations.Values)
                operation.End(new DicomNetworkException(DicomNetworkError.Aborted, $"The association ended: {reason}."));
        }
    }
}
