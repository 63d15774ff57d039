using CloudPacs.Archive;
using CloudPacs.Dicom;
using CloudPacs.DicomWeb;
using CloudPacs.DicomWeb.Multipart;
using CloudPacs.DicomWeb.Storing;
using CloudPacs.Studies.Intake;
using CloudPacs.Worklist;

namespace CloudPacs.Integration.Studies;

/// <summary>Store of instances over HTTP (PS3.18 10.5): each part is durable when the next one is read.</summary>
internal sealed class StoreHttpService(
    InstanceIntake intake, StudyDoor door, StationDirectory stations, ILogger<StoreHttpService> logger)
{
    /// <summary>Of all parts together.</summary>
    private const long MaxBytes = 64L * 1024 * 1024 * 1024;

    /// <summary>Of metadata and bulk data, which are gathered in memory.</summary>
    private const int MaxMetadataBytes = 256 * 1024 * 1024;

    /// <summary>
    /// Each part that cannot be read is kept for a person to look at: after so many in one request the rest of it is not read.
    /// </summary>
    private const int MostUnreadable = 1000;

    /// <summary>Who sends over HTTP is known by name when it has an identity.</summary>
    private const string Sender = "DICOMWEB";

    private static readonly TimeSpan Later = TimeSpan.FromSeconds(30);

    /// <summary>So many of them at once.</summary>
    private static readonly SemaphoreSlim InMemory = new(2);

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

        if (DicomWebForms.Accepted(http.Request) is not { } form)
        {
            await DicomWebAnswer.RefuseFormAsync(http);
            return;
        }

        if (http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxBytes;
        var (outcomes, isBroken, unsupported) = type.Form is StoreForm.Json or StoreForm.Xml
            ? await TakeMetadataAsync(http, type, study)
            : await TakeFilesAsync(http, type, study);
        if (outcomes is null)
        {
            await DicomWebAnswer.RefuseAsync(
                http, StatusCodes.Status413PayloadTooLarge, $"Metadata and bulk data together are taken up to {MaxMetadataBytes} bytes.");
            return;
        }

        http.Response.StatusCode = StoreResponse.StatusOf(outcomes, isBroken, isUnsupported: unsupported > 0 && outcomes.Count == 0);
        if (http.Response.StatusCode == StatusCodes.Status503ServiceUnavailable)
            http.Response.Headers.RetryAfter = Later.TotalSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        await DicomWebAnswer.WriteAsync(
            http.Response, form, [StoreResponse.Create(outcomes, new ResourceAddress(PublicAddress.RootOf(http)))]);
    }

    /// <summary>Each file is durable before the next one is read.</summary>
    private async Task<(List<StoreOutcome>? Outcomes, bool IsBroken, int Unsupported)> TakeFilesAsync(
        HttpContext http, StoreType type, string? study)
    {
        if (type.Boundary is null) return ([await TakeAsync(http, http.Request.Body, study)], false, 0);
        var (outcomes, unreadable, unsupported) = (new List<StoreOutcome>(), 0, 0);
        using var parts = new PartReader(http.Request.Body, type.Boundary);
        try
        {
            while (await parts.NextAsync(http.RequestAborted))
            {
                if (type.PartOf(parts.Headers) != StorePart.File)
                {
                    unsupported++;
                    continue;
                }

                var outcome = await TakeAsync(http, parts.OpenBody(), study);
                outcomes.Add(outcome);
                if (outcome.Failure == StoreReasons.CannotUnderstand && ++unreadable == MostUnreadable)
                    return (outcomes, true, unsupported);
            }
        }
        catch (InvalidDataException) when (parts.Fault != MultipartFault.None)
        {
            // The parts before stay stored, and the answer names them.
        }

        return (outcomes, parts.Fault != MultipartFault.None, unsupported);
    }

    /// <summary>Metadata refer to parts behind them: nothing is stored before all has come, and of a broken body nothing at all.</summary>
    private async Task<(List<StoreOutcome>? Outcomes, bool IsBroken, int Unsupported)> TakeMetadataAsync(
        HttpContext http, StoreType type, string? study)
    {
        if (type.Boundary is null) return ([], false, 1);
        await InMemory.WaitAsync(http.RequestAborted);
        try
        {
            using var parts = new PartReader(http.Request.Body, type.Boundary);
            var sent = new MetadataStore(type.Form, MaxMetadataBytes);
            await sent.ReadAsync(parts, type, http.RequestAborted);
            if (sent.IsTooLarge) return (null, false, 0);
            if (parts.Fault != MultipartFault.None) return ([], true, 0);
            var outcomes = new List<StoreOutcome>();
            foreach (var one in sent.Instances()) outcomes.Add(await TakeAsync(http, one, study));
            return (outcomes, false, sent.Unsupported);
        }
        finally
        {
            InMemory.Release();
        }
    }

    private async Task<StoreOutcome> TakeAsync(HttpContext http, MetadataInstance one, string? study)
    {
        if (one.DataSet is not { } dataSet) return new StoreOutcome(null, null) { Failure = one.Failure };
        var file = new System.Buffers.ArrayBufferWriter<byte>();
        var syntax = TransferSyntax.FromUid(one.TransferSyntax)!;
        var (sopClass, instance) = (dataSet.GetString(Tags.SopClassUid), dataSet.GetString(Tags.SopInstanceUid));
        Part10.Write(Part10.CreateMeta(sopClass ?? "", instance ?? "", syntax), dataSet, file, SpecificCharacterSet.Utf8);
        using var stream = new MemoryStream(file.WrittenMemory.ToArray(), writable: false);
        return await TakeAsync(http, stream, study);
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
            if (received.Place.Length == 0)
            {
                // There is nothing to look at.
                await door.DiscardAsync(received);
                return told with { Failure = StoreReasons.CannotUnderstand };
            }

            if (study is not null && told.StudyInstanceUid is { } own && own != study)
            {
                await door.DiscardAsync(received);
                return told with { Failure = StoreReasons.StudyDiffersFromPath };
            }

            var station = stations.ProfileOf(Sender).OfFacility(CallerFacility.Of(http));
            var source = http.Connection.RemoteIpAddress?.ToString() ?? "";
            var outcome = await door.StoreAsync(received, request: null, station, source, http.RequestAborted);
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
