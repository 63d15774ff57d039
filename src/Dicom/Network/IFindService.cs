namespace CloudPacs.Dicom.Network;

/// <summary>Serves C-FIND (PS3.7 9.1.2) for the SOP classes it is registered for.</summary>
public interface IFindService : IDimseService
{
    /// <summary>
    /// Sends the matches to <paramref name="responder"/> and returns the final status. It begins on the association's own loop: it may
    /// compute for a short while, but must await, never block, where it waits. A C-CANCEL, or the end of the association, cancels the
    /// token; letting the <see cref="OperationCanceledException"/> pass is the right answer. Any other exception is answered with C000H.
    /// </summary>
    ValueTask<FindResult> FindAsync(FindRequest request, IFindResponder responder, CancellationToken cancellationToken);

    /// <summary>
    /// Turns down fuzzy matching and timezone adjustment for the modality worklist (PS3.4 K.5.1.1.1); other SOP classes get no answer.
    /// </summary>
    byte[]? IDimseService.NegotiateExtended(string sopClassUid, ReadOnlySpan<byte> requested) =>
        sopClassUid == Uids.ModalityWorklistFind
            ? WorklistExtendedNegotiation.Answer(requested, supportsFuzzyNames: false, supportsTimezone: false)
            : null;
}

/// <summary>The final status of a C-FIND (PS3.4 C.4.1.1.4).</summary>
/// <param name="Status">Success, or a failure; see <see cref="DimseStatus"/>.</param>
/// <param name="ErrorComment">Why it failed, at most 64 ASCII characters, without patient data.</param>
/// <param name="OffendingElements">The keys that caused it; null for none.</param>
public readonly record struct FindResult(ushort Status, string? ErrorComment = null, IReadOnlyList<Tag>? OffendingElements = null)
{
    public static readonly FindResult Success = new(DimseStatus.Success);
}
