namespace CloudPacs.Dicom.Network;

/// <summary>What an <see cref="IAssociationPolicy"/> decided.</summary>
public sealed record AssociationDecision
{
    private AssociationDecision()
    {
    }

    /// <summary>Accepted, without regard to any user identity.</summary>
    public static AssociationDecision Accept { get; } = new();

    /// <summary>Null when accepted.</summary>
    public AssociationRejection? Rejection { get; private init; }

    /// <summary>What to answer to the user identity; null says that it was not looked at.</summary>
    public ReadOnlyMemory<byte>? UserIdentityResponse { get; private init; }

    /// <summary>Accepted with the user's identity confirmed. The response is empty but for Kerberos and SAML (PS3.7 D.3.3.7.2).</summary>
    public static AssociationDecision AcceptUser(ReadOnlyMemory<byte> response = default) => new() { UserIdentityResponse = response };

    public static AssociationDecision Reject(AssociationRejection rejection) => new() { Rejection = rejection };
}
