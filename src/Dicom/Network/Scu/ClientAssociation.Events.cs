using CloudPacs.Dicom.Network.Dimse;
using CloudPacs.Dicom.Network.Pdu;

namespace CloudPacs.Dicom.Network.Scu;

/// <content>Events that the peer reports on the association that we asked for (PS3.7 10.1.1).</content>
internal sealed partial class ClientAssociation
{
    private readonly CommandWriter _responses = new();

    // False: nobody here takes it.
    private async ValueTask<bool> TakeEventAsync(DimseMessage message)
    {
        var command = message.Command;
        if (_options.Events is not { } events || command.Field != CommandField.NEventReport
            || ContextOf(message.ContextId) is not { } context)
            return false;
        var result = command.AffectedSopClassUid == context.AbstractSyntax
            ? await ServeAsync(events, message, context).ConfigureAwait(false)
            : new InstanceResult(DimseStatus.SopClassNotSupported);
        var response = CommandSets.Response(command, result.Status) with { ErrorComment = result.ErrorComment, ErrorId = result.ErrorId };
        // Not between the fragments of a data set that is being sent.
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            lock (_gate) Connection.Send(message.ContextId, _responses.Write(response), default, hasData: false, flush: true);
        }
        finally
        {
            _turn.Release();
        }

        return true;
    }

    private async ValueTask<InstanceResult> ServeAsync(IEventService events, DimseMessage message, ProposedContext context)
    {
        var dataSet = new DataSet();
        var syntax = context.TransferSyntaxes[0];
        if (message.IsTooLarge) return Failure("The data set is longer than the limit");
        if (message.Command.HasDataSet && !DataSetReader.TryRead(message.DataSet, syntax, null, out dataSet, out var error))
            return Failure(error);
        try
        {
            return await events.TakeEventAsync(new InstanceRequest
            {
                Association = new AssociationInfo
                {
                    Id = 0, CallingAe = _options.CalledAe, CalledAe = _options.CallingAe, RemoteEndPoint = null,
                },
                SopClassUid = context.AbstractSyntax,
                SopInstanceUid = message.Command.AffectedSopInstanceUid,
                MessageId = message.Command.MessageIdOrZero,
                TypeId = message.Command.EventTypeId,
                DataSet = dataSet,
                EncodedDataSet = message.DataSet,
                TransferSyntax = syntax,
            }, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The peer keeps what it could not tell.
            return Failure(null);
        }

        static InstanceResult Failure(string? comment) => new(DimseStatus.ProcessingFailure) { ErrorComment = comment };
    }

    /// <summary>An accepted context, in the one syntax agreed on.</summary>
    private ProposedContext? ContextOf(byte id)
    {
        var answer = _answer.Task.IsCompletedSuccessfully ? _answer.Task.Result : null;
        if (answer?.Contexts.Find(context => context.Id == id) is not { Result: ContextResult.Acceptance, TransferSyntaxes: [var uid, ..] })
            return null;
        return _options.Contexts.ElementAtOrDefault(id / 2) is { } proposed && TransferSyntax.FromUid(uid) is { } syntax
            ? new ProposedContext(proposed.AbstractSyntax, syntax)
            : null;
    }
}
