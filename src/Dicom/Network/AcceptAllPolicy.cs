namespace CloudPacs.Dicom.Network;

/// <summary>Accepts everybody who calls us by our title: for tests and first steps.</summary>
public sealed class AcceptAllPolicy : IAssociationPolicy
{
    public static AcceptAllPolicy Instance { get; } = new();

    public ValueTask<AssociationDecision> DecideAsync(AssociationInfo association, CancellationToken cancellationToken) =>
        new(AssociationDecision.Accept);
}
