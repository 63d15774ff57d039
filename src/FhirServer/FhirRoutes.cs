using CloudPacs.FhirServer.Access;
using CloudPacs.FhirServer.Operations;
using CloudPacs.FhirServer.Writing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CloudPacs.FhirServer;

/// <summary>
/// Maps interactions to paths. What every interaction has in common is done here, in the order of FHIR: the type of the path (404), the
/// method (405), the format of the answer (406), then the interaction; a fault is told as an OperationOutcome.
/// </summary>
/// <param name="routes">Takes the routes.</param>
/// <param name="ports">What the endpoint stands on.</param>
internal sealed class FhirRoutes(IEndpointRouteBuilder routes, FhirPorts ports)
{
    public static readonly string[] Reading = ["GET", "HEAD"];

    public static readonly string[] Posting = ["POST"];

    private static readonly (OperationLevels Level, string Above)[] Levels =
    [
        (OperationLevels.System, "/"), (OperationLevels.Type, "/{type}/"), (OperationLevels.Instance, "/{type}/{id}/"),
    ];

    private readonly FhirDispatch _dispatch = new();

    /// <summary>The same routes for requests inside of others.</summary>
    public FhirDispatch Dispatch => _dispatch;

    /// <summary>Maps an interaction with a type, whose name is <c>{type}</c> in the path.</summary>
    public void Map(string pattern, string[] methods, TypeInteractions interaction, Func<FhirCall, Task<FhirResult>> run)
    {
        MapAll(
            pattern, methods,
            call => !call.HasType || !call.Type.Can(interaction) ? RefuseAsync(call)
                : !call.Rights.Can(LetterOf(interaction), call.Type.Name)
                    ? throw new ForbiddenException(LetterOf(interaction), call.Type.Name)
                // Nothing is changed for a client that cannot be told so.
                : methods != Reading && FhirFormat.Choose(call.Request) is null ? Task.FromResult(FhirResponse.NoFormat)
                : methods == Reading && call.HasId && !WriteInteractions.IsId(call.Id) ? Task.FromResult(NoSuchId(call))
                : run(call));
    }

    /// <summary>What an interaction is in the letters of scopes (SMART App Launch 2.2, scopes for requesting FHIR resources).</summary>
    private static char LetterOf(TypeInteractions interaction) => interaction switch
    {
        TypeInteractions.Create => 'c',
        TypeInteractions.Read or TypeInteractions.Vread or TypeInteractions.HistoryInstance => 'r',
        TypeInteractions.Update or TypeInteractions.Patch => 'u',
        TypeInteractions.Delete => 'd',
        _ => 's',
    };

    /// <summary>What cannot be an id is none of a resource, and is nothing to ask a database for.</summary>
    private static FhirResult NoSuchId(FhirCall call) => call.Id[0] is '$' or '_'
        ? FhirPaths.Refuse(call.Request)
        : FhirResult.Problem(
            404, "not-found", $"There is no {call.Type.Name} with this id: an id is 1 to 64 letters, digits, hyphens and dots.");

    /// <summary>Maps what is not about one type.</summary>
    public void MapSystem(string pattern, string[] methods, Func<FhirCall, Task<FhirResult>> run) => MapAll(
        pattern, methods,
        call => methods != Reading && FhirFormat.Choose(call.Request) is null ? Task.FromResult(FhirResponse.NoFormat) : run(call));

    /// <summary>Maps operations at each level where one of that name is invoked.</summary>
    public void MapOperations(IEnumerable<FhirOperation> operations)
    {
        foreach (var code in operations.GroupBy(static operation => operation.Code))
        {
            foreach (var (level, above) in Levels)
            {
                if (code.Any(operation => operation.Levels.HasFlag(level)))
                    MapAll($"{above}${code.Key}", ["GET", "HEAD", "POST"], call => InvokeAsync(call, code.Key, level));
            }
        }
    }

    private static Task<FhirResult> InvokeAsync(FhirCall call, string code, OperationLevels level)
    {
        var operation = ServedOperations.Find(code, level, call.HasType ? call.Type : null);
        if (operation is null || !operation.Methods.Contains(call.Request.Method)) return RefuseAsync(call);
        if (FhirFormat.Choose(call.Request) is null) return Task.FromResult(FhirResponse.NoFormat);
        if (call.HasType) Demand(call);
        return call.HasId && !WriteInteractions.IsId(call.Id) ? Task.FromResult(NoSuchId(call)) : operation.AnswerAsync(call);
    }

    /// <summary>Who asks about a resource may read it; who asks about a type may do something with it.</summary>
    private static void Demand(FhirCall call)
    {
        if (call.HasId || !"csud".Any(letter => call.Rights.Can(letter, call.Type.Name))) call.Rights.Demand('r', call.Type.Name);
    }

    /// <summary>Answers every other path and method.</summary>
    public void MapRest() => routes.MapFallback("{**path}", Delegate(RefuseAsync));

    private static Task<FhirResult> RefuseAsync(FhirCall call) => Task.FromResult(FhirPaths.Refuse(call.Request));

    private void MapAll(string pattern, string[] methods, Func<FhirCall, Task<FhirResult>> run)
    {
        routes.MapMethods(pattern, methods, Delegate(run));
        _dispatch.Add(pattern, methods, run);
    }

    private RequestDelegate Delegate(Func<FhirCall, Task<FhirResult>> run)
    {
        return SendAsync;

        Task SendAsync(HttpContext context) => AnswerAsync(new FhirCall(context, ports), run);
    }

    private static async Task AnswerAsync(FhirCall call, Func<FhirCall, Task<FhirResult>> run)
    {
        // What was read is in memory until it was sent.
        using var hold = call.Hold;
        if (call.Ports.Limits is not { } limits)
        {
            if (await ResultOfAsync(call, run) is { } free) await FhirResponse.SendAsync(call, free);
            return;
        }

        var (lease, refusal) = await limits.EnterAsync(call.Http);
        using (lease)
        {
            var result = refusal ?? await ResultOfAsync(call, run);
            if (result is not null) await FhirResponse.SendAsync(call, result);
        }
    }

    /// <summary>The answer, also to what fails; null when nobody waits for it any more.</summary>
    internal static async Task<FhirResult?> ResultOfAsync(FhirCall call, Func<FhirCall, Task<FhirResult>> run)
    {
        try
        {
            return await run(call);
        }
        catch (OperationCanceledException) when (call.Aborted.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e) when (!call.Http.Response.HasStarted)
        {
            return Faults.Tell(call.Http, e);
        }
    }
}
