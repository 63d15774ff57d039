using System.Net;
using CloudPacs.Hl7v2;
using CloudPacs.Settings;

namespace CloudPacs.Integration.Messages;

/// <summary>
/// Who may send HL7: anybody from loopback while no sender is configured, configured senders from elsewhere, bound to certificate and
/// MSH-3/4 where the site says so.
/// </summary>
internal sealed class SenderDirectory(EngineSettings settings)
{
    public bool IsAllowed(Message message, MessageOrigin origin)
    {
        if (origin.Address is null || (IPAddress.IsLoopback(origin.Address) && origin.Certificate is null)) return true;
        var senders = settings.Mllp.Senders.Values;
        // With required client certificates and no list, the certificate's authority is what admits.
        if (senders.Count == 0) return IPAddress.IsLoopback(origin.Address) || origin.Certificate is not null;
        return senders.Any(sender => Fits(sender, message, origin));
    }

    private static bool Fits(SenderAccess sender, Message message, MessageOrigin origin)
    {
        if (sender.Addresses.Count > 0 && !PeerAddress.IsIn(origin.Address!, sender.Addresses) && !IPAddress.IsLoopback(origin.Address!))
            return false;
        if (sender.Certificate.Length > 0 && origin.Certificate?.IsNamed(sender.Certificate) != true) return false;
        return (sender.SendingApplication.Length == 0 || sender.SendingApplication == message.SendingApplication)
            && (sender.SendingFacility.Length == 0 || sender.SendingFacility == message.SendingFacility);
    }
}
