using CloudPacs.Dicom.Network.Scu;

namespace CloudPacs.Dicom.Network;

/// <summary>
/// Sends stored instances to an application entity by C-STORE, over as many associations, one after the other, as their presentation
/// contexts need. An association that is lost is asked for again by the next instance.
/// </summary>
/// <param name="destination">How it is reached; its contexts follow from the instances.</param>
/// <param name="instances">All that will be sent.</param>
/// <param name="time">Time.</param>
public sealed class InstanceSender(DicomClientOptions destination, IReadOnlyList<IStoredInstance> instances, TimeProvider time)
    : IAsyncDisposable
{
    private readonly ContextPlan _contexts = ContextPlan.Of(instances);
    private DicomClient? _client;
    private int _opened;

    /// <summary>Whose C-MOVE makes that they are sent; null for nobody's.</summary>
    public MoveOriginator? Originator { get; init; }

    public ushort Priority { get; init; }

    /// <summary>Hears why an instance could not be read.</summary>
    public Action<Exception> Report { get; init; } = static _ => { };

    /// <summary>The destination has accepted the association by which the last instance was to be sent.</summary>
    public bool IsReached { get; private set; }

    /// <summary>In the order in which they are best sent.</summary>
    public IReadOnlyList<IStoredInstance> Instances => _contexts.Associations.Count > 1
        ? [.. instances.OrderBy(instance => _contexts.AssociationOf(instance))]
        : instances;

    /// <summary>C-STORE of one of the instances.</summary>
    /// <returns>What the destination said, or why it was not asked.</returns>
    /// <exception cref="DicomNetworkException">There is no association, or it was lost.</exception>
    public async Task<StoreResult> StoreAsync(IStoredInstance instance, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(instance);
        try
        {
            return await TryStoreAsync(instance, cancellationToken).ConfigureAwait(false);
        }
        catch (DicomNetworkException e) when (e.Error == DicomNetworkError.FailureStatus)
        {
            return new StoreResult(e.Status!.Value, e.ErrorComment);
        }
        catch (Exception e)
        {
            await CloseAsync().ConfigureAwait(false);
            if (e is DicomNetworkException || cancellationToken.IsCancellationRequested) throw;
            // It could not be read to its end, which has cost the association.
            Report(e);
            return InstanceSending.Unreadable;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_client is not null) await _client.ReleaseAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (DicomNetworkException)
        {
            // It has ended by itself.
        }

        await CloseAsync().ConfigureAwait(false);
    }

    private async Task<StoreResult> TryStoreAsync(IStoredInstance instance, CancellationToken cancellationToken)
    {
        var client = await OpenAsync(_contexts.AssociationOf(instance), cancellationToken).ConfigureAwait(false);
        if (client.AcceptedSyntax(instance.SopClassUid) is null)
            return new StoreResult(DimseStatus.SopClassNotSupported, $"SOP class {instance.SopClassUid} was not accepted");
        if (InstanceSending.Choose(instance, one => client.Accepts(instance.SopClassUid, one)) is not { } syntax)
            return InstanceSending.NotTaken(instance);

        return await InstanceSending.SendAsync(
            instance,
            syntax,
            dataSet => client.StoreAsync(
                instance.SopClassUid, instance.SopInstanceUid, syntax, dataSet, Originator, Priority, cancellationToken),
            Report,
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<DicomClient> OpenAsync(int number, CancellationToken cancellationToken)
    {
        if (_client is not null && _opened == number) return _client;
        await DisposeAsync().ConfigureAwait(false);
        (_opened, IsReached) = (number, false);
        _client = await DicomClient.ConnectAsync(
            destination with { Contexts = _contexts.Associations[number] }, time, cancellationToken).ConfigureAwait(false);
        IsReached = true;
        return _client;
    }

    private async Task CloseAsync()
    {
        if (_client is { } client) await client.DisposeAsync().ConfigureAwait(false);
        _client = null;
    }
}
