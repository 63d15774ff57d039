using System.Buffers;
using CloudPacs.Dicom.Network.Dimse;

namespace CloudPacs.Dicom.Network.Scp;

/// <summary>
/// One C-GET (PS3.7 9.1.3) or C-MOVE (9.1.4) being served: the service says what is sent, a receiver takes it instance by instance, and the
/// peer is told how that stands. An instance that fails does not stop the others; its UID is in the final response.
/// </summary>
internal sealed class RetrieveOperation(
    ServerAssociation association, PresentationContext context, IRetrieveService service, DimseMessage message, IInstanceReceiver receiver)
    : Operation(association, context, message.Command)
{
    /// <summary>Peers give up after half a minute of silence, and read no more than a few responses a second with profit.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(5), ShortestSilence = TimeSpan.FromMilliseconds(250);

    private readonly CommandWriter _commandWriter = new();
    private readonly CancellationTokenSource _over = new();
    private readonly List<string> _failed = [];
    private string? _firstFailure;
    private long _lastTold;
    private int _remaining, _completed, _warned;

    private bool IsMove => message.Command.Field == CommandField.CMove;

    public override bool IsAlone => !IsMove;

    protected override string Name => IsMove ? "C-MOVE" : "C-GET";

    public override void Start() => _ = RunAsync();

    public override void End(DicomNetworkException cause)
    {
        _ = _over.CancelAsync();
        base.End(cause);
    }

    private async Task RunAsync()
    {
        CommandSet response;
        try
        {
            response = await RetrieveAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or DicomNetworkException)
        {
            // A C-CANCEL while it was looked for; or the association is over, and nobody reads this.
            response = Response(DimseStatus.Cancel) with { SubOperations = Counts(isFinal: false) };
        }
        catch (Exception e)
        {
            // The top of the operation: the peer gets a status, the site's log the exception, and the association lives on.
            Association.ReportFailure(Name, e);
            response = Response(DimseStatus.UnableToProcess) with { ErrorComment = InternalError };
        }

        await receiver.DisposeAsync().ConfigureAwait(false);
        var failed = FailedList();
        Finish(response with { HasDataSet = !failed.IsEmpty }, _commandWriter, failed);
        _over.Dispose();
    }

    private async Task<CommandSet> RetrieveAsync()
    {
        if (!DataSetReader.TryRead(message.DataSet, Context.TransferSyntax, null, out var identifier, out var error))
            return Response(DimseStatus.UnableToProcess) with { ErrorComment = error };

        var plan = await service.FindAsync(new RetrieveRequest
        {
            Association = Association.Info,
            SopClassUid = Context.AbstractSyntax,
            MoveDestination = IsMove ? message.Command.MoveDestination ?? "" : null,
            Identifier = identifier,
            EncodedIdentifier = message.DataSet,
            TransferSyntax = Context.TransferSyntax,
        }, Cancellation).ConfigureAwait(false);
        if (plan.Status is { } refusal)
            return Response(refusal) with { ErrorComment = plan.ErrorComment, OffendingElements = plan.OffendingElements };

        var instances = receiver.Prepare(plan, message.Command.Priority ?? 0);
        _remaining = instances.Count;
        Tell();
        foreach (var instance in instances)
        {
            // What runs is finished first (PS3.4 C.4.2.3.1): a message once begun cannot be taken back.
            if (IsCancelRequested) return Response(DimseStatus.Cancel) with { SubOperations = Counts(isFinal: false) };
            Count(instance, await TellingAsync(receiver.StoreAsync(instance, _over.Token)).ConfigureAwait(false));
            if (_remaining > 0 && Association.Time.GetElapsedTime(_lastTold) >= ShortestSilence) Tell();
        }

        return Response(FinalStatus) with { ErrorComment = _firstFailure, SubOperations = Counts(isFinal: true) };
    }

    private ushort FinalStatus =>
        _failed.Count == 0 && _warned == 0 ? DimseStatus.Success
        : _completed == 0 && _warned == 0 ? DimseStatus.SubOperationsFailed
        : DimseStatus.SubOperationsIncomplete;

    private async Task<StoreResult> TellingAsync(Task<StoreResult> storing)
    {
        while (true)
        {
            try
            {
                var silence = LongestSilence - Association.Time.GetElapsedTime(_lastTold);
                return await storing
                    .WaitAsync(silence > ShortestSilence ? silence : ShortestSilence, Association.Time).ConfigureAwait(false);
            }
            catch (TimeoutException) when (!storing.IsCompleted)
            {
                Tell();
            }
        }
    }

    private void Count(IStoredInstance instance, StoreResult result)
    {
        _remaining--;
        if (result.Status == DimseStatus.Success) _completed++;
        else if (DimseStatus.IsWarning(result.Status)) _warned++;
        else
        {
            _failed.Add(instance.SopInstanceUid);
            _firstFailure ??= result.ErrorComment ?? $"An instance was refused with status {result.Status:X4}H";
        }
    }

    private void Tell()
    {
        var command = _commandWriter.Write(Response(DimseStatus.Pending) with { SubOperations = Counts(isFinal: false) });
        // In the middle of an instance nothing can be said, and need not be: the peer sees it come.
        Association.TrySendBetween(Context.Id, command);
        _lastTold = Association.Time.GetTimestamp();
    }

    private SubOperationCounts Counts(bool isFinal) =>
        new(isFinal ? null : Limited(_remaining), Limited(_completed), Limited(_failed.Count), Limited(_warned));

    private static ushort Limited(int count) => (ushort)Math.Min(count, ushort.MaxValue);

    private ReadOnlyMemory<byte> FailedList()
    {
        if (_failed.Count == 0) return default;
        var encoded = new ArrayBufferWriter<byte>(128);
        var list = new DataSet().Set(Tags.FailedSopInstanceUidList, [.. _failed]);
        DataSetWriter.Write(list, Context.TransferSyntax, encoded, SpecificCharacterSet.Default);
        return encoded.WrittenMemory;
    }
}
