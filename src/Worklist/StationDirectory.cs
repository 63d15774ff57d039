using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CloudPacs.Dicom.Network;
using CloudPacs.Settings;

namespace CloudPacs.Worklist;

/// <summary>
/// The known application entities. From loopback any calling AE title is served while no station is configured; from elsewhere only
/// configured stations, from their addresses and, where the site asks for it, with their certificate.
/// </summary>
internal sealed class StationDirectory(EngineSettings settings) : IAssociationPolicy
{
    private const int MaxUnknownProfiles = 1024;
    private readonly ConcurrentDictionary<string, StationProfile> _profiles = new(StringComparer.Ordinal);

    /// <summary>What is known of a calling AE title; profiles of unknown ones are made when first asked for.</summary>
    public StationProfile ProfileOf(string aeTitle)
    {
        if (_profiles.TryGetValue(aeTitle, out var profile)) return profile;
        if (_profiles.Count > MaxUnknownProfiles + settings.Dicom.Stations.Count) _profiles.Clear();
        return _profiles.GetOrAdd(aeTitle, new StationProfile(aeTitle, settings.Dicom.Stations.GetValueOrDefault(aeTitle), settings));
    }

    /// <summary>What it means for a calling AE title that it is not configured; null for one that is.</summary>
    public string? WhyUnknown(string aeTitle)
    {
        var stations = settings.Dicom.Stations;
        if (stations.ContainsKey(aeTitle)) return null;
        var near = stations.Keys.FirstOrDefault(known => known.Equals(aeTitle.Trim(), StringComparison.OrdinalIgnoreCase));
        var admits = ProfileOf(aeTitle).Unassigned.Admits(aeTitle, "");
        var hint = near is null ? "" : $"; {near} is, and titles are compared as they are written";
        return $"{aeTitle} is not configured (Dicom:Stations){hint}: it is served from this machine only and rejected from elsewhere, "
            + "finds entries of every facility, and "
            + (admits ? "those that name no station too." : "none of those that name no station (Worklist:UnassignedVisibleTo).");
    }

    public ValueTask<AssociationDecision> DecideAsync(AssociationInfo association, CancellationToken cancellationToken) =>
        ValueTask.FromResult(
            IsAllowed(association)
                ? AssociationDecision.Accept
                : AssociationDecision.Reject(AssociationRejection.CallingAeTitleNotRecognized));

    private bool IsAllowed(AssociationInfo association)
    {
        var address = (association.RemoteEndPoint as IPEndPoint)?.Address;
        var isLocal = address is not null && IPAddress.IsLoopback(address);
        if (!settings.Dicom.Stations.TryGetValue(association.CallingAe, out var station)) return isLocal;
        if (station.Certificate.Length > 0 && !Carries(association.ClientCertificate, station.Certificate)) return false;
        return station.Addresses.Count == 0 ? isLocal : address is not null && PeerAddress.IsIn(address, station.Addresses);
    }

    private static bool Carries(X509Certificate2? certificate, string name)
    {
        if (certificate is null) return false;
        if (string.Equals(certificate.GetCertHashString(HashAlgorithmName.SHA256), name, StringComparison.OrdinalIgnoreCase)) return true;
        if (string.Equals(certificate.Subject, name, StringComparison.OrdinalIgnoreCase)) return true;
        return certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(static san => san.EnumerateDnsNames()).Contains(name, StringComparer.OrdinalIgnoreCase);
    }
}
