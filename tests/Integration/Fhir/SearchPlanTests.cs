using System.Globalization;
using System.Text;
using CloudPacs.FhirServer;
using CloudPacs.FhirServer.Searching;
using CloudPacs.Integration.Fhir;
using CloudPacs.Integration.Tests.Store;
using CloudPacs.Store.Audit;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Search;
using CloudPacs.Store.Workspaces;
using Xunit;

namespace CloudPacs.Integration.Tests.Fhir;

/// <summary>How the database does searches: it reads what is shown and little beside it, however much there is.</summary>
public sealed class SearchPlanTests(PostgresFixture postgres) : StoreTest(postgres)
{
    private const int Studies = 3000, StudiesOfPatient = 10;

    /// <summary>After so many runs a statement has the plan that it keeps.</summary>
    private const int Runs = 8;

    /// <summary>A search, with {0} for a number below 300 that is another one in each run, and the most rows that it may touch.</summary>
    private static readonly (string Search, int Rows)[] Searches =
    [
        ("ImagingStudy?identifier=http://his.example/accession|A{0}", 10),
        ("ImagingStudy?identifier=A{0},A1{0},A2{0},A9{0}", 30),
        ("ImagingStudy?patient=Patient/p{0}", 50),
        ("ImagingStudy?patient=Patient/p{0}&status=available&modality=CT", 50),
        ("ImagingStudy?patient=Patient/p{0}&started=ge2020-01-01", 80),
        ("ImagingStudy?patient=Patient/p{0}&_sort=-started", 80),
        ("ImagingStudy?patient.identifier=http://his.example/mrn|P{0}", 60),
        ("ImagingStudy?patient.family=family{0}x", 80),
        ("Patient?_has:ImagingStudy:patient:identifier=http://his.example/accession|A{0}", 60),
        ("Patient?family=family{0}x", 30),
        ("Patient?_id=p{0}", 10),
        ("ImagingStudy?identifier=http://his.example/accession|A{0}&_include=ImagingStudy:patient", 20),
        ("Patient?_id=p{0}&_revinclude=ImagingStudy:patient", 60),
        ("ImagingStudy?status=available", 150),
        ("ImagingStudy?endpoint:missing=true", 150),
        ("ImagingStudy?status=available&_sort=-started", 250),
        ("ImagingStudy?status=available&_sort=started&_count=10", 250),
        ("ImagingStudy?started=ge2020-01-01&modality=MR&_sort=-started", 500),
        ("ImagingStudy?status=available&_sort=-_lastUpdated", 250),
        ("ImagingStudy?status=available&modality=CT&started=ge2020-01-03T01:30:00Z&_sort=-started", 400),
        ("ImagingStudy?status=available&modality=CT&started=lt2020-01-01T00:30:00Z&_sort=started", 400),
        ("ImagingStudy?status=available&_lastUpdated=ge1970-01-03T01:30:00Z&_sort=_lastUpdated", 400),
        ("ImagingStudy?status=cancelled&_sort=-started", 4 * Studies),
    ];

    [Fact]
    public async Task A_search_goes_through_no_table_and_touches_few_rows_beside_those_that_it_shows()
    {
        await FillAsync();
        await using var explained = new ExplainedDatabase(Database.ConnectionString);
        var index = new FhirIndex(Store.InstallationNamespace, null, TimeZoneInfo.Utc);
        var search = new FhirSearch(
            new ResourceSearch(explained.Lookups, explained.Searches), null, new AuditEvents(new AuditQueries(Database), index), index, new PageSeal([1]), null, TimeZoneInfo.Utc, TimeProvider.System);
        var wrong = new List<string>();
        foreach (var (text, most) in Searches)
        {
            for (var run = 1; run <= Runs; run++)
            {
                explained.Take();
                Assert.True(await RunAsync(search, string.Format(CultureInfo.InvariantCulture, text, 100 + (run * 7))) || text.Contains("cancelled", StringComparison.Ordinal), text);
            }

            var plans = explained.Take();
            Assert.NotEmpty(plans);
            var (touched, through) = (plans.Sum(static plan => plan.RowsTouched), plans.SelectMany(static plan => plan.ReadThrough).ToList());
            if (touched > most || through.Count > 0)
                wrong.Add($"{text}: {touched} rows touched, at most {most}; read through: {string.Join(' ', through)}\n{string.Join('\n', plans.Select(static plan => plan.Text))}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task A_table_that_is_read_through_is_seen()
    {
        await FillAsync();
        await using var explained = new ExplainedDatabase(Database.ConnectionString);
        await using (var warm = explained.Searches.CreateCommand("SELECT 1")) await warm.ExecuteScalarAsync(Cancel);
        explained.Take();
        await using var read = explained.Searches.CreateCommand("SELECT count(*) FROM fhir_index WHERE cardinality(keys) > 1000");
        await read.ExecuteScalarAsync(Cancel);

        var plan = Assert.Single(explained.Take());
        Assert.Equal(["fhir_index"], plan.ReadThrough);
        Assert.True(plan.RowsTouched > Studies);
    }

    /// <returns>Whether something was found.</returns>
    private static async Task<bool> RunAsync(FhirSearch search, string text)
    {
        var (type, given) = (text.Split('?')[0], text.Split('?')[1].Split('&').Select(static one => new GivenParameter(one.Split('=')[0], one.Split('=')[1])));
        var query = search.Queries.Read(type, given, isStrict: true);
        var found = await search.FindAsync(new SearchRequest { Type = type, Conditions = query.Conditions, Order = query.Order, Limit = query.Count + 1 }, null, Cancel);
        if (query.Inclusions.Count == 0) return found.Matches.Count > 0;
        return (await search.IncludeAsync(found.Matches, query.Inclusions, null, 1000, new ContentLimit(ContentLimit.Page, null), Cancel)).Matches.Count > 0;
    }

    private async Task FillAsync()
    {
        var rows = Enumerable.Range(0, Studies / StudiesOfPatient).Select(static number => Row("Patient", $"p{number}", number, $$"""
            {"resourceType":"Patient","id":"p{{number}}","identifier":[{"system":"http://his.example/mrn","value":"P{{number}}"}],"name":[{"family":"Family{{number}}x"}],"gender":"male"}
            """)).Concat(Enumerable.Range(0, Studies).Select(static number => Row("ImagingStudy", $"s{number}", number, $$"""
            {"resourceType":"ImagingStudy","id":"s{{number}}","identifier":[{"system":"http://his.example/accession","value":"A{{number}}"}],"status":"available","subject":{"reference":"Patient/p{{number / StudiesOfPatient}}"},"started":"{{new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(number):yyyy-MM-ddTHH:mm:ss}}Z","series":[{"uid":"1.2.{{number}}","modality":{"system":"http://dicom.nema.org/resources/ontology/DCM","code":"{{(number % 2 == 0 ? "CT" : "MR")}}"} }]}
            """)));
        foreach (var some in rows.Chunk(500))
        {
            var keys = new WorkspaceKeys();
            foreach (var row in some) keys.Resources.Add((row.Type, row.Id));
            await InBatchAsync(keys, (workspace, _) =>
            {
                foreach (var row in some) workspace.PutFhir(row);
            });
        }

        await using var care = Database.CreateCommand("VACUUM ANALYZE");
        await care.ExecuteNonQueryAsync(Cancel);
    }

    private static FhirResourceRow Row(string type, string id, int number, string json) => new()
    {
        Type = type, Id = id, Version = 1, LastUpdated = DateTimeOffset.UnixEpoch.AddMinutes(number), Content = Encoding.UTF8.GetBytes(json),
    };
}
