using CloudPacs.Dicom;
using CloudPacs.DicomWeb;
using CloudPacs.Domain;
using CloudPacs.Domain.Performed;
using CloudPacs.Worklist;

namespace CloudPacs.Integration.Performed;

/// <summary>
/// Modality performed procedure steps over HTTP (PS3.18 chapter 15): what N-CREATE, N-SET and N-GET do, by the same commands. Nobody calls
/// by an AE title here: what is set for the station that performs the step (0040,0241) holds for it.
/// </summary>
internal sealed class PerformedHttpService(PerformedDoor door, PerformedRetrieve stored, StationDirectory stations)
{
    /// <summary>JSON and XML say the same in more bytes than the wire form.</summary>
    private const int MaxBodyBytes = 2 * PerformedChecks.MaxBytes;

    private const string Update = "update";

    public void Map(IEndpointRouteBuilder routes)
    {
        const string Path = "/dicomweb/modality-performed-procedure-steps/{uid}";
        routes.MapPost(Path, (string uid, HttpContext http) => ReportAsync(uid, http));
        routes.MapGet(Path, (string uid, HttpContext http) => RetrieveAsync(uid, http));
    }

    private async Task ReportAsync(string uid, HttpContext http)
    {
        if (ForeignOrigin.Is(http.Request))
        {
            await DicomWebAnswer.RefuseAsync(http, StatusCodes.Status403Forbidden, "This is not for pages of another origin.");
            return;
        }

        if (!await IsAskedWellAsync(uid, http, Update)) return;
        var begins = !http.Request.Query.ContainsKey(Update);
        var (sent, status, fault) = await DicomWebBody.ReadAsync(http, MaxBodyBytes, http.RequestAborted);
        if (sent is null)
        {
            await DicomWebAnswer.RefuseAsync(http, status, fault);
            return;
        }

        var performing = begins ? sent : await stored.FindAsync(uid, http.RequestAborted) ?? sent;
        var title = performing.GetString(Tags.PerformedStationAeTitle) ?? "";
        if (title.Length > 0 && VrRules.FindProblem(title, VR.AE) is { } problem)
        {
            await DicomWebAnswer.RefuseAsync(
                http, StatusCodes.Status400BadRequest, $"PerformedStationAETitle {problem}.", [Tags.PerformedStationAeTitle]);
            return;
        }

        var station = stations.ProfileOf(title);
        var source = http.Connection.RemoteIpAddress?.ToString() ?? "";
        if (await door.ReportAsync(uid, begins, sent, station, source, mendsVrs: false, http.RequestAborted) is not { } outcome)
        {
            http.Response.Headers.RetryAfter = "5";
            await DicomWebAnswer.RefuseAsync(http, StatusCodes.Status503ServiceUnavailable, "The database is away: send it again.");
        }
        else await AnswerAsync(http, uid, begins, outcome);
    }

    private static Task AnswerAsync(HttpContext http, string uid, bool begins, Outcome outcome)
    {
        if (PerformedStatus.Refusal(outcome) is { } error)
        {
            IReadOnlyList<Tag> about = error is AttributeProblem { Tag: var tag } ? [tag] : [];
            return DicomWebAnswer.RefuseAsync(http, PerformedStatus.Of(error).Http, error.Text.TrimEnd('.') + ".", about);
        }

        foreach (var problem in outcome.Problems) DicomWebAnswer.Warn(http, problem.Text.TrimEnd('.') + ".");
        http.Response.StatusCode = begins ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        if (begins) http.Response.Headers.Location = $"{PublicAddress.RootOf(http)}/modality-performed-procedure-steps/{uid}";
        return Task.CompletedTask;
    }

    private async Task RetrieveAsync(string uid, HttpContext http)
    {
        if (!await IsAskedWellAsync(uid, http)) return;
        if (DicomWebForms.Accepted(http.Request) is not { } form) await DicomWebAnswer.RefuseFormAsync(http);
        else if (await stored.FindAsync(uid, http.RequestAborted) is not { } found)
            await DicomWebAnswer.RefuseAsync(http, StatusCodes.Status404NotFound, "No performed procedure step has this UID.");
        else
        {
            found.Set(Tags.SopClassUid, Uids.ModalityPerformedProcedureStep).Set(Tags.SopInstanceUid, uid);
            await DicomWebAnswer.WriteAsync(http.Response, form, [found]);
        }
    }

    /// <summary>A parameter that is misspelt would make a change a creation.</summary>
    private static async Task<bool> IsAskedWellAsync(string uid, HttpContext http, params string[] parameters)
    {
        var fault = !VrRules.IsUid(uid) ? "The path does not end with a UID."
            : http.Request.Query.Keys.FirstOrDefault(name => !parameters.Contains(name)) is { } other ? $"{other} is no parameter."
            : null;
        if (fault is null) return true;
        await DicomWebAnswer.RefuseAsync(http, StatusCodes.Status400BadRequest, fault);
        return false;
    }
}
