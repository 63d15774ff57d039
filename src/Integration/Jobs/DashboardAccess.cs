using System.Net;
using Hangfire.Dashboard;

namespace CloudPacs.Integration.Jobs;

/// <summary>The dashboard is for this machine, and its buttons for its own pages: no page of another origin may press them.</summary>
internal sealed class DashboardAccess : IDashboardAuthorizationFilter
{
    public bool Authorize(DashboardContext context)
    {
        var http = context.GetHttpContext();
        if (http.Connection.RemoteIpAddress is not { } peer || !IPAddress.IsLoopback(peer)) return false;
        return HttpMethods.IsGet(http.Request.Method) || !ForeignOrigin.Is(http.Request);
    }
}
