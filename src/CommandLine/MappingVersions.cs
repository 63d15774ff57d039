using System.CommandLine;

namespace CloudPacs.CommandLine;

/// <summary><c>cloudpacs mapping versions|rollback|reload</c>: the versions of the maps that the running engine keeps.</summary>
internal static class MappingVersions
{
    public static Command Versions() =>
        Call(
            new Command("versions", "List the versions that the running engine keeps, newest first, and what its last load found"),
            HttpMethod.Get, static _ => "/api/maps");

    public static Command Rollback()
    {
        var version = new Argument<string>("version") { Description = "One of those that 'mapping versions' lists" };
        return Call(new Command("rollback", "Take one of the kept versions into use again, until the files "
            + "change") { version }, HttpMethod.Post,
            result => $"/api/maps/rollback/{Uri.EscapeDataString(result.GetValue(version)!)}");
    }

    public static Command Reload() =>
        Call(new Command("reload", "Let the running engine read the files now"), HttpMethod.Post, static _ => "/api/maps/reload");

    private static Command Call(Command command, HttpMethod method, Func<ParseResult, string> path)
    {
        var url = ApiClient.UrlOption();
        command.Add(url);
        command.SetAction(async (result, cancellationToken) =>
        {
            var state = await ApiClient.CallAsync(method, result.GetValue(url)!, path(result), cancellationToken);
            result.Output().WriteLine(state.ToJsonString(JsonOption.Format));
            return command.Name == "reload" && (bool?)state["refused"] == true ? Cli.Failed : Cli.Done;
        });
        return command;
    }
}
