using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using CloudPacs.FhirServer.Searching;
using CloudPacs.FhirServer.Writing;
using Microsoft.AspNetCore.Http;

namespace CloudPacs.FhirServer.Operations;

/// <summary>What an operation is given: by the address, by Parameters, or by a resource alone (FHIR R4 operations.html 3.2.0.2).</summary>
internal sealed class OperationInput
{
    private static readonly HashSet<string> OfTheAnswer = ["_format", "_pretty"];

    private readonly List<(string Name, JsonElement Parameter, string? Text)> _values = [];

    private OperationInput(FhirOperation operation) => Operation = operation;

    public FhirOperation Operation { get; }

    /// <summary>Parameters of the address, as they were given.</summary>
    public IReadOnlyList<GivenParameter> Given { get; private set; } = [];

    /// <exception cref="SearchException">A parameter is not known, or stands there too often.</exception>
    public static async Task<(OperationInput? Input, FhirResult? Refusal)> ReadAsync(FhirCall call, FhirOperation operation)
    {
        var input = new OperationInput(operation);
        var given = QueryText.Read(call.Request.QueryString.Value ?? "").Where(static one => !OfTheAnswer.Contains(one.Name)).ToList();
        foreach (var (name, value) in given) input.Add(name, default, value);
        input.Given = given;
        if (HttpMethods.IsPost(call.Request.Method) && call.Request.ContentLength != 0
            && await input.ReadBodyAsync(call) is { } refusal)
            return (null, refusal);
        input.Check();
        return (input, null);
    }

    /// <summary>The text of a parameter; null when it is not given.</summary>
    public string? Text(string name) => Texts(name).FirstOrDefault();

    public IEnumerable<string> Texts(string name) =>
        _values.Where(value => value.Name == name && value.Text is not null).Select(static value => value.Text!);

    /// <summary>A whole number.</summary>
    /// <exception cref="SearchException">It is none, or too small.</exception>
    public int? Number(string name, int least) => Text(name) switch
    {
        null => null,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least => number,
        _ => throw new SearchException("value", name, $"{name} is a whole number from {least}."),
    };

    /// <exception cref="SearchException">It is neither true nor false.</exception>
    public bool Flag(string name) => Text(name) switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw new SearchException("value", name, $"{name} is true or false."),
    };

    /// <summary>A resource; empty when there is none.</summary>
    public ReadOnlyMemory<byte> Resource(string name) =>
        _values.FirstOrDefault(value => value.Name == name).Parameter is { ValueKind: JsonValueKind.Object } parameter
            && parameter.TryGetProperty("resource", out var resource)
            ? JsonMarshal.GetRawUtf8Value(resource).ToArray()
            : default;

    /// <summary>A value that has parts, such as a Coding; null when there is none.</summary>
    public JsonElement? Value(string name, string member) =>
        _values.FirstOrDefault(value => value.Name == name).Parameter is { ValueKind: JsonValueKind.Object } parameter
            && parameter.TryGetProperty(member, out var found) && found.ValueKind == JsonValueKind.Object
            ? found
            : null;

    /// <summary>All that is given as text, as a search has it.</summary>
    public IEnumerable<GivenParameter> SearchParameters =>
        _values.Where(static value => value.Text is not null).Select(static value => new GivenParameter(value.Name, value.Text!));

    private async Task<FhirResult?> ReadBodyAsync(FhirCall call)
    {
        var (json, refusal) = await RequestBody.ReadJsonAsync(call);
        if (refusal is not null) return refusal;
        if (!RequestBody.IsJson(json.Span)) return FhirResult.Problem(400, "structure", "The body is no JSON object, or nests too deep.");
        var root = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 256 }).RootElement;
        if (root.TextOf("resourceType") != "Parameters")
        {
            var alone = Operation.Parameters.FirstOrDefault(static one => one.IsResource && !one.IsOutput);
            if (alone is null)
                return FhirResult.Problem(400, new FhirIssue("structure", $"${Operation.Code} takes Parameters, and no other resource."));
            byte[] around = [.. "{\"resource\":"u8, .. json.Span, (byte)'}'];
            Add(alone.Name, JsonDocument.Parse(around, new JsonDocumentOptions { MaxDepth = 257 }).RootElement, null);
            return null;
        }

        if (!root.TryGetProperty("parameter", out var parameters)) return null;
        if (parameters.ValueKind != JsonValueKind.Array) return Malformed();
        foreach (var parameter in parameters.EnumerateArray())
        {
            if (parameter.ValueKind != JsonValueKind.Object || parameter.TextOf("name") is not { } name) return Malformed();
            Add(name, parameter, PrimitiveOf(parameter));
        }

        return null;
    }

    private static FhirResult Malformed() => FhirResult.Problem(
        400, new FhirIssue("structure", "Each parameter is an object that has a name.") { Expression = "Parameters.parameter" });

    /// <summary>The value of a parameter when it is a primitive one.</summary>
    private static string? PrimitiveOf(JsonElement parameter)
    {
        foreach (var member in parameter.EnumerateObject())
        {
            if (!member.Name.StartsWith("value", StringComparison.Ordinal)) continue;
            return member.Value.ValueKind switch
            {
                JsonValueKind.String => member.Value.GetString(),
                JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => member.Value.GetRawText(),
                _ => null,
            };
        }

        return null;
    }

    private void Add(string name, JsonElement parameter, string? text)
    {
        if (text?.Contains('\0', StringComparison.Ordinal) == true)
            throw new SearchException("value", name, $"The value of {name} has a NUL in it.");
        _values.Add((name, parameter, text));
    }

    private void Check()
    {
        foreach (var group in _values.GroupBy(static value => value.Name))
        {
            var known = Operation.Parameters.FirstOrDefault(one => one.Name == group.Key && !one.IsOutput);
            if (known is null && Operation.TakesSearchParameters) continue;
            if (known is null)
                throw new SearchException("not-supported", group.Key, $"${Operation.Code} has no parameter {group.Key} here.");
            if (!known.Repeats && group.Count() > 1)
                throw new SearchException("value", group.Key, $"{group.Key} stands there {group.Count()} times; it may once.");
        }

        var missing = Operation.Parameters.FirstOrDefault(
            one => one.IsMandatory && _values.TrueForAll(value => value.Name != one.Name));
        if (missing is not null)
            throw new SearchException("required", missing.Name, $"${Operation.Code} needs the parameter {missing.Name}.");
    }
}
