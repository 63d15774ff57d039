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
        if (HttpMethods.IsGet(http.Request.Method) || http.Request.Headers.Origin is not [var origin, ..]) return true;
        return Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority == http.Request.Host.Value;
    }
}
