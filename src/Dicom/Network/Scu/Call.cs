using System.Threading.Channels;
using CloudPacs.Dicom.Network.Dimse;

namespace CloudPacs.Dicom.Network.Scu;

/// <summary>An operation that we have invoked, and the responses that have come for it.</summary>
internal sealed class Call(ushort messageId, bool isCancellable)
{
    // When the caller is this far behind, nothing more is read from the peer.
    private readonly Channel<DimseMessage> _responses =
        Channel.CreateBounded<DimseMessage>(
            new BoundedChannelOptions(64) { SingleReader = true, SingleWriter = true, FullMode = BoundedChannelFullMode.Wait });

    private volatile bool _isAbandoned;

    public ushort MessageId { get; } = messageId;

    /// <summary>C-CANCEL applies to it.</summary>
    public bool IsCancellable { get; } = isCancellable;

    /// <summary>We have sent a C-CANCEL.</summary>
    public bool IsCancelled { get; set; }

    public bool TryAdd(DimseMessage response) => _isAbandoned || _responses.Writer.TryWrite(response);

    public async ValueTask AddAsync(DimseMessage response)
    {
        while (!TryAdd(response))
        {
            if (!await _responses.Writer.WaitToWriteAsync().ConfigureAwait(false)) return;
        }
    }

    /// <exception cref="DicomNetworkException">The association is over.</exception>
    public async ValueTask<DimseMessage> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_responses.Reader.TryRead(out var response)) return response;
            await _responses.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void Fail(Exception cause) => _responses.Writer.TryComplete(cause);

    /// <summary>Nobody waits for the responses any more: those to come are dropped.</summary>
    public void Abandon()
    {
        _isAbandoned = true;
        while (_responses.Reader.TryRead(out _))
        {
        }
    }
}
