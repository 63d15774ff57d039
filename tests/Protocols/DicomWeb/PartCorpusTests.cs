using System.IO.Pipelines;
using CloudPacs.DicomWeb.Multipart;
using Xunit;

namespace CloudPacs.Protocols.Tests.DicomWeb;

/// <summary>Real files as parts of one body; run when CLOUDPACS_CORPUS names the folder that holds them.</summary>
public sealed class PartCorpusTests
{
    private static readonly string? Samples = Environment.GetEnvironmentVariable("CLOUDPACS_CORPUS") is { Length: > 0 } corpus ? Path.Combine(corpus, "dicom", "samples") : null;

    [Fact]
    public async Task Every_file_comes_back_as_it_was()
    {
        Assert.SkipWhen(Samples == null, "CLOUDPACS_CORPUS is not set.");
        var files = Directory.EnumerateFiles(Samples, "*.dcm", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        var boundary = Boundary.Create();
        var pipe = new Pipe();
        var writing = Task.Run(async () =>
        {
            var writer = new PartWriter(pipe.Writer, boundary);
            foreach (var file in files)
            {
                writer.BeginPart("application/dicom");
                await writer.Output.WriteAsync(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
            }

            writer.End();
            await pipe.Writer.CompleteAsync();
        }, TestContext.Current.CancellationToken);
        using var reader = new PartReader(pipe.Reader, boundary);

        foreach (var file in files)
        {
            Assert.True(await reader.NextAsync(TestContext.Current.CancellationToken), file);
            var bytes = new MemoryStream();
            await reader.OpenBody().CopyToAsync(bytes, TestContext.Current.CancellationToken);
            var original = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
            Assert.True(bytes.ToArray().AsSpan().SequenceEqual(original), file);
        }

        Assert.False(await reader.NextAsync(TestContext.Current.CancellationToken));
        Assert.True(reader.IsComplete && files.Count > 0);
        await writing;
    }
}
