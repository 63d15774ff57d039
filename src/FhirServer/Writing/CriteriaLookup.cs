using CloudPacs.FhirServer.Searching;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Search;

namespace CloudPacs.FhirServer.Writing;

/// <summary>
/// Reads the criteria of a write and looks what meets them now: what needs no write is answered by that, and criteria that cost too much to
/// look for never get to where others wait for them.
/// </summary>
internal static class CriteriaLookup
{
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(5), Pause = TimeSpan.FromSeconds(2);

    /// <param name="call">The request.</param>
    /// <param name="type">Type of the resource.</param>
    /// <param name="text">The criteria as the text after a question mark.</param>
    /// <param name="most">As many matches are of use.</param>
    /// <param name="expression">FHIRPath of the criteria in the body; null when they are not in it.</param>
    public static async Task<CriteriaFound> FindAsync(FhirCall call, string type, string text, int most, string? expression = null)
    {
        if (call.Ports.Search is not { } search)
            return Refused(400, new FhirIssue("not-supported", "This server looks for no criteria.") { Expression = expression });
        if (!search.IsComplete)
            return new CriteriaFound(null, [], SearchInteraction.Incomplete());
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(call.Aborted);
        try
        {
            var criteria = CriteriaReader.Read(search.Queries, call.Base, type, text, call.Facility, most + 1);
            limited.CancelAfter(MostTime);
            // What is found is of use until the write has begun.
            using var hold = new ContentHold(call.Ports.Room);
            var content = new ContentLimit(ContentLimit.Page, hold);
            var request = new SearchRequest { Type = type, Conditions = criteria.Conditions, Limit = criteria.Limit, Content = content };
            var found = await search.FindAsync(request, call.Facility, limited.Token);
            if (found.IsCut && found.Matches.Count <= most)
            {
                const string Text = "The resources that meet the criteria are too large together. Name more of what is looked for.";
                return Refused(422, new FhirIssue("too-costly", Text) { Expression = expression });
            }

            return new CriteriaFound(criteria, [.. found.Matches.Select(static match => match.Resource)], null);
        }
        catch (SearchException e)
        {
            return new CriteriaFound(null, [], e.Answer(expression));
        }
        catch (OperationCanceledException) when (!call.Aborted.IsCancellationRequested)
        {
            const string Text = "To look for the criteria took too long. Try again; if that does not help, name an identifier.";
            var refusal = FhirResult.Problem(503, new FhirIssue("too-costly", Text) { Expression = expression });
            return new CriteriaFound(null, [], refusal with { RetryAfter = Pause });
        }
    }

    private static CriteriaFound Refused(int status, FhirIssue issue) => new(null, [], FhirResult.Problem(status, issue));
}

/// <summary>What meets the criteria of a write before anything is locked.</summary>
/// <param name="Criteria">The criteria; null when they are refused.</param>
/// <param name="Matches">The resources that meet them, one more at most than is of use.</param>
/// <param name="Refusal">Why they cannot be used; null when they can.</param>
internal sealed record CriteriaFound(ResourceCriteria? Criteria, IReadOnlyList<FhirResourceRow> Matches, FhirResult? Refusal);
