using System.Data.Common;
using CloudPacs.Fhir.Formats;
using CloudPacs.FhirServer.Access;
using CloudPacs.Store.Fhir;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CloudPacs.FhirServer;

/// <summary>What a client is told of a fault (FHIR R4 http.html 3.1.0.7): an OperationOutcome without anything of the inside.</summary>
internal static partial class Faults
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    public static FhirResult Tell(HttpContext context, Exception fault)
    {
        switch (fault)
        {
            case FhirFormatException format:
                return FhirResult.Problem(400, new FhirIssue("structure", format.Message)
                {
                    Expression = format.Place.Split(" (")[0] is { Length: > 0 } place ? place : null,
                });
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return FhirResult.Problem(413, "too-long", "The body is longer than this server takes.");
            case BadHttpRequestException bad:
                return FhirResult.Problem(bad.StatusCode, "structure", "The request breaks off, or is not as HTTP has it.");
            case ForbiddenException forbidden:
                return FhirResult.Problem(403, "forbidden", forbidden.Message);
            case NoRoomException { IsOfOne: true } room:
                return FhirResult.Problem(422, "too-costly", room.Message + " Ask for less at once.");
            case NoRoomException:
                return FhirResult.Problem(503, "throttled", "This server has no room for more large answers. Try again in a moment.") with
                {
                    RetryAfter = Pause,
                };
            case DbException { InnerException: TimeoutException }:
                return FhirResult.Problem(503, "too-costly", "This took too long. Ask for less, or name more of what is looked for.") with
                {
                    RetryAfter = Pause,
                };
            case DbException database when IsPassing(database):
                return FhirResult.Problem(503, "transient", "The database is not available. Try again.") with { RetryAfter = Pause };
            case TimeoutException:
                return FhirResult.Problem(503, "timeout", "This took too long. Try again.") with { RetryAfter = Pause };
            default:
                if (context.RequestServices?.GetService(typeof(ILoggerFactory)) is ILoggerFactory loggers)
                    Failed(loggers.CreateLogger(typeof(Faults).FullName!), context.Request.Method, RequestId.Of(context), fault);
                return FhirResult.Problem(500, "exception", "This server failed. The log says why, under the id of this request.");
        }
    }

    /// <summary>No answer, no room, a shutdown, or a statement over its time limit (SQLSTATE classes 08, 53, 57).</summary>
    private static bool IsPassing(DbException fault) =>
        fault.IsTransient || fault.SqlState is null || fault.SqlState[..2] is "08" or "53" or "57";

    [LoggerMessage(EventId = 8001, Level = LogLevel.Error, Message = "A FHIR request failed: {Method}, request id {RequestId}")]
    private static partial void Failed(ILogger logger, string method, string requestId, Exception fault);
}
