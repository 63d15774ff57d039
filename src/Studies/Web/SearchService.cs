using CloudPacs.Dicom;
using CloudPacs.DicomWeb;
using CloudPacs.DicomWeb.Search;
using CloudPacs.Domain;
using CloudPacs.Studies.Finding;
using Microsoft.AspNetCore.Http;

namespace CloudPacs.Studies.Web;

/// <summary>Search of studies, series and instances (PS3.18 10.6).</summary>
/// <param name="finder">Finds what is asked for.</param>
/// <param name="site">Zone of times that name none.</param>
internal sealed class SearchService(StudyFinder finder, TimeZoneInfo site)
{
    public async Task RunAsync(HttpContext http, SearchPath path)
    {
        if (DicomWebForms.Accepted(http.Request) is not { } form)
        {
            await DicomWebAnswer.RefuseFormAsync(http);
            return;
        }

        var sent = http.Request.Query.SelectMany(static pair => pair.Value, static (pair, value) => (pair.Key, value ?? ""));
        if (StudySearchReader.Read(path, sent, isFuzzyKnown: true, out var search) is { } fault)
        {
            await DicomWebAnswer.RefuseAsync(http, StatusCodes.Status400BadRequest, fault);
            return;
        }

        var (found, hasMore) = await FindAsync(search, http);
        foreach (var warning in search.Warnings) DicomWebAnswer.Warn(http, warning);
        if (SearchControls.MoreResults(hasMore ? 1 : 0, isCounted: false) is { } more) DicomWebAnswer.Warn(http, more);
        // A body of parts cannot be empty.
        if (found.Count == 0 && form == DicomWebForm.Xml) http.Response.StatusCode = StatusCodes.Status204NoContent;
        else await DicomWebAnswer.WriteAsync(http.Response, form, found);
    }

    private async Task<(List<DataSet> Found, bool HasMore)> FindAsync(StudySearch search, HttpContext http)
    {
        var level = search.Path.Level switch
        {
            SearchLevel.Study => QueryLevel.Study,
            SearchLevel.Series => QueryLevel.Series,
            _ => QueryLevel.Image,
        };
        var ways = new QueryWays
        {
            Periods = SearchAttributes.Moments,
            TakesLists = true,
            IsFuzzy = search.Controls.IsFuzzy,
            WithoutValue = search.WithoutValue,
            Offset = StudyTimes.OffsetOf(search.Timezone),
            Site = site,
        };
        var query = StudyQuery.Parse(search.Keys, level, CallerFacility.Of(http), ways);
        var address = new ResourceAddress(PublicAddress.RootOf(http));
        var found = new List<DataSet>();
        var passed = 0;
        await foreach (var one in finder.FindAsync(query, http.RequestAborted))
        {
            if (passed++ < search.Controls.Offset) continue;
            if (found.Count == search.Limit) return (found, true);
            one.Set(Tags.RetrieveUrl, AddressOf(one, level, address));
            one.Set(Tags.InstanceAvailability, "ONLINE");
            found.Add(search.Select(one));
        }

        return (found, false);
    }

    private static string AddressOf(DataSet found, QueryLevel level, ResourceAddress address)
    {
        var (study, series) = (found.GetString(Tags.StudyInstanceUid)!, found.GetString(Tags.SeriesInstanceUid));
        return level switch
        {
            QueryLevel.Study => address.Study(study),
            QueryLevel.Series => address.Series(study, series!),
            _ => address.Instance(study, series!, found.GetString(Tags.SopInstanceUid)!),
        };
    }
}
