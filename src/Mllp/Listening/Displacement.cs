using System.Net;

namespace CloudPacs.Mllp.Listening;

/// <summary>
/// Whose connection ends when a listener is full: the address that holds most gives the one that is idle longest to an address that holds
/// fewer, so that no single one, by a fault or at will, keeps all others out.
/// </summary>
internal static class Displacement
{
    /// <returns>Null when nobody holds more than the newcomer then would, or all of them are at work.</returns>
    public static Session? Choose(IEnumerable<Session> holders, IPAddress newcomer)
    {
        var addresses = holders.GroupBy(static session => session.Remote.Address).ToList();
        var own = addresses.Find(address => address.Key.Equals(newcomer))?.Count() ?? 0;
        return addresses.Where(address => address.Count() > own + 1).OrderByDescending(static address => address.Count())
            .Select(static address => address.Where(static session => session.IdleSince is not null)
                .OrderBy(static session => session.IdleSince ?? long.MaxValue).ThenBy(static session => session.Id).FirstOrDefault())
            .FirstOrDefault(static session => session is not null);
    }
}
