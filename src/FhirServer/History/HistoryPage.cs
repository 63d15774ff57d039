using System.Text.Json;
using CloudPacs.Store.Fhir;

namespace CloudPacs.FhirServer.History;

/// <summary>Where a page of a history begins.</summary>
/// <param name="After">The last version of the page before.</param>
/// <param name="Total">How many versions the history has; null when they were not counted.</param>
internal sealed record HistoryPage(FhirVersionPosition After, int? Total)
{
    public string Write(PageSeal seal, string history) =>
        seal.Write([After.LastUpdated.UtcTicks, After.Type, After.Id, After.Version, Total], history);

    /// <summary>What was written for that history; null for anything else.</summary>
    public static HistoryPage? Read(PageSeal seal, string token, string history) =>
        seal.Read(token, history) is [var time, var type, var id, var version, var total]
            ? new HistoryPage(
                new FhirVersionPosition(
                    new DateTimeOffset(time.GetInt64(), TimeSpan.Zero), type.GetString()!, id.GetString()!, version.GetInt32()),
                total.Deserialize<int?>())
            : null;
}
