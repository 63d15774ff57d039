using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom.Instances;

/// <summary>
/// The frames that pydicom finds in compressed samples, and in a multi-frame image that DCMTK compressed with and without a table and into
/// small fragments, are those of our table. Run when CLOUDPACS_CORPUS names the folder of samples and the programs are installed.
/// </summary>
public sealed class FrameOracleTests : IDisposable
{
    private const string Python = "/usr/bin/python3";

    /// <summary>One line a file: how many frames, then the SHA-256 of each.</summary>
    private const string Script = """
        import sys, hashlib, pydicom
        from pydicom.encaps import generate_pixel_data_frame
        for path in sys.argv[1:]:
            ds = pydicom.dcmread(path, force=True)
            n = int(ds.get('NumberOfFrames') or 1)
            print(' '.join(hashlib.sha256(f).hexdigest().upper() for f in generate_pixel_data_frame(ds.PixelData, n)))
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cloudpacs-frames");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Frames_are_those_that_pydicom_finds()
    {
        Assert.SkipWhen(Scanning.Corpus == null, "CLOUDPACS_CORPUS is not set.");
        Assert.SkipUnless(File.Exists(Python) && TryRun(Python, ["-c", "import pydicom"], out _), "pydicom is not installed.");
        var files = Scanning.CorpusFiles.Where(IsCompressed).Concat(Compressed()).ToList();

        Assert.True(TryRun(Python, ["-c", Script, .. files], out var output));

        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(files.Count, lines.Length);
        foreach (var (path, line) in files.Zip(lines))
        {
            var bytes = File.ReadAllBytes(path);
            var (head, scan) = Scanning.ScanFile(bytes);
            var frames = Enumerable.Range(1, scan!.Frames!.Count).Select(number => scan.Frames.Find(number).Ranges
                .SelectMany(range => bytes.AsSpan(head.DataSetOffset + (int)range.Offset, (int)range.Length).ToArray()).ToArray());
            Assert.Equal((path, line), (path, string.Join(' ', frames.Select(frame => Convert.ToHexString(SHA256.HashData(frame))))));
        }
    }

    private static bool IsCompressed(string path)
    {
        var file = Part10.Read(File.ReadAllBytes(path));
        return file.Error == null && file.DataSet.TryGet(Tags.PixelData, out var pixels) && pixels.IsEncapsulated;
    }

    private List<string> Compressed()
    {
        var source = Path.Combine(Scanning.Corpus!, "mr-enhanced-10frames.dcm");
        var made = new List<string>();
        foreach (var (program, options) in ((string, string[])[])[("dcmcjpeg", ["+ot"]), ("dcmcjpeg", ["-ot"]), ("dcmcjpeg", ["+fs", "1", "+ot"]), ("dcmcrle", ["+ot"]), ("dcmcrle", ["-ot"]), ("dcmcrle", ["+fs", "1", "+ot"])])
        {
            var path = Path.Combine(_folder.FullName, made.Count.ToString(CultureInfo.InvariantCulture) + ".dcm");
            if (TryRun(program, [.. options, source, path], out _)) made.Add(path);
        }

        return made;
    }

    private static bool TryRun(string program, IEnumerable<string> arguments, out string output)
    {
        output = "";
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 && errors.Wait(TimeSpan.FromSeconds(10));
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
