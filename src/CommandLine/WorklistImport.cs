using System.CommandLine;
using System.IO.Enumeration;
using System.Net;
using System.Text.Json.Nodes;
using CloudPacs.Integration.Hosting;

namespace CloudPacs.CommandLine;

/// <summary>
/// <c>cloudpacs worklist import DIR</c>: the entries of a worklist server of files (DCMTK, Orthanc) become orders of the running engine. It
/// may be run again: what was taken is known.
/// </summary>
internal static class WorklistImport
{
    /// <summary>More than any entry has, and no more than the engine takes.</summary>
    private const long MaxBytes = 4 * 1024 * 1024;

    public static Command Create()
    {
        var url = ApiClient.UrlOption();
        var json = JsonOption.Create();
        var folder = new Argument<string>("dir") { Description = "Folder with .wl files, searched with all below it; or one file" };
        var sender = new Option<string>("--sender") { Description = "Sender in the maps whose policy holds" };
        var authority = new Option<string>("--authority")
        {
            Description = "Authority of patient and order numbers that name none, as HL7 messages about them will name it",
        };
        var accessions = new Option<string>("--accession-authority") { Description = "The same of accession numbers" };
        var facility = new Option<string>("--facility") { Description = "Facility whose stations see the entries" };
        var command = new Command("import", "Take the entries of another worklist server from its files")
        {
            url, json, folder, sender, authority, accessions, facility,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var query = new List<string>();
            foreach (var (name, option) in (ReadOnlySpan<(string, Option<string>)>)
                [("sender", sender), ("authority", authority), ("accessionAuthority", accessions), ("facility", facility)])
            {
                if (result.GetValue(option) is { } value) query.Add($"{name}={Uri.EscapeDataString(value)}");
            }

            var path = "/api/worklist/files?" + string.Join('&', query);
            var root = result.GetRequiredValue(folder);
            var files = new JsonArray();
            using var client = new ApiSession(result.GetValue(url)!);
            foreach (var file in FilesOf(root)) files.Add(await SendAsync(client, path, root, file, cancellationToken));
            var refused = files.Count(static file => (string?)file!["result"] == "refused");
            if (result.GetValue(json)) result.Output().WriteLine(new JsonObject { ["files"] = files }.ToJsonString(JsonOption.Format));
            else Print(result.Output(), files, refused);
            return refused == 0 ? Cli.Done : Cli.Failed;
        });
        return command;
    }

    private static List<string> FilesOf(string path)
    {
        if (File.Exists(path)) return [path];
        if (!Directory.Exists(path)) throw new StartException($"There is no file or folder '{path}'.");
        var options = new EnumerationOptions { RecurseSubdirectories = true };
        var found = new FileSystemEnumerable<string>(path, static (ref FileSystemEntry entry) => entry.ToFullPath(), options)
        {
            ShouldIncludePredicate = static (ref FileSystemEntry entry) =>
                !entry.IsDirectory && entry.FileName.EndsWith(".wl", StringComparison.OrdinalIgnoreCase),
            // A link may lead to a folder above it.
            ShouldRecursePredicate = static (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };
        List<string> files = [.. found.Order(StringComparer.Ordinal)];
        return files.Count > 0 ? files : throw new StartException($"There is no .wl file in '{path}' and below it.");
    }

    /// <summary>What became of one file: made, known (it was there before) or refused.</summary>
    private static async Task<JsonObject> SendAsync(
        ApiSession client, string path, string root, string file, CancellationToken cancellationToken)
    {
        var told = new JsonObject { ["file"] = file == root ? Path.GetFileName(file) : Path.GetRelativePath(root, file) };
        byte[] bytes;
        try
        {
            // A pipe or a device says nothing of its length, and reading it may never end.
            var info = new FileInfo(File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file);
            if (info.Length is var length and (0 or > MaxBytes))
                return Unread(told, length == 0 ? "It is empty, or no file." : $"It is no entry: it has {length} bytes.");
            bytes = await File.ReadAllBytesAsync(file, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Unread(told, "It cannot be read: " + e.Message);
        }

        var (status, answer) = await client.PostAsync(path, bytes, cancellationToken);
        told["result"] = status != HttpStatusCode.OK ? "refused" : (bool)answer["made"]! ? "made" : "known";
        foreach (var (name, value) in answer.AsObject().ToList())
            if (name != "made") told[name] = value?.DeepClone();
        return told;
    }

    private static JsonObject Unread(JsonObject told, string why)
    {
        told["result"] = "refused";
        told["faults"] = new JsonArray(new JsonObject { ["text"] = why });
        return told;
    }

    private static void Print(TextWriter output, JsonArray files, int refused)
    {
        foreach (var file in files)
        {
            var steps = (file!["steps"]?.AsArray() ?? []).Select(static step => $"{step!["accessionNumber"]} {step["stepId"]}");
            output.WriteLine($"{file["result"],-8}{file["file"]}  {string.Join("  ", steps)}".TrimEnd());
            foreach (var fault in file["faults"]?.AsArray() ?? []) output.WriteLine($"        {fault!["attribute"]}  {fault["text"]}");
            foreach (var note in file["notes"]?.AsArray() ?? []) output.WriteLine($"        {note}");
            if (file["leftOut"]?.AsArray() is { Count: > 0 } left)
                output.WriteLine($"        left out: {string.Join(", ", left.Select(static name => (string?)name))}");
        }

        var made = files.Count(static file => (string?)file!["result"] == "made");
        output.WriteLine($"{made} made, {files.Count - made - refused} known before, {refused} refused");
    }
}
