using System.Net;

namespace CloudPacs.Dicom.Network.Scp;

/// <summary>
/// Who gives way when a server is full: the address that holds most gives its place that is idle longest to an address that holds fewer,
/// so that no single one, by a fault or at will, keeps all others out.
/// </summary>
internal static class Displacement
{
    /// <param name="holders">All that hold a place.</param>
    /// <param name="newcomer">Address of who needs one.</param>
    /// <returns>Null when nobody holds more than the newcomer then would, or all of them are at work.</returns>
    public static ServerAssociation? Choose(IEnumerable<ServerAssociation> holders, EndPoint? newcomer)
    {
        var addresses = holders.GroupBy(static holder => AddressOf(holder.Info.RemoteEndPoint)).ToList();
        var own = addresses.Find(address => address.Key.Equals(AddressOf(newcomer)))?.Count() ?? 0;
        return addresses.Where(address => address.Count() > own + 1).OrderByDescending(static address => address.Count())
            .Select(static address => address.Where(static holder => holder.IsIdle)
                .OrderBy(static holder => holder.Connection.IdleEnd).ThenBy(static holder => holder.Info.Id).FirstOrDefault())
            .FirstOrDefault(static holder => holder is not null);
    }

    private static IPAddress AddressOf(EndPoint? endPoint) => (endPoint as IPEndPoint)?.Address ?? IPAddress.None;
}
