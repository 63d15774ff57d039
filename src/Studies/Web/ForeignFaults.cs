using CloudPacs.DicomWeb;
using CloudPacs.Studies.Archives;
using Microsoft.AspNetCore.Http;

namespace CloudPacs.Studies.Web;

/// <summary>Tells callers that another archive does not give what they ask for.</summary>
internal static class ForeignFaults
{
    /// <summary>Runs a request; one that has begun to be answered is broken off, so that nobody takes a part for the whole.</summary>
    public static async Task GuardAsync(HttpContext http, Func<HttpContext, Task> run)
    {
        try
        {
            await run(http);
        }
        catch (ForeignArchiveException) when (http.Response.HasStarted)
        {
            http.Abort();
        }
        catch (ForeignArchiveException e)
        {
            http.Response.Clear();
            await DicomWebAnswer.RefuseAsync(http, StatusOf(e.Fault), e.Message);
        }
    }

    private static int StatusOf(ForeignArchiveFault fault) => fault switch
    {
        ForeignArchiveFault.NotThere => StatusCodes.Status404NotFound,
        ForeignArchiveFault.TimedOut => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status502BadGateway,
    };
}
