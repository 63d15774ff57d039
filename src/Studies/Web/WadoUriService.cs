using CloudPacs.Dicom;
using CloudPacs.DicomWeb;
using CloudPacs.DicomWeb.Negotiation;
using CloudPacs.DicomWeb.Retrieving;
using CloudPacs.Store.Studies;
using CloudPacs.Studies.Fetching;
using Microsoft.AspNetCore.Http;

namespace CloudPacs.Studies.Web;

/// <summary>WADO-URI (PS3.18 chapter 9): one instance as a DICOM file or as a picture, asked for by parameters.</summary>
internal sealed class WadoUriService(StoredInstances instances, ObjectService objects, FrameService frames)
{
    public async Task SendAsync(HttpContext http)
    {
        var sent = http.Request.Query.SelectMany(static pair => pair.Value, static (pair, value) => (pair.Key, value ?? ""));
        if ((WadoUriParameters.Read(sent, out var asked) ?? FindMissing(asked)) is { } fault)
        {
            await DicomWebAnswer.RefuseAsync(http, StatusCodes.Status400BadRequest, fault);
            return;
        }

        var scope = new FetchScope(asked.Study, asked.Series, asked.Instance) { Facility = CallerFacility.Of(http) };
        if (await instances.FirstAsync(scope, http.RequestAborted) is not { } instance)
        {
            await DicomWebAnswer.RefuseAsync(http, StatusCodes.Status404NotFound, "There is no such instance.");
            return;
        }

        var negotiated = Negotiator.Choose(Simple(asked.Accepted), FormsOf(instance, asked));
        if (negotiated.Chosen is not { } form)
        {
            await DicomWebAnswer.RefuseAsync(http, negotiated);
            return;
        }

        foreach (var warning in asked.Warnings) DicomWebAnswer.Warn(http, warning);
        if (form.MediaType == MediaTypes.Dicom)
        {
            await objects.SendAsync(http, scope, FilesOf(asked));
            return;
        }

        var key = $"{asked.Rows}|{asked.Columns}|{asked.Region}|{asked.Window}|{asked.Quality}";
        await frames.DrawAsync(http, instance, new Drawing(form, "wado", key)
        {
            Number = asked.FrameNumber,
            Request = header => RenderRequests.Of(asked, form.MediaType, header),
        });
    }

    /// <summary>What is not done is refused: the answer would not be what was asked for.</summary>
    private static string? FindMissing(WadoUriParameters asked) =>
        asked.IsAnonymized ? "anonymize is not done here: no instance is changed so."
        : asked.Presentation is not null ? "presentationUID is not done here: no presentation state is applied."
        : null;

    private static IReadOnlyList<AcceptedType> Simple(IReadOnlyList<AcceptedType> accepted) =>
        [.. accepted.Select(static type => type with { TransferSyntax = null })];

    /// <summary>An image of one frame, or one frame of it, is a picture where nothing else is asked for (PS3.18 9.1.2.2).</summary>
    private static IReadOnlyList<Representation> FormsOf(StoredInstance instance, WadoUriParameters asked)
    {
        Representation file = new(MediaTypes.Dicom);
        // Frames of what is deflated are not to be had one by one.
        if (instance.Bytes.Frames.IsEmpty || TransferSyntax.FromUid(instance.TransferSyntaxUid) is { IsDeflated: true }) return [file];
        Representation[] pictures = [new(MediaTypes.Jpeg), new(MediaTypes.Png)];
        return asked.FrameNumber is null && FrameTable.Read(instance.Bytes.Frames).Count > 1 ? [file, .. pictures] : [.. pictures, file];
    }

    /// <summary>Explicit little endian when no syntax is named; as it is stored what cannot be had so.</summary>
    private static IReadOnlyList<AcceptedType> FilesOf(WadoUriParameters asked) => asked.TransferSyntax is { } syntax
        ? [new AcceptedType(MediaTypes.Dicom, Packaging.Single, syntax, 1)]
        :
        [
            new AcceptedType(MediaTypes.Dicom, Packaging.Single, TransferSyntax.ExplicitVrLittleEndian.Uid, 1),
            new AcceptedType(MediaTypes.Dicom, Packaging.Single, "*", 0.5),
        ];
}
