namespace CloudPacs.Dicom.Network;

/// <summary>
/// What serves a SOP class. The operations it serves are the interfaces it implements, such as <see cref="IFindService"/>; others are
/// answered with 0211H.
/// </summary>
public interface IDimseService
{
    /// <summary>How the data sets of its requests are brought to it. By default whole, up to the server's limit.</summary>
    DataSetDelivery Delivery => DataSetDelivery.Buffered();

    /// <summary>
    /// Picks one of the proposed transfer syntaxes; null refuses the context (result 4). By default explicit, else implicit little endian,
    /// never big endian.
    /// </summary>
    /// <param name="proposed">UIDs, in the order of the requestor.</param>
    /// <param name="callingAe">AE title of the requestor.</param>
    TransferSyntax? ChooseTransferSyntax(IReadOnlyList<string> proposed, string callingAe)
    {
        ArgumentNullException.ThrowIfNull(proposed);
        return proposed.Contains(TransferSyntax.ExplicitVrLittleEndian.Uid) ? TransferSyntax.ExplicitVrLittleEndian
            : proposed.Contains(TransferSyntax.ImplicitVrLittleEndian.Uid) ? TransferSyntax.ImplicitVrLittleEndian
            : null;
    }

    /// <summary>
    /// Answers a role selection (PS3.7 D.3.3.4); a role that was not proposed is never granted. By default the requestor may only be SCU.
    /// </summary>
    RoleSelection ChooseRoles(RoleSelection proposed) => new(proposed.IsScu, IsScp: false);

    /// <summary>
    /// Answers the service class application information of a SOP class extended negotiation (PS3.7 D.3.3.5); null leaves it without
    /// answer.
    /// </summary>
    byte[]? NegotiateExtended(string sopClassUid, ReadOnlySpan<byte> requested) => null;
}

/// <summary>The roles of the association requestor for a SOP class (PS3.7 D.3.3.4): proposed in a request, accepted in an answer.</summary>
/// <param name="IsScu">The requestor uses the service. The default when nothing is negotiated.</param>
/// <param name="IsScp">The requestor provides the service.</param>
public readonly record struct RoleSelection(bool IsScu, bool IsScp);
