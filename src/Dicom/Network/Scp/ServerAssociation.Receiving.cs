using CloudPacs.Dicom.Network.Dimse;
using CloudPacs.Dicom.Network.Pdu;
using CloudPacs.Dicom.Network.UpperLayer;

namespace CloudPacs.Dicom.Network.Scp;

/// <content>From fragments to requests; each data set is buffered or streamed as its service wants it.</content>
internal sealed partial class ServerAssociation
{
    private readonly FragmentSequence _fragments = new();
    private readonly FragmentBuffer _buffer = new(0);

    // The streamed data set that is being received, or came last. Streamed ones come one at a time: the next waits until this one is read.
    private StreamedDataSet? _stream;
    private CommandSet? _refusal;
    private long _discarded;

    // A service that does not read, not the peer, keeps the association from going on.
    private volatile bool _isHeldBack;

    public async ValueTask<bool> DataReceived(ReadOnlyMemory<byte> body)
    {
        while (!body.IsEmpty)
        {
            var receiving = ReceiveNextAsync(ref body);
            if (receiving.IsCompletedSuccessfully)
            {
                if (!receiving.Result) return false;
                continue;
            }

            _isHeldBack = true;
            var isValid = await receiving.ConfigureAwait(false);
            _isHeldBack = false;
            if (!isValid) return false;
        }

        return true;
    }

    private ValueTask<bool> ReceiveNextAsync(ref ReadOnlyMemory<byte> body)
    {
        var rest = body.Span;
        Pdv.TryTake(ref rest, out var pdv);
        body = body[^rest.Length..];
        if (!_negotiation!.Contexts.TryGetValue(pdv.ContextId, out var context)) return new(false);
        return _fragments.Add(pdv, out var command) switch
        {
            FragmentKind.Invalid => new(false),
            FragmentKind.Command => BeginAsync(command!, context),
            FragmentKind.DataSet when _stream is { IsReceiving: true } => AddToStreamAsync(pdv, context),
            FragmentKind.DataSet => AddToBufferAsync(pdv, command!, context),
            _ => new(true),
        };
    }

    private ValueTask<bool> BeginAsync(CommandSet command, PresentationContext context)
    {
        _discarded = 0;
        if (!command.HasDataSet) return DispatchAsync(new DimseMessage(context.Id, command, default, IsTooLarge: false), context);
        var delivery = context.Service.Delivery;
        if (delivery.IsStreamed) return BeginStreamAsync(command, context, delivery);
        _buffer.Begin((int?)delivery.MaxBytes ?? _host.Options.MaxDataSetBytes);
        return new(true);
    }

    private ValueTask<bool> AddToBufferAsync(in Pdv pdv, CommandSet command, PresentationContext context)
    {
        if (!_buffer.Add(pdv.Fragment, pdv.IsLast)) Discard(pdv.Fragment.Length);
        if (!pdv.IsLast) return new(true);
        var isTooLarge = _buffer.IsTooLong;
        return DispatchAsync(new DimseMessage(context.Id, command, _buffer.Take(), isTooLarge), context);
    }

    private async ValueTask<bool> DispatchAsync(DimseMessage message, PresentationContext context)
    {
        if (message.Command.Field == CommandField.CCancel)
        {
            Cancel(message.Command);
            return true;
        }

        if (message.Command.IsResponse) return TakeResponse(message.Command);
        if (_stream is not null) await _stream.Read.ConfigureAwait(false);
        if (Start(message, context, stream: null) is { } refusal) Refuse(context, refusal);
        return true;
    }

    private async ValueTask<bool> BeginStreamAsync(CommandSet command, PresentationContext context, DataSetDelivery delivery)
    {
        if (command.IsResponse) return false;
        if (_stream is not null) await _stream.Read.ConfigureAwait(false);
        _stream = new StreamedDataSet(delivery);
        _refusal = Start(new DimseMessage(context.Id, command, default, IsTooLarge: false), context, _stream);
        if (_refusal is not null) _stream.StopReading();
        return true;
    }

    private ValueTask<bool> AddToStreamAsync(in Pdv pdv, PresentationContext context)
    {
        var length = pdv.Fragment.Length;
        var adding = _stream!.AddAsync(pdv.Fragment, pdv.IsLast);
        if (adding.IsCompletedSuccessfully && !adding.Result) Discard(length);
        if (!pdv.IsLast || _refusal is null) return adding.IsCompletedSuccessfully ? new(true) : adding;
        Refuse(context, _refusal);
        _refusal = null;
        return new(true);
    }

    private void Discard(int bytes)
    {
        _discarded += bytes;
        if (_discarded > _host.Options.MaxDiscardedBytes && Connection.State == State.Sta6)
            Abort("it was aborted because too much came of a data set that nobody reads");
    }
}
