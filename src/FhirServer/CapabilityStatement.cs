using System.Buffers;
using System.Globalization;
using System.Text.Json;
using CloudPacs.Fhir.Search;
using CloudPacs.FhirServer.Access;
using CloudPacs.FhirServer.Operations;

namespace CloudPacs.FhirServer;

/// <summary>What <c>GET /fhir/metadata</c> says (FHIR R4 capabilitystatement.html), made of <see cref="ServedTypes"/>.</summary>
internal static class CapabilityStatement
{
    /// <summary>The statement, for every <c>mode</c> that R4 knows and this server has something to say to.</summary>
    public static Task<FhirResult> AnswerAsync(FhirCall call) => Task.FromResult(
        call.Request.Query["mode"].ToString() is "" or "full" or "normative"
            ? new FhirResult(200, Write(call))
            : FhirResult.Problem(
                400, new FhirIssue("not-supported", "The mode of metadata must be full or normative.") { Parameter = "mode" }));

    private static ReadOnlyMemory<byte> Write(FhirCall call)
    {
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("resourceType", "CapabilityStatement");
        json.WriteString("status", "active");
        json.WriteString("date", call.Ports.Started.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        json.WriteString("kind", "instance");
        json.WriteStartObject("software");
        json.WriteString("name", "CloudPacs");
        json.WriteString("version", call.Ports.SoftwareVersion);
        json.WriteEndObject();
        json.WriteStartObject("implementation");
        json.WriteString(
            "description",
            "Patients, encounters, appointments, imaging orders, scheduled and performed procedure steps, studies and reports, as the "
                + "engine holds them.");
        json.WriteString("url", call.Base);
        json.WriteEndObject();
        json.WriteString("fhirVersion", "4.0.1");
        json.WriteStartArray("format");
        json.WriteStringValue("json");
        json.WriteStringValue("xml");
        json.WriteEndArray();
        json.WriteStartArray("rest");
        json.WriteStartObject();
        json.WriteString("mode", "server");
        if (call.Ports.Smart is { } smart) WriteSecurity(json, smart);
        json.WriteStartArray("resource");
        foreach (var type in ServedTypes.Served) WriteType(json, type, call);
        json.WriteEndArray();
        WriteCodes(json, ["transaction", "batch", "search-system", "history-system"]);
        WriteOperations(
            json, ServedOperations.All.Where(static one => one.Levels.HasFlag(OperationLevels.System)), call.Base);
        WriteTexts(
            json, "compartment",
            Compartments.Owners.Select(static owner => $"http://hl7.org/fhir/CompartmentDefinition/{owner.ToLowerInvariant()}"));
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>SMART, also by the extension of its first version, which apps of then look for.</summary>
    private static void WriteSecurity(Utf8JsonWriter json, SmartConfiguration smart)
    {
        const string Extension = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris";
        json.WriteStartObject("security");
        json.WriteStartArray("extension");
        json.WriteStartObject();
        json.WriteStartArray("extension");
        foreach (var (name, address) in new[]
        {
            ("token", smart.TokenAddress), ("authorize", smart.AuthorizationAddress), ("introspect", smart.IntrospectionAddress),
            ("revoke", smart.RevocationAddress),
        })
        {
            if (address.Length == 0) continue;
            json.WriteStartObject();
            json.WriteString("url", name);
            json.WriteString("valueUri", address);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("url", Extension);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteBoolean("cors", true);
        json.WriteStartArray("service");
        json.WriteStartObject();
        json.WriteStartArray("coding");
        json.WriteStartObject();
        json.WriteString("system", "http://terminology.hl7.org/CodeSystem/restful-security-service");
        json.WriteString("code", "SMART-on-FHIR");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteType(Utf8JsonWriter json, ServedType type, FhirCall call)
    {
        json.WriteStartObject();
        json.WriteString("type", type.Name);
        json.WriteString("profile", $"http://hl7.org/fhir/StructureDefinition/{type.Name}");
        WriteCodes(json, type.InteractionCodes);
        json.WriteString("versioning", type.Versioning);
        json.WriteBoolean("readHistory", type.IsVersioned);
        json.WriteBoolean("updateCreate", type.TakesIds);
        json.WriteBoolean("conditionalCreate", type.Can(TypeInteractions.Create));
        json.WriteString("conditionalRead", type.IsVersioned ? "full-support" : "not-supported");
        json.WriteBoolean("conditionalUpdate", type.Can(TypeInteractions.Update));
        json.WriteString(
            "conditionalDelete", !type.Can(TypeInteractions.Delete) ? "not-supported" : call.Ports.MostDeleted > 1 ? "multiple" : "single");
        if (type.Can(TypeInteractions.SearchType)) WriteSearch(json, type, call.Ports.Search?.Queries.Parameters ?? ParameterSet.Standard);
        WriteOperations(json, ServedOperations.Of(type), call.Base);
        json.WriteEndObject();
    }

    private static void WriteSearch(Utf8JsonWriter json, ServedType type, ParameterSet parameters)
    {
        if (type.IsIndexed)
            WriteTexts(
                json, "searchInclude",
                [.. ReferencesOf(parameters, type.Name).Select(static one => $"{one.ResourceType}:{one.Code}"), "*"]);
        var referring = ServedTypes.Served.Where(static other => other.IsIndexed)
            .SelectMany(other => ReferencesOf(parameters, other.Name))
            .Where(one => one.Targets.Count == 0 || one.Targets.Contains(type.Name));
        WriteTexts(json, "searchRevInclude", referring.Select(static one => $"{one.ResourceType}:{one.Code}"));
        json.WriteStartArray("searchParam");
        foreach (var parameter in parameters.Of(type.Name).Where(static one => one.IsReady))
        {
            json.WriteStartObject();
            json.WriteString("name", parameter.Code);
            json.WriteString("definition", parameter.Url);
            json.WriteString("type", parameter.Kind.ToString().ToLowerInvariant());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteOperations(Utf8JsonWriter json, IEnumerable<FhirOperation> operations, string address)
    {
        var isFirst = true;
        foreach (var operation in operations)
        {
            if (isFirst) json.WriteStartArray("operation");
            isFirst = false;
            json.WriteStartObject();
            json.WriteString("name", operation.Code);
            json.WriteString("definition", $"{address}/OperationDefinition/{operation.Id}");
            json.WriteEndObject();
        }

        if (!isFirst) json.WriteEndArray();
    }

    private static IEnumerable<SearchParameter> ReferencesOf(ParameterSet parameters, string type) =>
        parameters.Of(type).Where(static parameter => parameter is { Kind: SearchKind.Reference, IsReady: true });

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static void WriteCodes(Utf8JsonWriter json, IEnumerable<string> codes)
    {
        json.WriteStartArray("interaction");
        foreach (var code in codes)
        {
            json.WriteStartObject();
            json.WriteString("code", code);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
