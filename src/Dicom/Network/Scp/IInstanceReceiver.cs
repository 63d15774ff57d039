namespace CloudPacs.Dicom.Network.Scp;

/// <summary>Who gets the instances of a C-GET or C-MOVE. Disposing ends what was opened for it.</summary>
internal interface IInstanceReceiver : IAsyncDisposable
{
    /// <summary>Told once what will be sent; gives it in the order in which it is best sent.</summary>
    IReadOnlyList<IStoredInstance> Prepare(RetrievePlan plan, ushort priority);

    /// <summary>One sub-operation: a status other than success or warning says that the instance was not taken.</summary>
    /// <exception cref="DicomNetworkException">The association with who asked is over.</exception>
    /// <exception cref="OperationCanceledException">So it is.</exception>
    Task<StoreResult> StoreAsync(IStoredInstance instance, CancellationToken cancellationToken);
}
