using System.Text.Json;
using System.Text.Json.Nodes;
using CloudPacs.Fhir.Search;
using CloudPacs.FhirServer.Operations;

namespace CloudPacs.FhirServer.Pages;

/// <summary>The endpoint as OpenAPI 3.0, made of <see cref="ServedTypes"/>: for tools that know no CapabilityStatement.</summary>
internal static class OpenApi
{
    private static readonly (string Path, TypeInteractions Interaction, string Method, string Success)[] Operations =
    [
        ("/{0}/{{id}}", TypeInteractions.Read, "get", "200"), ("/{0}/{{id}}", TypeInteractions.Update, "put", "200"),
        ("/{0}/{{id}}", TypeInteractions.Patch, "patch", "200"), ("/{0}/{{id}}", TypeInteractions.Delete, "delete", "204"),
        ("/{0}/{{id}}/_history", TypeInteractions.HistoryInstance, "get", "200"),
        ("/{0}/{{id}}/_history/{{version}}", TypeInteractions.Vread, "get", "200"),
        ("/{0}/_history", TypeInteractions.HistoryType, "get", "200"), ("/{0}", TypeInteractions.SearchType, "get", "200"),
        ("/{0}", TypeInteractions.Create, "post", "201"),
    ];

    private static readonly string[] PathParameters = ["id", "version"];

    /// <summary>What is said of the result of a search (FHIR R4 search.html 3.1.1.5).</summary>
    private static readonly (string Name, string Text)[] OfResults =
    [
        ("_count", "Matches of a page."), ("_sort", "Parameters by which the matches are ordered, with - downwards."),
        ("_include", "What matches refer to, as Type:parameter."), ("_revinclude", "What refers to matches, as Type:parameter."),
        ("_summary", "true, text, data, count or false."), ("_elements", "Elements that are shown."),
        ("_total", "none, estimate or accurate."),
    ];

