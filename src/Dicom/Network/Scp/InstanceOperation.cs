using System.Buffers;
using CloudPacs.Dicom.Network.Dimse;

namespace CloudPacs.Dicom.Network.Scp;

/// <summary>One normalized operation being served (PS3.7 10.1).</summary>
internal sealed class InstanceOperation(
    ServerAssociation association, PresentationContext context, DimseMessage message, string name,
    Func<InstanceRequest, CancellationToken, ValueTask<InstanceResult>> serve)
    : Operation(association, context, message.Command)
{
    private static readonly DataSet Nothing = new DataSet().Freeze();

    protected override string Name => name;

    public override void Start() => _ = RunAsync();

    /// <summary>C-CANCEL does not apply to normalized operations (PS3.7 10.3).</summary>
    public override void CancelByPeer()
    {
    }

    private async Task RunAsync()
    {
        var result = await ServeAsync().ConfigureAwait(false);
        var response = Response(result.Status);
        response = response with
        {
            ErrorComment = result.ErrorComment,
            ErrorId = result.ErrorId,
            AttributeIdentifiers = result.Attributes,
            AffectedSopInstanceUid = response.AffectedSopInstanceUid is { Length: > 0 } named ? named : result.SopInstanceUid,
            HasDataSet = result.DataSet is not null,
        };
        Finish(response, new CommandWriter(), result.DataSet is { } answer ? Encode(answer) : default);
    }

    private async ValueTask<InstanceResult> ServeAsync()
    {
        var command = message.Command;
        var dataSet = Nothing;
        if (command.HasDataSet && !DataSetReader.TryRead(message.DataSet, Context.TransferSyntax, null, out dataSet, out var error))
            return Failure(DimseStatus.ProcessingFailure, error);
        var instance = command.AffectedSopInstanceUid ?? command.RequestedSopInstanceUid;
        if (instance is { Length: > 0 } && !VrRules.IsUid(instance))
            return Failure(DimseStatus.InvalidSopInstance, "The SOP Instance UID is not a UID");
        if (string.IsNullOrEmpty(instance) && command.Field != CommandField.NCreate)
            return Failure(DimseStatus.InvalidSopInstance, "The request names no SOP instance");

        var request = new InstanceRequest
        {
            Association = Association.Info,
            SopClassUid = Context.AbstractSyntax,
            SopInstanceUid = string.IsNullOrEmpty(instance) ? null : instance,
            MessageId = MessageId,
            DataSet = dataSet,
            EncodedDataSet = message.DataSet,
            TransferSyntax = Context.TransferSyntax,
            Attributes = command.AttributeIdentifiers,
            TypeId = command.ActionTypeId ?? command.EventTypeId,
            Events = Association,
        };
        try
        {
            return await serve(request, Cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (Cancellation.IsCancellationRequested)
        {
            return Failure(DimseStatus.ProcessingFailure, null);
        }
        catch (Exception e)
        {
            // The top of the operation: the peer gets a status, the site's log the exception, and the association lives on.
            Association.ReportFailure(Name, e);
            return Failure(DimseStatus.ProcessingFailure, InternalError);
        }
    }

    private ReadOnlyMemory<byte> Encode(DataSet answer)
    {
        var encoded = new ArrayBufferWriter<byte>(1024);
        DataSetWriter.Write(
            answer, Context.TransferSyntax, encoded, SpecificCharacterSet.Parse(answer.GetStrings(Tags.SpecificCharacterSet)));
        return encoded.WrittenMemory;
    }

    private static InstanceResult Failure(ushort status, string? comment) => new(status) { ErrorComment = comment };
}
