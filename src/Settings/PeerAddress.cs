using System.Net;

namespace CloudPacs.Settings;

/// <summary>Addresses and networks of configured peers.</summary>
internal static class PeerAddress
{
    /// <summary>Whether the address is one of the entries or lies in one of the networks.</summary>
    public static bool IsIn(IPAddress address, IEnumerable<string> entries)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        foreach (var entry in entries)
        {
            var isIn = IPNetwork.TryParse(entry, out var network)
                ? network.Contains(address)
                : IPAddress.TryParse(entry, out var single) && single.Equals(address);
            if (isIn) return true;
        }

        return false;
    }
}
