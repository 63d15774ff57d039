using System.Buffers;
using CloudPacs.Dicom.Network.Dimse;

namespace CloudPacs.Dicom.Network.Scp;

/// <summary>One C-FIND being served (PS3.7 9.1.2): runs the service, sends what it finds, then the final status.</summary>
internal sealed class FindOperation : Operation, IFindResponder
{
    /// <summary>So many responses may be sent in one go before the association's loop is given back, to read a C-CANCEL.</summary>
    private const int ResponsesInOneGo = 32;

    private readonly IFindService _service;
    private readonly DimseMessage _message;
    private readonly CommandWriter _commandWriter = new();
    private ArrayBufferWriter<byte>? _encoded;
    private int _sent;

    // Until the service first waits it runs on the association's loop, and responses gather to leave together.
    private volatile bool _isOnLoop = true;

    public FindOperation(ServerAssociation association, PresentationContext context, IFindService service, DimseMessage message)
        : base(association, context, message.Command)
    {
        (_service, _message) = (service, message);
    }

    protected override string Name => "C-FIND";

    public override void Start()
    {
        var running = RunAsync();
        _isOnLoop = false;
        if (!running.IsCompleted) Association.Connection.Flush();
    }

    public ValueTask SendAsync(DataSet identifier, bool optionalKeysUnsupported = false)
    {
        ArgumentNullException.ThrowIfNull(identifier);
        _encoded ??= new ArrayBufferWriter<byte>(1024);
        _encoded.ResetWrittenCount();
        DataSetWriter.Write(
            identifier, Context.TransferSyntax, _encoded, SpecificCharacterSet.Parse(identifier.GetStrings(Tags.SpecificCharacterSet)));
        return SendAsync(_encoded.WrittenMemory, optionalKeysUnsupported);
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> encodedIdentifier, bool optionalKeysUnsupported = false)
    {
        Cancellation.ThrowIfCancellationRequested();
        var status = optionalKeysUnsupported ? DimseStatus.PendingOptionalKeysUnsupported : DimseStatus.Pending;
        var command = _commandWriter.Write(Response(status) with { HasDataSet = true });
        if (!Association.Connection.Send(Context.Id, command, encodedIdentifier.Span, hasData: true, flush: false))
        {
            Cancel();
            throw new OperationCanceledException("The association is gone.", Cancellation);
        }

        var onLoop = _isOnLoop;
        if (!onLoop) Association.FlushSoon();
        if (Association.Connection.HasRoom && !(onLoop && ++_sent % ResponsesInOneGo == 0)) return default;
        return WaitAsync();
    }

    private async ValueTask WaitAsync()
    {
        Association.Connection.Flush();
        await Task.Yield();
        await Association.Connection.WaitForRoomAsync().WaitAsync(Cancellation).ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        var result = await FindAsync().ConfigureAwait(false);
        if (IsCancelRequested) result = new FindResult(DimseStatus.Cancel);
        Finish(Response(result.Status) with { ErrorComment = result.ErrorComment, OffendingElements = result.OffendingElements ?? [] },
            _commandWriter);
    }

    private async ValueTask<FindResult> FindAsync()
    {
        if (!DataSetReader.TryRead(_message.DataSet, Context.TransferSyntax, null, out var identifier, out var error))
            return new FindResult(DimseStatus.UnableToProcess, error);

        var request = new FindRequest
        {
            Association = Association.Info,
            SopClassUid = Context.AbstractSyntax,
            MessageId = MessageId,
            Identifier = identifier,
            EncodedIdentifier = _message.DataSet,
            TransferSyntax = Context.TransferSyntax,
            ExtendedNegotiation = Context.Extended,
        };
        try
        {
            return await _service.FindAsync(request, this, Cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (Cancellation.IsCancellationRequested)
        {
            return new FindResult(DimseStatus.Cancel);
        }
        catch (Exception e)
        {
            // The top of the operation: the peer gets a status, the site's log the exception, and the association lives on.
            Association.ReportFailure(Name, e);
            return new FindResult(DimseStatus.UnableToProcess, InternalError);
        }
    }
}
