using CloudPacs.Fhir.Search;
using CloudPacs.FhirServer.Operations;
using CloudPacs.FhirServer.Searching;
using Microsoft.AspNetCore.Http;

namespace CloudPacs.FhirServer;

/// <summary>
/// What is at a path: which methods it takes, and what to say to a request that no interaction takes (FHIR R4 http.html 3.1.0.1.2 and
/// 3.1.0.7: 404, or 405 with Allow).
/// </summary>
internal static class FhirPaths
{
    /// <summary>Why a request that is not served is not: nothing is there, or the method is not for it.</summary>
    public static FhirResult Refuse(HttpRequest request)
    {
        var path = request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        string[] below = [.. path.Skip(Array.FindIndex(path, static part => part == FhirCall.Path[1..]) + 1)];
        if (below is [var first, ..] && IsTypeName(first) && ServedTypes.Find(first) is null)
            return FhirResult.Problem(
                404, "not-supported",
                $"This server has no resources of that type; it has {string.Join(", ", ServedTypes.Served.Select(static t => t.Name))}.");
        if (ServedOperations.At(below) is { } served)
            return FhirResult.Problem(405, "not-supported", $"${served.Code} takes {string.Join(", ", served.Methods)}.") with
            {
                Allow = string.Join(", ", served.Methods),
            };
        if (Array.Find(below, static part => part.StartsWith('$')) is { } operation)
            return FhirResult.Problem(404, "not-supported", $"This server has no operation {operation} here.");
        var methods = MethodsOf(below);
        // What is served under a path is not served under one that only looks like it, such as with two slashes.
        if (methods.Contains(request.Method) || (methods.Count == 0 && (below is not [_] || IsReading(request))))
            return FhirResult.Problem(404, "not-found", WhyNothing(below));
        var allow = string.Join(", ", methods);
        var origin = below.Length > 0 && ServedTypes.Find(below[0])?.Origin is { } named
            ? $" Resources of type {below[0]} follow from {named}."
            : "";
        var taken = methods.Count == 0 ? "Nothing can be done with this path itself." : $"This path takes {allow}.";
        return FhirResult.Problem(405, "not-supported", taken + origin) with { Allow = allow };
    }

    private static string WhyNothing(string[] path) =>
        path is [var owner, _, var member] && ServedTypes.Find(member) is not null && Compartments.Owners.Contains(owner)
            ? $"There is nothing under this path: no {member} belongs to the compartment of a {owner}."
            : "There is nothing under this path.";

    public static bool IsReading(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    /// <summary>The methods that a path below the base takes; none when nothing is there.</summary>
    private static List<string> MethodsOf(string[] path) => path switch
    {
        [] => [.. FhirRoutes.Reading, "POST"],
        ["_search"] => ["POST"],
        ["metadata"] or ["_history"] or ["openapi.json"] => [.. FhirRoutes.Reading],
        [var type] => Methods(
            type, (TypeInteractions.SearchType, "GET"), (TypeInteractions.Create, "POST"), (TypeInteractions.Update, "PUT"),
            (TypeInteractions.Patch, "PATCH"), (TypeInteractions.Delete, "DELETE")),
        [var type, "_history"] => Methods(type, (TypeInteractions.HistoryType, "GET")),
        [var type, "_search"] => Methods(type, (TypeInteractions.SearchType, "POST")),
        [var type, _] => Methods(
            type, (TypeInteractions.Read, "GET"), (TypeInteractions.Update, "PUT"), (TypeInteractions.Patch, "PATCH"),
            (TypeInteractions.Delete, "DELETE")),
        [var type, _, "_history"] => Methods(type, (TypeInteractions.HistoryInstance, "GET")),
        [var owner, _, var member] when SearchScope.OfCompartment(owner, "", member, []) is not null => [.. FhirRoutes.Reading],
        [var owner, _, var member, "_search"] when SearchScope.OfCompartment(owner, "", member, []) is not null => ["POST"],
        [var type, _, "_history", _] => Methods(type, (TypeInteractions.Vread, "GET")),
        _ => [],
    };

    private static List<string> Methods(string name, params ReadOnlySpan<(TypeInteractions Interaction, string Method)> offered)
    {
        var methods = new List<string>();
        if (ServedTypes.Find(name) is not { } type) return methods;
        foreach (var (interaction, method) in offered)
        {
            if (!type.Can(interaction)) continue;
            methods.Add(method);
            if (method == "GET") methods.Add("HEAD");
        }

        return methods;
    }

    private static bool IsTypeName(string part) => part[0] is not ('_' or '$') && part is not ("metadata" or "openapi.json");
}
