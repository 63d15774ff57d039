using CloudPacs.Archive;
using CloudPacs.Dicom;
using CloudPacs.DicomWeb;
using CloudPacs.DicomWeb.Multipart;
using CloudPacs.DicomWeb.Storing;
using CloudPacs.Worklist;
using CloudPacs.Studies.Intake;

namespace CloudPacs.Integration.Studies;

/// <summary>Store of instances over HTTP (PS3.18 10.5): each part is durable when the next one is read.</summary>
internal sealed class StoreHttpService(
    InstanceIntake intake, StudyDoor door, StationDirectory stations, ILogger<StoreHttpService> logger)
{
    /// <summary>Of all parts together.</summary>
    private const long MaxBytes = 64L * 1024 * 1024 * 1024;

    /// <summary>Who sends over HTTP is known by name when it has an identity.</summary>
    private const string Sender = "DICOMWEB";

    private static readonly TimeSpan Later = TimeSpan.FromSeconds(30);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/dicomweb/studies", http => StoreAsync(http, study: null));
        routes.MapPost("/dicomweb/studies/{study}", http => StoreAsync(http, http.Request.RouteValues["study"] as string));
    }

    private async Task StoreAsync(HttpContext http, string? study)
    {
        if (StoreType.Read(http.Request.ContentType, out var status, out var fault) is not { } type)
        {
            await DicomWebAnswer.RefuseAsync(http, status, fault);
            return;
        }

        if (type.Form is StoreForm.Json or StoreForm.Xml)
        {
            await DicomWebAnswer.RefuseAsync(
                http, StatusCodes.Status415UnsupportedMediaType, "Metadata with bulk data are not taken: send DICOM files.");
            return;
        }

        if (DicomWebForms.Accepted(http.Request) is not { } form)
        {
            await DicomWebAnswer.RefuseFormAsync(http);
            return;
        }

        if (http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxBytes;
        var outcomes = new List<StoreOutcome>();
        var (isBroken, unsupported) = (false, 0);
        if (type.Boundary is null) outcomes.Add(await TakeAsync(http, http.Request.Body, study));
        else
        {
            using var parts = new PartReader(http.Request.Body, type.Boundary);
            try
            {
                while (await parts.NextAsync(http.RequestAborted))
                {
                    if (type.PartOf(parts.Headers) != StorePart.File) unsupported++;
                    else outcomes.Add(await TakeAsync(http, parts.OpenBody(), study));
                }
            }
            catch (InvalidDataException) when (parts.Fault != MultipartFault.None)
            {
                // The parts before stay stored, and the answer names them.
            }

            isBroken = parts.Fault != MultipartFault.None;
        }

        http.Response.StatusCode = StoreResponse.StatusOf(outcomes, isBroken, isUnsupported: unsupported > 0 && outcomes.Count == 0);
        if (http.Response.StatusCode == StatusCodes.Status503ServiceUnavailable)
            http.Response.Headers.RetryAfter = Later.TotalSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        await DicomWebAnswer.WriteAsync(
            http.Response, form, [StoreResponse.Create(outcomes, new ResourceAddress(PublicAddress.RootOf(http)))]);
    }

    private async Task<StoreOutcome> TakeAsync(HttpContext http, Stream file, string? study)
    {
        try
        {
            var received = await intake.TakeFileAsync(file, http.RequestAborted);
            var attributes = received.Scan.Attributes;
            var told = new StoreOutcome(attributes.GetString(Tags.SopClassUid), attributes.GetString(Tags.SopInstanceUid))
            {
                StudyInstanceUid = attributes.GetString(Tags.StudyInstanceUid),
                SeriesInstanceUid = attributes.GetString(Tags.SeriesInstanceUid),
            };
            if (study is not null && told.StudyInstanceUid is { } own && own != study)
            {
                await door.DiscardAsync(received);
                return told with { Failure = StoreReasons.StudyDiffersFromPath };
            }

            var source = http.Connection.RemoteIpAddress?.ToString() ?? "";
            var outcome = await door.StoreAsync(received, request: null, stations.ProfileOf(Sender), source, http.RequestAborted);
            if (outcome is null) return told with { Failure = StoreReasons.OutOfResources };
            foreach (var problem in outcome.Problems) Log.InstanceProblem(logger, Sender, problem.Code, problem.Text);
            return outcome.Problems.FirstOrDefault(static problem => problem.IsError) is { } error
                ? told with { Failure = StorageStatus.Of(error.Code) }
                : told with { Warning = outcome.Problems.Select(static problem => StorageStatus.WarningOf(problem.Code)).Max() };
        }
        catch (ArchiveException e)
        {
            Log.InstanceNotKept(logger, e, Sender);
            return new StoreOutcome(null, null) { Failure = StoreReasons.OutOfResources };
        }
    }
}
