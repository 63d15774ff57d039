using System.Globalization;
using System.Text.Json;
using CloudPacs.Fhir.Search;
using CloudPacs.FhirServer;
using CloudPacs.FhirServer.Searching;
using CloudPacs.Integration.Fhir;
using CloudPacs.Integration.Tests.Store;
using CloudPacs.Store;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Search;
using CloudPacs.Store.Workspaces;
using Xunit;

namespace CloudPacs.Integration.Tests.Fhir;

/// <summary>Random searches over random resources find what a plain evaluation by the SDK's FHIRPath finds.</summary>
public sealed class SearchOracleTests(PostgresFixture postgres)
{
    /// <summary>Searches that are compared; more with CLOUDPACS_CASES, others with CLOUDPACS_SEED.</summary>
    private static readonly int Searches = Number("CLOUDPACS_CASES", 2000), Seed = Number("CLOUDPACS_SEED", 1);

    [Fact]
    public async Task Random_searches_find_what_a_plain_evaluation_finds()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var database = await postgres.OpenAsync();
        FhirIndex index = null!;
        var site = SiteParametersInForce();
        var ids = new IdSource(TimeProvider.System);
        var store = await WorkspaceStore.OpenAsync(
            database, PostgresFixture.InRows, ids, notifyAs: null, cancel, installation =>
            {
                index = new FhirIndex(installation, null, TimeZoneInfo.Utc);
                index.Take(site);
                return index;
            });
        var random = new Random(Seed);
        var resources = new RandomResources(random);
        var oracle = new SearchOracle(index.Parameters);
        var current = new Dictionary<(string Type, string Id), FhirResourceRow>();
        // Audit events are made of other rows, and are not found by the index.
        var types = ParameterSet.Standard.Types.Where(static type => type != "AuditEvent").ToList();
        foreach (var type in types)
        {
            var versions = new List<FhirResourceRow>();
            for (var i = 0; i < 2000 / types.Count; i++)
            {
                var id = i.ToString(CultureInfo.InvariantCulture);
                var json = resources.Make(type, id);
                oracle.Add(type, id, json);
                // Every third one was another one before: of that nothing is found.
                if (i % 3 == 0) versions.Add(new FhirResourceRow { Type = type, Id = id, Version = 1, LastUpdated = DateTimeOffset.UnixEpoch, Content = resources.Make(type, id) });
                versions.Add(new FhirResourceRow { Type = type, Id = id, Version = i % 3 == 0 ? 2 : 1, LastUpdated = DateTimeOffset.UnixEpoch, Content = json });
            }

            foreach (var round in versions.GroupBy(static version => version.Version))
            {
                var keys = new WorkspaceKeys();
                foreach (var version in round) keys.Resources.Add((version.Type, version.Id));
                await StoredOrder.InBatchAsync(database, store, keys, (workspace, _) =>
                {
                    foreach (var version in round) workspace.PutFhir(current[(version.Type, version.Id)] = version);
                    return 0;
                }, cancel);
            }
        }

