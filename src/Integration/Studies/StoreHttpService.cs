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
        var (outcomes, isBroken) = type.Form is StoreForm.Json or StoreForm.Xml
            ? await TakeMetadataAsync(http, type, study)
            : await TakeFilesAsync(http, type, study);
        if (outcomes is null)
        {
            await DicomWebAnswer.RefuseAsync(
                http, StatusCodes.Status413PayloadTooLarge, $"Metadata and bulk data together are taken up to {MaxMetadataBytes} bytes.");
            return;
        }

        if (outcomes.Count == 0) outcomes.Add(StoreOutcome.Unreadable("The body holds no instance"));
        http.Response.StatusCode = StoreResponse.StatusOf(outcomes, isBroken);
        if (http.Response.StatusCode == StatusCodes.Status503ServiceUnavailable)
            http.Response.Headers.RetryAfter = Later.TotalSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (StoreResponse.WarningOf(outcomes) is { } warning) DicomWebAnswer.Warn(http, warning);
        await DicomWebAnswer.WriteAsync(
            http.Response, form, [StoreResponse.Create(outcomes, new ResourceAddress(PublicAddress.RootOf(http)))]);
    }

    /// <summary>Each file is durable before the next one is read.</summary>
    private async Task<(List<StoreOutcome>? Outcomes, bool IsBroken)> TakeFilesAsync(HttpContext http, StoreType type, string? study)
    {
        if (type.Boundary is null) return ([await TakeAsync(http, http.Request.Body, study, "The body")], false);
        var (outcomes, unreadable) = (new List<StoreOutcome>(), 0);
        using var parts = new PartReader(http.Request.Body, type.Boundary);
        try
        {
            while (await parts.NextAsync(http.RequestAborted))
            {
                var outcome = type.PartOf(parts.Headers) == StorePart.File
                    ? await TakeAsync(http, parts.OpenBody(), study, $"Part {parts.Parts}")
                    : StoreOutcome.Unsupported(parts.Parts);
                outcomes.Add(outcome);
                if (outcome.Failure != StoreReasons.CannotUnderstand || ++unreadable < MostUnreadable) continue;
                outcomes.Add(StoreOutcome.Unreadable($"{MostUnreadable} parts cannot be read: what follows them is not"));
                return (outcomes, true);
            }
        }
        catch (InvalidDataException) when (parts.Fault != MultipartFault.None)
        {
            // The parts before stay stored, and the answer names them.
        }

        return Ended(outcomes, parts);
    }

    /// <summary>Metadata refer to parts behind them: nothing is stored before all has come, and of a broken body nothing at all.</summary>
    private async Task<(List<StoreOutcome>? Outcomes, bool IsBroken)> TakeMetadataAsync(HttpContext http, StoreType type, string? study)
    {
        if (type.Boundary is null) return ([StoreOutcome.Unsupported("Metadata are taken as a part of multipart/related only")], false);
        await InMemory.WaitAsync(http.RequestAborted);
        try
        {
            using var parts = new PartReader(http.Request.Body, type.Boundary);
            var sent = new MetadataStore(type.Form, MaxMetadataBytes);
            await sent.ReadAsync(parts, type, http.RequestAborted);
            if (sent.IsTooLarge) return (null, false);
            if (parts.Fault != MultipartFault.None) return Ended([], parts);
            var outcomes = new List<StoreOutcome>();
            foreach (var one in sent.Instances()) outcomes.Add(await TakeAsync(http, one, study, $"Instance {outcomes.Count + 1}"));
            outcomes.AddRange(sent.Unsupported.Select(StoreOutcome.Unsupported));
            return (outcomes, false);
        }
        finally
        {
            InMemory.Release();
        }
    }

    /// <summary>What broke the body off is told beside what came before.</summary>
    private static (List<StoreOutcome> Outcomes, bool IsBroken) Ended(List<StoreOutcome> outcomes, PartReader parts)
    {
        if (parts.Fault == MultipartFault.None) return (outcomes, false);
        outcomes.Add(StoreOutcome.Unreadable(parts.Fault.Text()));
        return (outcomes, true);
    }

    private async Task<StoreOutcome> TakeAsync(HttpContext http, MetadataInstance one, string? study, string place)
    {
        if (one.DataSet is not { } dataSet)
            return new StoreOutcome(null, null) { Failure = one.Failure, Comment = $"{place}: {one.Fault}" };
        var file = new System.Buffers.ArrayBufferWriter<byte>();
        var syntax = TransferSyntax.FromUid(one.TransferSyntax)!;
        var (sopClass, instance) = (dataSet.GetString(Tags.SopClassUid), dataSet.GetString(Tags.SopInstanceUid));
        Part10.Write(Part10.CreateMeta(sopClass ?? "", instance ?? "", syntax), dataSet, file, SpecificCharacterSet.Utf8);
        using var stream = new MemoryStream(file.WrittenMemory.ToArray(), writable: false);
        return await TakeAsync(http, stream, study, place);
    }

    /// <param name="http">The request.</param>
    /// <param name="file">The instance.</param>
    /// <param name="study">Study Instance UID of the path.</param>
    /// <param name="place">What it is called when it cannot be named.</param>
    private async Task<StoreOutcome> TakeAsync(HttpContext http, Stream file, string? study, string place)
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
                return told with { Failure = StoreReasons.CannotUnderstand, Comment = $"{place} is empty" };
            }

            if (study is not null && told.StudyInstanceUid is { } own && own != study)
            {
                await door.DiscardAsync(received);
                return told with { Failure = StoreReasons.StudyDiffersFromPath };
            }

            var station = stations.ProfileOf(Sender).OfFacility(CallerFacility.Of(http));
            var source = http.Connection.RemoteIpAddress?.ToString() ?? "";
            var outcome = await door.StoreAsync(received, request: null, station, source, http.RequestAborted);
            if (outcome is null) return told with { Failure = StoreReasons.OutOfResources, Comment = StorageStatus.DatabaseAway };
            foreach (var problem in outcome.Problems) Log.InstanceProblem(logger, Sender, problem.Code, problem.Text);
            if (outcome.Problems.FirstOrDefault(static problem => problem.IsError) is not { } error)
                return told with { Warning = outcome.Problems.Select(static problem => StorageStatus.WarningOf(problem.Code)).Max() };
            var comment = told.SopInstanceUid is null ? $"{place}: {error.Text}" : error.Text;
            return told with { Failure = StorageStatus.Of(error.Code), Comment = comment };
        }
        catch (ArchiveException e)
        {
            Log.InstanceNotKept(logger, e, Sender);
            return new StoreOutcome(null, null) { Failure = StoreReasons.OutOfResources, Comment = $"{place}: {StorageStatus.Of(e)}" };
        }
    }
}
