using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace CloudPacs.Dicom.Network;

/// <summary>Who asks for an association, or has one: what policies decide on and services and logs refer to.</summary>
public sealed record AssociationInfo
{
    /// <summary>Number of the connection, unique in the server's lifetime.</summary>
    public required long Id { get; init; }

    /// <summary>Trimmed; never trust it alone (PS3.15).</summary>
    public required string CallingAe { get; init; }

    public required string CalledAe { get; init; }

    public required EndPoint? RemoteEndPoint { get; init; }

    /// <summary>The verified TLS client certificate; null without TLS or without certificate.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    public bool IsTls { get; init; }

    public UserIdentity? UserIdentity { get; init; }

    public string? ImplementationClassUid { get; init; }

    public string? ImplementationVersionName { get; init; }

    /// <summary>The abstract syntaxes asked for.</summary>
    public IReadOnlyList<string> AbstractSyntaxes { get; init; } = [];

    /// <summary>For logs: number, titles and address, no credentials.</summary>
    public override string ToString() => $"association {Id} {CallingAe} -> {CalledAe} from {RemoteEndPoint}";
}