        var search = new ResourceSearch(database, database);
        var queries = new SearchQueryReader(index.Parameters, index.Keys, new PageSeal([1]), null, TimeZoneInfo.Utc, TimeProvider.System);
        var rows = current.Values.ToLookup(static version => version.Type, version => (version.Id, version.LastUpdated, Row: index.WholeOf(version)!));
        var made = new RandomSearches(random, resources, oracle, index.Parameters);
        var differences = new List<string>();
        var hits = 0;
        for (var i = 0; i < Searches && differences.Count < 20; i++)
        {
            var (type, given) = made.Next();
            var expected = given.Select(one => oracle.Search(type, one.Name, one.Value)).Aggregate(static (all, some) => all.Intersect(some)).Order().ToList();
            var query = queries.Read(type, given, isStrict: true);
            var found = await search.FindAsync(
                new SearchRequest { Type = type, Conditions = query.Conditions, Limit = 10_000 }, cancel);
            var actual = found.Matches.Select(static match => match.Resource.Id).Order().ToList();
            if (query.Conditions.All(ConditionMatch.CanTell))
                Assert.Equal(actual, rows[type].Where(one => query.Conditions.All(condition => ConditionMatch.Meets(one.Row, one.LastUpdated, condition))).Select(static one => one.Id).Order());
            if (expected.Count > 0) hits++;
            // Whichever way is gone through them, the same are found.
            foreach (var date in query.Conditions.OfType<DateCondition>())
            {
                foreach (var isDescending in (bool[])[true, false])
                {
                    var sorted = await search.FindAsync(
                        new SearchRequest { Type = type, Conditions = query.Conditions, Order = [new SearchOrder(OrderBy.Date, date.Places, isDescending)], Limit = 10_000 }, cancel);
                    Assert.Equal(actual, sorted.Matches.Select(static match => match.Resource.Id).Order());
                }
            }

            if (expected.SequenceEqual(actual)) continue;
            var text = string.Join('&', given.Select(static one => $"{one.Name}={one.Value}"));
            var first = expected.Except(actual).Concat(actual.Except(expected)).First();
            differences.Add(
                $"{type}?{text}: missing [{string.Join(' ', expected.Except(actual))}], too many [{string.Join(' ', actual.Except(expected))}], "
                + oracle.TextOf(type, first));
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
        Assert.True(hits > Searches / 4, $"{hits} of {Searches} searches found something.");
    }

    /// <summary>Parameters as sites define them: on extensions above all, for all types and for one.</summary>
    private static ParametersInForce SiteParametersInForce()
    {
        (string Code, string Kind, string Base, string Expression)[] defined =
        [
            ("ext-any", "token", "Resource", "Resource.extension('http://hl7.org/fhir/a').value"),
            ("ext-text", "string", "Resource", "Resource.extension.where(url='http://loinc.org').value.ofType(string) | Resource.extension('http://hl7.org/fhir/a').value.ofType(HumanName)"),
            ("ext-texts", "string", "Resource", "Resource.extension.value.ofType(string) | Resource.extension.value.ofType(Address)"),
            ("ext-coded", "token", "DomainResource", "DomainResource.extension('http://hl7.org/fhir/a/b').value as CodeableConcept | (DomainResource.extension('http://loinc.org').value as Coding)"),
            ("ext-date", "date", "Resource", "(Resource.extension.value as dateTime) | (Resource.extension.value as Period) | Resource.extension.value.as(instant)"),
            ("ext-amount", "quantity", "Resource", "Resource.extension.value.ofType(Quantity)"),
            ("ext-refers", "reference", "Resource", "Resource.extension.value.ofType(Reference)"),
            ("ext-address", "uri", "Resource", "Resource.extension.value.ofType(uri)"),
            ("ext-url", "uri", "Resource", "Resource.extension.url"),
            ("number-of", "token", "Patient", "Patient.identifier.where(system='http://hospital.example/ids')"),
            ("official", "string", "Patient", "Patient.identifier.where(use = 'official').value | Patient.contact.name|Patient.name.where(use='active').family"),
            ("mail", "token", "Patient", "Patient.telecom.where(system='CT').value"),
            ("of-patient", "reference", "ServiceRequest", "ServiceRequest.supportingInfo.where(resolve() is Patient)"),
            ("part", "token", "ServiceRequest", "(ServiceRequest.bodySite|ServiceRequest.code).coding.where(system='http://loinc.org')"),
        ];
        return new ParametersInForce(1, [.. defined.Select(static one => new ParameterRow(one.Code, JsonSerializer.SerializeToUtf8Bytes(new
        {
            resourceType = "SearchParameter",
            id = one.Code,
            url = "http://hospital.example/" + one.Code,
            status = "active",
            code = one.Code,
            @base = new[] { one.Base },
            type = one.Kind,
            expression = one.Expression,
            target = one.Kind == "reference" ? new[] { "Patient", "ServiceRequest", "Organization" } : [],
        }), [], "", IsComplete: true))]);
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
