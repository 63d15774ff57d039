using CloudPacs.Store.Fhir;
using Npgsql;
using Xunit;

namespace CloudPacs.Integration.Tests.Store;

/// <summary>Lists of versions, the newest first (FHIR R4 http.html 3.1.0.10).</summary>
public sealed class FhirVersionTests(PostgresFixture postgres) : StoreTest(postgres)
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    private FhirVersionQueries Queries => new(Database);

    [Fact]
    public async Task The_newest_come_first_over_types_and_over_old_and_current_versions()
    {
        await PutAsync("Patient", "a", (1, 0), (2, 10), (3, 30));
        await PutAsync("Task", "t", (1, 20), (2, 40));
        await PutAsync("Endpoint", "e", (1, 50));

        Assert.Equal(["Task/t/2", "Patient/a/3", "Task/t/1", "Patient/a/2", "Patient/a/1"], await ListAsync(new FhirVersions(["Patient", "Task"])));
        Assert.Equal(["Patient/a/3", "Patient/a/2"], await ListAsync(new FhirVersions(["Patient"]) { Id = "a", Since = Noon.AddMinutes(10) }));
        Assert.Equal(new Dictionary<string, int> { ["Patient"] = 1, ["Task"] = 1 }, await Queries.CountCurrentAsync(["Patient", "Task", "Consent"], 5, Cancel));
        Assert.Equal(5, await Queries.CountAsync(new FhirVersions(["Patient", "Task"]), 5, Cancel));
        Assert.Null(await Queries.CountAsync(new FhirVersions(["Patient", "Task"]), 4, Cancel));
    }

    [Fact]
    public async Task The_first_and_the_last_time_of_all_are_times()
    {
        await PutAsync("Patient", "a", (1, 0));

        Assert.Empty(await ListAsync(new FhirVersions(["Patient"]) { Since = DateTimeOffset.MaxValue }));
        Assert.Equal(["Patient/a/1"], await ListAsync(new FhirVersions(["Patient"]) { Since = DateTimeOffset.MinValue, At = (DateTimeOffset.MinValue, DateTimeOffset.MaxValue) }));
    }

    [Theory]
    [InlineData(-10, -5, new string[0])]
    [InlineData(-10, 1, new[] { "Patient/a/1" })]
    [InlineData(5, 6, new[] { "Patient/a/1" })]
    [InlineData(9, 10, new[] { "Patient/a/1" })]
    [InlineData(10, 11, new[] { "Patient/a/2" })]
    [InlineData(5, 31, new[] { "Patient/a/3", "Patient/a/2", "Patient/a/1" })]
    [InlineData(90, 91, new[] { "Patient/a/3" })]
    public async Task What_was_current_at_a_time_is_found(int from, int to, string[] expected)
    {
        await PutAsync("Patient", "a", (1, 0), (2, 10), (3, 30));

        Assert.Equal(expected, await ListAsync(new FhirVersions(["Patient"]) { At = (Noon.AddMinutes(from), Noon.AddMinutes(to)) }));
    }

    [Fact]
    public async Task Pages_neither_skip_nor_repeat_whatever_is_written_meanwhile()
    {
        // Many at one instant: the place of each is told by type, id and version as well.
        foreach (var id in Enumerable.Range(0, 20)) await PutAsync(id % 2 == 0 ? "Patient" : "Task", $"r{id}", (1, 0), (2, id / 10));
        var wanted = new FhirVersions(["Patient", "Task"]);
        var all = await ListAsync(wanted);

        var paged = new List<string>();
        FhirVersionPosition? after = null;
        while (await Queries.ListAsync(wanted, after, 3, Cancel) is { Count: > 0 } page)
        {
            paged.AddRange(page.Select(Name));
            after = new FhirVersionPosition(page[^1].LastUpdated, page[^1].Type, page[^1].Id, page[^1].Version);
            await PutAsync("Patient", $"new{paged.Count}", (1, 60));
        }

        Assert.Equal(40, all.Count);
        Assert.Equal(all, paged);
    }

    [Fact]
    public async Task An_ImagingStudy_of_another_facility_is_not_listed()
    {
        var (own, other) = (Guid.NewGuid(), Guid.NewGuid());
        await PutAsync("ImagingStudy", own.ToString(), (1, 0));
        await PutAsync("ImagingStudy", other.ToString(), (1, 1), (2, 2));
        await PutAsync("ImagingStudy", "no-study", (1, 3));
        await PutAsync("Patient", "a", (1, 4));
        await AddStudyAsync(own, "NORTH");
        await AddStudyAsync(other, "SOUTH");

        Assert.Equal(["Patient/a/1", $"ImagingStudy/{own}/1"], await ListAsync(new FhirVersions(["ImagingStudy", "Patient"]) { Facility = "NORTH" }));
        Assert.Equal(2, await Queries.CountAsync(new FhirVersions(["ImagingStudy", "Patient"]) { Facility = "NORTH" }, 100, Cancel));
    }

    [Fact]
    public async Task A_page_of_many_is_read_by_the_index_of_times()
    {
        await ExecuteAsync(
            """
            INSERT INTO fhir_resource (type, id, version, last_updated, deleted, content, slots)
                SELECT (ARRAY['Patient', 'Task'])[1 + n % 2], n::text, 2, '2026-03-10 12:00Z'::timestamptz + n * interval '1 s', false, '{}', '' FROM generate_series(1, 20000) n;
            INSERT INTO fhir_history (type, id, version, last_updated, deleted, content)
                SELECT type, id, 1, last_updated - interval '1 h', false, '{}' FROM fhir_resource;
            ANALYZE fhir_resource; ANALYZE fhir_history;
            """);
        var position = new FhirVersionPosition(Noon.AddSeconds(10_000), "Task", "9999", 2);
        await Queries.ListAsync(new FhirVersions(["Patient", "Task"]), position, 21, Cancel);
        await ExecuteAsync("SELECT pg_stat_force_next_flush()");
        var before = await ReadRowsAsync();

        Assert.Equal(21, (await Queries.ListAsync(new FhirVersions(["Patient", "Task"]), position, 21, Cancel)).Count);

        await ExecuteAsync("SELECT pg_stat_force_next_flush()");
        Assert.InRange(await ReadRowsAsync() - before, 1, 200);
    }

    /// <summary>Rows of both tables that were read so far, by whatever way.</summary>
    private async Task<long> ReadRowsAsync() => await ScalarAsync<long>(
        "SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::bigint FROM pg_stat_user_tables WHERE relname IN ('fhir_resource', 'fhir_history')");

    private async Task PutAsync(string type, string id, params (int Version, int Minute)[] versions)
    {
        foreach (var (version, minute) in versions)
        {
            var isCurrent = version == versions[^1].Version;
            await using var command = Database.CreateCommand(
                $"INSERT INTO {(isCurrent ? "fhir_resource" : "fhir_history")} (type, id, version, last_updated, deleted, content{(isCurrent ? ", slots" : "")}) "
                + $"VALUES ($1, $2, $3, $4, false, '{{}}'{(isCurrent ? ", ''" : "")})");
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = type });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = version });
            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = Noon.AddMinutes(minute).UtcDateTime });
            await command.ExecuteNonQueryAsync(Cancel);
        }
    }

    private Task AddStudyAsync(Guid id, string facility) => ExecuteAsync(
        $"""
        INSERT INTO study (id, study_instance_uid, state, numbers, sender, facility, flags, received_at, attributes)
            VALUES ('{id}', '{id}', 0, ARRAY[]::text[], '', '{facility}', ARRAY[]::text[], now(), '')
        """);

    private async Task ExecuteAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancel);
    }

    private async Task<List<string>> ListAsync(FhirVersions wanted) => [.. (await Queries.ListAsync(wanted, after: null, 1000, Cancel)).Select(Name)];

    private static string Name(FhirResourceRow row) => $"{row.Type}/{row.Id}/{row.Version}";
}