    public static Task<FhirResult> AnswerAsync(FhirCall call)
    {
        var paths = new JsonObject
        {
            ["/metadata"] = new JsonObject { ["get"] = Operation("capabilities", "system", [], "200") },
            ["/_history"] = new JsonObject { ["get"] = Operation("history-system", "system", [], "200") },
            ["/"] = new JsonObject
            {
                ["get"] = Operation("search-system", "system", [], "200"),
                ["post"] = WithBody(Operation("transaction", "system", [], "200")),
            },
        };
        foreach (var owner in Compartments.Owners)
            paths[$"/{owner}/{{id}}/{{member}}"] = new JsonObject
            {
                ["get"] = Operation($"search-compartment-{owner}", owner, ["id", "member"], "200"),
            };
        var known = call.Ports.Search?.Queries.Parameters ?? ParameterSet.Standard;
        foreach (var type in ServedTypes.Served)
        {
            foreach (var (pattern, interaction, method, success) in Operations)
            {
                if (!type.Can(interaction)) continue;
                var path = string.Format(System.Globalization.CultureInfo.InvariantCulture, pattern, type.Name);
                if (paths[path] is not JsonObject methods) paths[path] = methods = [];
                var parameters = PathParameters.Where(name => path.Contains($"{{{name}}}", StringComparison.Ordinal));
                var code = (type with { Interactions = interaction }).InteractionCodes.Single();
                var operation = Operation($"{code}-{type.Name}", type.Name, parameters, success);
                if (interaction == TypeInteractions.SearchType)
                    AddSearchParameters(operation["parameters"]!.AsArray(), known.Of(type.Name));
                methods[method] = method is "put" or "post" or "patch" ? WithBody(operation) : operation;
                if (pattern == "/{0}/{{id}}" && interaction != TypeInteractions.Read) AddConditional(paths, type, method, code, success);
            }
        }

        foreach (var operation in ServedOperations.All) AddOperation(paths, operation);
        var document = new JsonObject
        {
            ["openapi"] = "3.0.3",
            ["info"] = new JsonObject { ["title"] = "CloudPacs FHIR R4", ["version"] = call.Ports.SoftwareVersion },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = call.Base }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = new JsonObject
                {
                    ["Resource"] = new JsonObject
                    {
                        ["type"] = "object",
                        ["required"] = new JsonArray("resourceType"),
                        ["properties"] = new JsonObject { ["resourceType"] = new JsonObject { ["type"] = "string" } },
                    },
                },
            },
        };
        return Task.FromResult(new FhirResult(200, JsonSerializer.SerializeToUtf8Bytes(document)) { ContentType = "application/json" });
    }

    private static void AddOperation(JsonObject paths, FhirOperation operation)
    {
        foreach (var type in operation.Types.Select(static type => type.Name).DefaultIfEmpty(""))
        {
            foreach (var (level, above) in new[]
                { (OperationLevels.System, "/"), (OperationLevels.Type, $"/{type}/"), (OperationLevels.Instance, $"/{type}/{{id}}/") })
            {
                if (!operation.Levels.HasFlag(level)) continue;
                var methods = new JsonObject();
                foreach (var method in operation.Methods.Where(static method => method != "HEAD").Select(static m => m.ToLowerInvariant()))
                {
                    var id = $"{method}-{operation.Code}-{level}-{type}".ToLowerInvariant().TrimEnd('-');
                    var tag = type.Length > 0 ? type : "system";
                    var described = Operation(id, tag, level == OperationLevels.Instance ? ["id"] : [], "200");
                    described["summary"] = operation.Description;
                    if (method == "post") described["requestBody"] = new JsonObject { ["content"] = Content() };
                    else AddParameters(described["parameters"]!.AsArray(), operation);
                    methods[method] = described;
                }

                paths[$"{above}${operation.Code}"] = methods;
            }
        }
    }

    private static void AddSearchParameters(JsonArray parameters, IEnumerable<SearchParameter> known)
    {
        foreach (var one in known.Where(static one => one.IsReady))
            parameters.Add(InQuery(one.Code, $"{one.Kind.ToString().ToLowerInvariant()}: {one.Expression}"));
        foreach (var (name, text) in OfResults) parameters.Add(InQuery(name, text));
    }

    /// <summary>Those that an address can have.</summary>
    private static void AddParameters(JsonArray parameters, FhirOperation operation)
    {
        foreach (var one in operation.Parameters.Where(static one => !one.IsOutput && char.IsAsciiLetterLower(one.Type[0])))
            parameters.Add(InQuery(one.Name, one.Documentation));
    }

    private static JsonObject InQuery(string name, string text) => new()
    {
        ["name"] = name, ["in"] = "query", ["description"] = text, ["schema"] = new JsonObject { ["type"] = "string" },
    };

    private static JsonObject Operation(string id, string tag, IEnumerable<string> parameters, string success) => new()
    {
        ["operationId"] = id,
        ["tags"] = new JsonArray(tag),
        ["parameters"] = new JsonArray([.. parameters.Select(static name => new JsonObject
        {
            ["name"] = name, ["in"] = "path", ["required"] = true, ["schema"] = new JsonObject { ["type"] = "string" },
        })]),
        ["responses"] = new JsonObject
        {
            [success] = success == "204"
                ? new JsonObject { ["description"] = "Done." }
                : new JsonObject { ["description"] = "A resource.", ["content"] = Content() },
            ["default"] = new JsonObject { ["description"] = "An OperationOutcome that says why not.", ["content"] = Content() },
        },
    };

    /// <summary>The same with criteria instead of an id.</summary>
    private static void AddConditional(JsonObject paths, ServedType type, string method, string code, string success)
    {
        if (paths[$"/{type.Name}"] is not JsonObject methods) paths[$"/{type.Name}"] = methods = [];
        var operation = Operation($"conditional-{code}-{type.Name}", type.Name, [], success);
        methods[method] = method == "delete" ? operation : WithBody(operation);
    }

    private static JsonObject WithBody(JsonObject operation)
    {
        operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Content() };
        return operation;
    }

    private static JsonObject Content() => new()
    {
        [FhirFormat.Json] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = "#/components/schemas/Resource" } },
        [FhirFormat.Xml] = new JsonObject(),
    };
}
