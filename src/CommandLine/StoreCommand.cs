using System.CommandLine;
using System.IO.Pipelines;
using System.Text.Json;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;

namespace CloudPacs.CommandLine;

/// <summary><c>cloudpacs store</c>: sends DICOM files as a modality does (C-STORE), each in the transfer syntax that it is in.</summary>
internal static class StoreCommand
{
    /// <summary>Most presentation contexts of an association (PS3.8 9.3.2.2): their ids are the odd numbers of one byte.</summary>
    private const int MostContexts = 128;

    private const int MaxHeadBytes = 1024 * 1024;

    /// <summary>What is asked of a file before it is sent stands before this one.</summary>
    private static readonly DataSetReaderOptions Head = new() { StopBefore = Tags.StudyDate };

    public static Command Create()
    {
        var options = new DicomOptions();
        var files = new Argument<FileSystemInfo[]>("files")
        {
            Description = "DICOM files, and folders: all files in and under them", Arity = ArgumentArity.OneOrMore,
        };
        var json = JsonOption.Create();
        var command = new Command("store", "Send DICOM files (C-STORE)") { files, json };
        options.AddTo(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            var sent = new List<Sent>();
            foreach (var part in await InAssociationsAsync(FilesOf(result.GetValue(files)!, sent), sent, cancellationToken))
                await SendAsync(result, options, part, sent, cancellationToken);
            if (result.GetValue(json)) result.Output().WriteLine(JsonSerializer.Serialize(sent, JsonOption.Format));
            else foreach (var (file, fault) in sent) result.Output().WriteLine(fault is null ? $"{file}: stored" : $"{file}: {fault}");
            return sent.TrueForAll(static one => one.Fault is null) ? Cli.Done : Cli.Failed;
        });
        return command;
    }

    /// <summary>The files that can be sent, as many classes and syntaxes together as one association has contexts for.</summary>
    private static async Task<List<List<ToSend>>> InAssociationsAsync(
        List<FileInfo> files, List<Sent> sent, CancellationToken cancellationToken)
    {
        var readable = new List<ToSend>();
        foreach (var file in files)
        {
            try
            {
                await using var stream = file.OpenRead();
                var head = await Part10.ReadAsync(stream, Head, MaxHeadBytes, cancellationToken);
                var (sopClass, instance) = (head.DataSet.GetString(Tags.SopClassUid), head.DataSet.GetString(Tags.SopInstanceUid));
                if (head.Error is { } error) sent.Add(new Sent(file.Name, error));
                else if (sopClass is null || instance is null) sent.Add(new Sent(file.Name, "It names no SOP class or instance."));
                else readable.Add(new ToSend(file, sopClass, instance, head.TransferSyntax, head.DataSetOffset));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                sent.Add(new Sent(file.Name, e.Message));
            }
        }

        var kinds = readable.GroupBy(static file => (file.SopClass, file.Syntax.Uid));
        return [.. kinds.Chunk(MostContexts).Select(static chunk => chunk.SelectMany(static kind => kind).ToList())];
    }

    /// <summary>All files in and under the folders among what was named. One that is not there is told when it is opened.</summary>
    private static List<FileInfo> FilesOf(FileSystemInfo[] named, List<Sent> sent)
    {
        var files = new List<FileInfo>();
        foreach (var one in named)
        {
            if (!Directory.Exists(one.FullName))
            {
                files.Add(new FileInfo(one.FullName));
                continue;
            }

            var inside = new DirectoryInfo(one.FullName).GetFiles("*", SearchOption.AllDirectories);
            if (inside.Length == 0) sent.Add(new Sent(one.Name, "There is no file in it."));
            files.AddRange(inside.OrderBy(static file => file.FullName, StringComparer.Ordinal));
        }

        return files;
    }

    private static async Task SendAsync(
        ParseResult result, DicomOptions options, List<ToSend> files, List<Sent> sent, CancellationToken cancellationToken)
    {
        var contexts = files.DistinctBy(static file => (file.SopClass, file.Syntax.Uid))
            .Select(static file => new ProposedContext(file.SopClass, file.Syntax)).ToList();
        await using var client = await options.ConnectAsync(result, contexts, cancellationToken);
        foreach (var file in files)
        {
            try
            {
                await using var stream = file.File.OpenRead();
                stream.Position = file.DataSetOffset;
                var reader = PipeReader.Create(stream);
                await client.StoreAsync(file.SopClass, file.Instance, file.Syntax, reader, cancellationToken);
                await reader.CompleteAsync();
                sent.Add(new Sent(file.File.Name, null));
            }
            catch (DicomNetworkException e)
            {
                sent.Add(new Sent(file.File.Name, e.Message));
            }
        }

        await client.ReleaseAsync(cancellationToken);
    }

    private sealed record ToSend(FileInfo File, string SopClass, string Instance, TransferSyntax Syntax, int DataSetOffset);

    /// <param name="File">Name of the file.</param>
    /// <param name="Fault">Why it was not stored; null when it was.</param>
    private sealed record Sent(string File, string? Fault);
}
