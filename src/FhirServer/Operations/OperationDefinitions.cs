using System.Buffers;
using System.Text.Json;

namespace CloudPacs.FhirServer.Operations;

/// <summary>The operations of this server as OperationDefinitions (FHIR R4 operationdefinition.html).</summary>
public static class OperationDefinitions
{
    /// <summary>Id and content of each.</summary>
    /// <param name="address">Service base URL, which their canonical addresses begin with; null where it is not known.</param>
    public static IEnumerable<(string Id, byte[] Content)> All(string? address) =>
        ServedOperations.All.Select(operation => (operation.Id, Write(operation, address)));

    private static byte[] Write(FhirOperation operation, string? address)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("resourceType", "OperationDefinition");
            json.WriteString("id", operation.Id);
            if (address is not null) json.WriteString("url", $"{address}/OperationDefinition/{operation.Id}");
            json.WriteString("name", NameOf(operation.Id));
            json.WriteString("title", $"${operation.Code}");
            json.WriteString("status", "active");
            json.WriteString("kind", "operation");
            json.WriteString("description", operation.Description);
            json.WriteBoolean("affectsState", operation.ChangesState);
            json.WriteString("code", operation.Code);
            if (operation.Standard is { } standard) json.WriteString("base", standard);
            if (operation.Levels != OperationLevels.System)
            {
                json.WriteStartArray("resource");
                foreach (var type in operation.Types) json.WriteStringValue(type.Name);
                json.WriteEndArray();
            }

            json.WriteBoolean("system", operation.Levels.HasFlag(OperationLevels.System));
            json.WriteBoolean("type", operation.Levels.HasFlag(OperationLevels.Type));
            json.WriteBoolean("instance", operation.Levels.HasFlag(OperationLevels.Instance));
            json.WriteStartArray("parameter");
            foreach (var parameter in operation.Parameters) Write(json, parameter);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, OperationParameter parameter)
    {
        json.WriteStartObject();
        json.WriteString("name", parameter.Name);
        json.WriteString("use", parameter.IsOutput ? "out" : "in");
        json.WriteNumber("min", parameter.IsMandatory || parameter.Name is "return" or "result" ? 1 : 0);
        json.WriteString("max", parameter.Repeats ? "*" : "1");
        json.WriteString("documentation", parameter.Documentation);
        json.WriteString("type", parameter.Type);
        json.WriteEndObject();
    }

    /// <summary>A name that programs can use: letters and digits.</summary>
    private static string NameOf(string id) =>
        string.Concat(id.Split('-').Select(static part => char.ToUpperInvariant(part[0]) + part[1..]));
}
