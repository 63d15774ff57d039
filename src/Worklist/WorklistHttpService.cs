using CloudPacs.Dicom.Matching;
using CloudPacs.DicomWeb;
using CloudPacs.DicomWeb.Search;
using Microsoft.AspNetCore.Http;

namespace CloudPacs.Worklist;

/// <summary>
/// Search of scheduled procedure steps over HTTP (PS3.18 chapter 14): the matcher, the visibility and the index of C-FIND.
/// </summary>
internal sealed class WorklistHttpService(WorklistIndex index, StationDirectory stations, SiteClock clock)
{
    /// <summary>Matches beyond a page that are counted; of more it is only said that there are some.</summary>
    private const int MostCounted = 5_000;

    public async Task SearchAsync(HttpContext http)
    {
        if (DicomWebForms.Accepted(http.Request) is not { } form)
        {
            await DicomWebAnswer.RefuseFormAsync(http);
            return;
        }

        var query = http.Request.Query.SelectMany(static pair => pair.Value.Select(value => (pair.Key, value ?? "")));
        if (WorklistParameters.Read(query, out var parameters) is { } fault)
        {
            await DicomWebAnswer.RefuseAsync(http, StatusCodes.Status400BadRequest, fault);
            return;
        }

        var profile = stations.ProfileOf("").OfFacility(CallerFacility.Of(http));
        var worklist = WorklistQuery.Parse(parameters.Keys, profile);
        if (worklist.Fault is var (_, wrong))
        {
            await DicomWebAnswer.RefuseAsync(http, StatusCodes.Status400BadRequest, wrong + ".");
            return;
        }

        var controls = parameters.Controls;
        var page = Math.Min(controls.Limit ?? profile.AnswerLimit, profile.AnswerLimit);
        var last = (int)Math.Min((long)controls.Offset + page + MostCounted, int.MaxValue - 1);
        var found = new WorklistSearch(index.Current, worklist).Run(clock.LocalNow, last, http.RequestAborted);
        AddWarnings(http, controls, found.Count - controls.Offset - page, isCounted: found.Count < last);
        var shape = parameters.Returned is { } returned ? AnswerShape.Of(returned, WorklistAttributes.Root) : null;
        var entries = found.Skip(controls.Offset).Take(page).Select(entry =>
        {
            var whole = AnswerData.Of(entry, "");
            return shape?.Select(whole) ?? whole;
        }).ToList();
        if (entries.Count == 0 && (controls.Offset > 0 || form == DicomWebForm.Xml))
            http.Response.StatusCode = StatusCodes.Status204NoContent;
        else await DicomWebAnswer.WriteAsync(http.Response, form, entries);
    }

    private static void AddWarnings(HttpContext http, SearchControls controls, int remaining, bool isCounted)
    {
        foreach (var text in controls.Warnings(isFuzzyKnown: false, isEmptyKnown: false, isSeveralKnown: false))
            DicomWebAnswer.Warn(http, text);
        if (SearchControls.MoreResults(remaining, isCounted) is { } more) DicomWebAnswer.Warn(http, more);
    }
}
