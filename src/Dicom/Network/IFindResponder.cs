namespace CloudPacs.Dicom.Network;

/// <summary>
/// Takes the matches of one C-FIND, one call at a time. Calls complete when there is room for more, so a slow reader slows the search; they
/// throw <see cref="OperationCanceledException"/> once the search is cancelled or the peer is gone.
/// </summary>
public interface IFindResponder
{
    /// <summary>Sends a match, encoded in the character set that its own (0008,0005) names.</summary>
    /// <param name="identifier">The match.</param>
    /// <param name="optionalKeysUnsupported">Answer FF01H: some optional keys were not supported.</param>
    ValueTask SendAsync(DataSet identifier, bool optionalKeysUnsupported = false);

    /// <summary>
    /// Sends a match that is already encoded in the request's transfer syntax. The bytes are copied before the call returns.
    /// </summary>
    ValueTask SendAsync(ReadOnlyMemory<byte> encodedIdentifier, bool optionalKeysUnsupported = false);
}
