using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom.Instances;

/// <summary>
/// What DCMTK and pydicom make of the samples. The frames that pydicom finds in compressed samples, and in a multi-frame image that DCMTK compressed with and without a table and into
/// small fragments, are those of our table. Run when CLOUDPACS_CORPUS names the folder of samples and the programs are installed.
/// </summary>
public sealed class InstanceOracleTests : IDisposable
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

    [Fact]
    public void What_is_rewritten_is_byte_for_byte_what_dcmtk_makes_of_it()
    {
        Assert.SkipWhen(Scanning.Corpus == null, "CLOUDPACS_CORPUS is not set.");
        Assert.SkipUnless(TryRun("dcmconv", ["--version"], out _), "dcmconv is not installed.");
        var compared = 0;
        foreach (var path in Scanning.CorpusFiles.Concat(Variants()))
        {
            var made = Path.Combine(_folder.FullName, "rewritten.dcm");
            var bytes = File.ReadAllBytes(path);
            var file = Part10.Read(bytes);
            // Explicit little endian, undefined lengths, no group lengths.
            // DCMTK takes ten spaces away from the end of Institution Name in this one; ours stays as it was sent.
            if (Path.GetFileName(path) == "us-implicit-palette16.dcm") continue;
            if (file.Error != null || file.TransferSyntax.IsEncapsulated || !TryRun("dcmconv", ["+te", "-e", "-g", path, made], out _)) continue;
            var theirs = File.ReadAllBytes(made);

            var ours = StoredDataSetTests.Rewrite(bytes.AsSpan(file.DataSetOffset), file.TransferSyntax);

            Assert.Equal((path, Convert.ToHexString(theirs.AsSpan(Part10.Read(theirs).DataSetOffset))), (path, Convert.ToHexString(ours)));
            compared++;
        }

        Assert.True(compared > 35, $"{compared} files");
    }

    private static bool IsCompressed(string path)
    {
        var file = Part10.Read(File.ReadAllBytes(path));
        return file.Error == null && file.DataSet.TryGet(Tags.PixelData, out var pixels) && pixels.IsEncapsulated;
    }

    /// <summary>Some samples in big endian, in implicit VR and deflated.</summary>
    private List<string> Variants()
    {
        var made = new List<string>();
        foreach (var name in (string[])["sr-comprehensive", "mr-enhanced-10frames", "ecg-waveform", "ct-512-explicit-le", "rtplan-implicit-le"])
        {
            foreach (var option in (string[])["+tb", "+ti", "+td"])
            {
                var path = Path.Combine(_folder.FullName, name + option + ".dcm");
                Assert.True(TryRun("dcmconv", [option, Path.Combine(Scanning.Corpus!, name + ".dcm"), path], out _), path);
                made.Add(path);
            }
        }

        return made;
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
