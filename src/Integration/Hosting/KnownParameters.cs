using System.Reflection;

namespace CloudPacs.Integration.Hosting;

/// <summary>
/// A request of the administration API names only parameters that its route knows: one that is misspelt would be ignored, and the answer
/// be that to another question.
/// </summary>
internal static class KnownParameters
{
    /// <summary>Of a route that reads its parameters itself, as it takes attributes of DICOM by their names.</summary>
    public sealed record Any;

    public static void Require(RouteGroupBuilder api) => api.AddEndpointFilterFactory(static (route, next) =>
    {
        var known = Of(route.MethodInfo);
        return call => Unknown(call.HttpContext, known) is { } problem ? new(Results.Problem(problem, statusCode: 400)) : next(call);
    });

    /// <summary>What can be in a query: values, and no part of the path is asked for by a name that is given in the query.</summary>
    private static string[] Of(MethodInfo handler) =>
    [
        .. from parameter in handler.GetParameters()
        let type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType
        where type == typeof(string) || (type.IsValueType && type != typeof(CancellationToken))
        select parameter.Name!
    ];

    private static string? Unknown(HttpContext context, string[] known)
    {
        var query = context.Request.Query;
        // No text of the database holds one.
        if (query.Any(static one => one.Value.ToString().Contains('\0'))) return "A parameter holds a NUL character.";
        if (context.GetEndpoint()?.Metadata.GetMetadata<Any>() is not null) return null;
        string[] here = [.. known.Where(name => !context.Request.RouteValues.ContainsKey(name))];
        var unknown = query.Keys.Where(name => !here.Contains(name, StringComparer.OrdinalIgnoreCase)).ToList();
        if (unknown.Count == 0) return null;
        var others = here.Length == 0 ? "There are none here." : $"Those that there are here: {string.Join(", ", here)}.";
        return $"There is no parameter {string.Join(", ", unknown)}. {others}";
    }
}
