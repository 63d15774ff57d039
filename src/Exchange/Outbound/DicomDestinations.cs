using CloudPacs.Dicom.Network;
using CloudPacs.Settings;

namespace CloudPacs.Exchange.Outbound;

/// <summary>The application entities to which we open associations.</summary>
/// <param name="settings">Where they are, and what we call ourselves.</param>
/// <param name="tls">How those are spoken to that have TLS, by AE title.</param>
internal sealed class DicomDestinations(DicomSettings settings, IReadOnlyDictionary<string, DicomClientTls> tls)
{
    /// <summary>
    /// How C-MOVE reaches it; null when it is not known or not meant for who asks, which makes no difference to that one.
    /// </summary>
    public DicomClientOptions? Find(string aeTitle, string callingAe)
    {
        if (!settings.Destinations.TryGetValue(aeTitle, out var found)) return null;
        return found.Callers.Count > 0 && !found.Callers.Contains(callingAe, StringComparer.Ordinal) ? null : OptionsOf(aeTitle);
    }

    /// <summary>How one that is configured is reached; contexts are the caller's affair.</summary>
    public DicomClientOptions OptionsOf(string aeTitle)
    {
        var found = settings.Destinations[aeTitle];
        return new DicomClientOptions
        {
            Host = found.Host,
            Port = found.Port,
            CallingAe = settings.AeTitle,
            CalledAe = aeTitle,
            Contexts = [],
            Tls = tls.GetValueOrDefault(aeTitle),
            ConnectTimeout = found.ConnectTimeout,
            AssociationTimeout = found.ConnectTimeout,
            ResponseTimeout = found.AnswerTimeout,
        };
    }
}
