using CloudPacs.Fhir.Search;
using CloudPacs.Fhir.Search.Indexing;
using CloudPacs.Store.Fhir;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Npgsql;
using NpgsqlTypes;

namespace CloudPacs.Benchmarks;

/// <summary>What has to be done at the least: a route, a statement, the bytes that clients get.</summary>
internal sealed class SqlFloor(NpgsqlDataSource database, IndexKeys keys)
{
    private const string Find =
        """
        SELECT r.content FROM (SELECT type, id FROM fhir_index WHERE keys @> $1 OFFSET 0) i
        JOIN fhir_resource r ON r.type = i.type AND r.id = i.id
        """;

    public void Map(WebApplication app, byte[] fixedBytes)
    {
        app.MapGet("/floor/bytes", context => AnswerAsync(context, fixedBytes));
        app.MapGet("/floor/read/{id}", async context => await AnswerAsync(
            context, await RunAsync("SELECT content FROM fhir_resource WHERE type = 'ImagingStudy' AND id = $1", new NpgsqlParameter<string> { TypedValue = (string)context.Request.RouteValues["id"]! })));
        app.MapGet("/floor/accession/{number}", async context => await AnswerAsync(
            context, await RunAsync(Find, Key("identifier", keys.CodeOf("http://his.example/accession", (string)context.Request.RouteValues["number"]!)))));
        app.MapGet("/floor/patient/{id}", async context => await AnswerAsync(
            context, await RunAsync(Find, Key("patient", keys.Reference("Patient/" + context.Request.RouteValues["id"])))));
    }

    private NpgsqlParameter<long[]> Key(string code, long value)
    {
        var path = ParameterSet.Standard.Find("ImagingStudy", code)!.Paths[0];
        return new NpgsqlParameter<long[]> { TypedValue = [keys.Place("ImagingStudy", path) ^ value], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };
    }

    private static Task AnswerAsync(HttpContext context, byte[] body)
    {
        context.Response.ContentType = "application/fhir+json";
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body).AsTask();
    }

    private async Task<byte[]> RunAsync(string sql, NpgsqlParameter parameter)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(parameter);
        await using var reader = await command.ExecuteReaderAsync();
        var all = new MemoryStream();
        while (await reader.ReadAsync()) all.Write(PackedContent.Unpack(reader.GetFieldValue<byte[]>(0)));
        return all.Length == 0 ? throw new InvalidOperationException("Nothing was found.") : all.ToArray();
    }
}
