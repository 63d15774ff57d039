using System.Net;
using Hangfire.Dashboard;

namespace CloudPacs.Integration.Jobs;

/// <summary>
/// The dashboard is for this machine, or for administrators where everybody says who they are; its buttons are for its own pages: no page
/// of another origin may press them.
/// </summary>
/// <param name="isGuarded">Who comes this far is known, and may.</param>
internal sealed class DashboardAccess(bool isGuarded) : IDashboardAuthorizationFilter
{
    public bool Authorize(DashboardContext context)
    {
        var http = context.GetHttpContext();
        if (!isGuarded && (http.Connection.RemoteIpAddress is not { } peer || !IPAddress.IsLoopback(peer))) return false;
        return HttpMethods.IsGet(http.Request.Method) || !ForeignOrigin.Is(http.Request);
    }
}
