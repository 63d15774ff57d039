namespace CloudPacs.Dicom.Network;

/// <summary>Decides who may have an association. The called AE title and the limits have been checked before.</summary>
public interface IAssociationPolicy
{
    /// <summary>Decides by calling AE title, address, certificate and user. An exception rejects for now (2/3/1).</summary>
    ValueTask<AssociationDecision> DecideAsync(AssociationInfo association, CancellationToken cancellationToken);
}
