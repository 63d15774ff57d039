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
            var sent = new List<SentFile>();
            foreach (var part in await InAssociationsAsync(FilesOf(result.GetValue(files)!, sent), sent, cancellationToken))
                await SendAsync(result, options, part, sent, cancellationToken);
            if (result.GetValue(json)) result.Output().WriteLine(JsonSerializer.Serialize(sent, JsonOption.Format));
            else Print(result.Output(), sent);
            return sent.TrueForAll(static one => one.Fault is null) ? Cli.Done : Cli.Failed;
        });
        return command;
    }

    /// <summary>The files that can be sent, as many classes and syntaxes together as one association has contexts for.</summary>
    private static async Task<List<List<ToSend>>> InAssociationsAsync(
        List<FileInfo> files, List<SentFile> sent, CancellationToken cancellationToken)
    {
        var readable = new List<ToSend>();
        foreach (var file in files)
        {
            try
            {
                await using var stream = file.OpenRead();
                var head = await Part10.ReadAsync(stream, Head, MaxHeadBytes, cancellationToken);
                var (sopClass, instance) = (head.DataSet.GetString(Tags.SopClassUid), head.DataSet.GetString(Tags.SopInstanceUid));
                if (head.Error is { } error) sent.Add(SentFile.Unsent(file.Name, error));
                else if (sopClass is null || instance is null) sent.Add(SentFile.Unsent(file.Name, "It names no SOP class or instance."));
                else readable.Add(new ToSend(file, sopClass, instance, head.TransferSyntax, head.DataSetOffset));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                sent.Add(SentFile.Unsent(file.Name, e.Message));
            }
        }

        var kinds = readable.GroupBy(static file => (file.SopClass, file.Syntax.Uid));
        return [.. kinds.Chunk(MostContexts).Select(static chunk => chunk.SelectMany(static kind => kind).ToList())];
    }

    /// <summary>All files in and under the folders among what was named. One that is not there is told when it is opened.</summary>
    private static List<FileInfo> FilesOf(FileSystemInfo[] named, List<SentFile> sent)
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
            if (inside.Length == 0) sent.Add(SentFile.Unsent(one.Name, "There is no file in it."));
            files.AddRange(inside.OrderBy(static file => file.FullName, StringComparer.Ordinal));
        }

        return files;
    }

    /// <summary>
    /// Sends over one association. When it is lost, or a later one is not had, what was not sent is told beside what was.
    /// </summary>
    private static async Task SendAsync(
        ParseResult result, DicomOptions options, List<ToSend> files, List<SentFile> sent, CancellationToken cancellationToken)
    {
        var contexts = files.DistinctBy(static file => (file.SopClass, file.Syntax.Uid))
            .Select(static file => new ProposedContext(file.SopClass, file.Syntax)).ToList();
        var next = 0;
        try
        {
            await using var client = await options.ConnectAsync(result, contexts, cancellationToken);
            for (; next < files.Count; next++) sent.Add(await SendAsync(client, files[next], cancellationToken));
            await client.ReleaseAsync(cancellationToken);
        }
        catch (DicomNetworkException e) when (sent.Exists(static one => one.Status is not null))
        {
            sent.AddRange(files.Skip(next).Select(file => SentFile.Unsent(file.File.Name, e.Message)));
        }
    }

    private static async Task<SentFile> SendAsync(DicomClient client, ToSend file, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = file.File.OpenRead();
            stream.Position = file.DataSetOffset;
            var reader = PipeReader.Create(stream);
            var told = await client.StoreAsync(file.SopClass, file.Instance, file.Syntax, reader, cancellationToken);
            await reader.CompleteAsync();
            return SentFile.Answered(file.File.Name, told);
        }
        catch (DicomNetworkException e) when (e.Error is DicomNetworkError.FailureStatus)
        {
            return SentFile.Answered(file.File.Name, new StoreResult(e.Status!.Value, e.ErrorComment));
        }
        catch (DicomNetworkException e) when (e.Error is DicomNetworkError.ContextNotAccepted)
        {
            return SentFile.Unsent(file.File.Name, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // When it could not be read to its end, that has cost the association.
            return SentFile.Unsent(file.File.Name, e.Message);
        }
    }

    private static void Print(TextWriter output, List<SentFile> sent)
    {
        foreach (var one in sent) output.WriteLine($"{one.File}: {one.Words}");
        var unsent = sent.Count(static one => one.Status is null);
        var refused = sent.Count(static one => one is { Status: not null, Fault: not null });
        var warned = sent.Count(static one => one is { Fault: null, IsWithoutRemark: false });
        var stored = sent.Count - unsent - refused - warned;
        output.WriteLine($"{stored} stored, {warned} with warnings, {refused} refused{(unsent > 0 ? $", {unsent} not sent" : "")}");
    }

    private sealed record ToSend(FileInfo File, string SopClass, string Instance, TransferSyntax Syntax, int DataSetOffset);
}
