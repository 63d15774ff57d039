using System.Diagnostics;
using CloudPacs.Pixels.Rendering;
using Xunit;

namespace CloudPacs.Protocols.Tests.Pixels;

/// <summary>Programs of DCMTK that decode and render as this project does: what they say is expected.</summary>
internal sealed class Peer : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cloudpacs-pixels-");

    public string this[string name] => Path.Combine(_folder.FullName, name);

    public static void SkipWithout(string program) =>
        Assert.SkipWhen(!Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, program))), $"{program} is not installed.");

    public static void Run(string program, params string[] arguments)
    {
        var (code, error) = TryRun(program, arguments);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)}: {error}");
    }

    public static (int Code, string Error) TryRun(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error + output.Result);
    }

    /// <summary>The picture that dcmj2pnm makes of a file.</summary>
    public Picture Render(string path, params string[] arguments)
    {
        Run("dcmj2pnm", [.. arguments, path, this["peer.pnm"]]);
        return ReadPnm(this["peer.pnm"]);
    }

    /// <summary>Raw PGM or PPM of eight bits.</summary>
    public static Picture ReadPnm(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var words = new List<string>();
        var at = 0;
        while (words.Count < 4)
        {
            if (bytes[at] == '#') while (bytes[at] != '\n') at++;
            while (char.IsWhiteSpace((char)bytes[at])) at++;
            if (bytes[at] == '#') continue;
            var start = at;
            while (!char.IsWhiteSpace((char)bytes[at])) at++;
            words.Add(System.Text.Encoding.ASCII.GetString(bytes, start, at - start));
        }

        Assert.Equal("255", words[3]);
        return new Picture(int.Parse(words[1], null), int.Parse(words[2], null), words[0] == "P6" ? 3 : 1, bytes[(at + 1)..]);
    }

    /// <summary>That no sample differs by more.</summary>
    public static void Same(Picture expected, Picture actual, int tolerance, string what)
    {
        Assert.Equal((what, expected.Width, expected.Height), (what, actual.Width, actual.Height));
        // A grey image may come as colour from a program and the reverse.
        for (var i = 0; i < expected.Width * expected.Height; i++)
        {
            for (var sample = 0; sample < 3; sample++)
            {
                var one = expected.Bytes[expected.Samples == 3 ? 3 * i + sample : i];
                var other = actual.Bytes[actual.Samples == 3 ? 3 * i + sample : i];
                if (Math.Abs(one - other) > tolerance)
                {
                    var most = 0;
                    var count = 0;
                    for (var k = 0; k < expected.Bytes.Length && expected.Samples == actual.Samples; k++)
                    {
                        var off = Math.Abs(expected.Bytes[k] - actual.Bytes[k]);
                        most = Math.Max(most, off);
                        if (off > tolerance) count++;
                    }

                    Assert.Fail($"{what}: at {i % expected.Width}, {i / expected.Width} sample {sample} is {other}, expected {one}; {count} are off, most by {most}.");
                }
            }
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
