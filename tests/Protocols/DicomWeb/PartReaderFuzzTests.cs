using System.Diagnostics;
using System.Text;
using CloudPacs.DicomWeb.Multipart;
using Xunit;

namespace CloudPacs.Protocols.Tests.DicomWeb;

/// <summary>Bodies made of what boundaries are made of, whole and damaged, in pieces of every size; Python's email package as a second reader.</summary>
public sealed class PartReaderFuzzTests
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'()+_,-./:=?";
    private static readonly int Cases = Environment.GetEnvironmentVariable("CLOUDPACS_LONG") == "1" ? 100_000 : 2_000;

    [Fact]
    public async Task What_was_written_is_read()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var random = new Random(seed);
            var (boundary, parts, body) = Make(random);

            var read = await ReadBody.OfAsync(body, boundary, () => random.Next(1, random.Next(2, 200)), Small(random));

            Assert.True(read is { Fault: MultipartFault.None, IsComplete: true }, $"Seed {seed}: {read.Fault}");
            Assert.True(parts.SequenceEqual(read.Parts.Select(static part => part.Body)), $"Seed {seed}: other parts.");
        }
    }

    [Fact]
    public async Task A_damaged_body_gives_the_same_result_whatever_the_pieces()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var random = new Random(seed);
            var (boundary, _, body) = Make(random);
            var damaged = Damage(random, body);

            var whole = await ReadBody.OfAsync(damaged, boundary, limits: new() { MaxHeaderBytes = 300 });
            var pieces = await ReadBody.OfAsync(damaged, boundary, () => random.Next(1, 20), new() { MaxHeaderBytes = 300, BufferBytes = 1 });

            Assert.True(whole.Fault == pieces.Fault && whole.IsComplete == pieces.IsComplete && whole.Parts.SequenceEqual(pieces.Parts), $"Seed {seed}: {whole.Fault} and {pieces.Fault}");
            Assert.True(whole.IsComplete == (whole.Fault == MultipartFault.None), $"Seed {seed}: neither complete nor broken.");
        }
    }

    [Fact]
    public async Task Pythons_email_package_reads_the_same_parts()
    {
        const string Python = "/usr/bin/python3";
        Assert.SkipUnless(File.Exists(Python), "python3 is not installed.");
        var cases = Enumerable.Range(0, Math.Min(Cases, 20_000) / 4).Select(static seed =>
        {
            var random = new Random(seed);
            var (boundary, _, body) = Make(random, isForPython: true);
            return (Boundary: boundary, Body: body);
        }).ToList();

        var answers = await AskAsync(Python, cases);

        Assert.Equal(cases.Count, answers.Length);
        for (var i = 0; i < cases.Count; i++)
        {
            var read = await ReadBody.OfAsync(cases[i].Body, cases[i].Boundary, () => 11);
            Assert.True(answers[i] == string.Join(',', read.Parts.Select(static part => Convert.ToHexStringLower(ReadBody.Bytes(part.Body)))), $"Seed {i}: {answers[i]}");
        }
    }

    private static async Task<string[]> AskAsync(string python, IReadOnlyList<(string Boundary, byte[] Body)> cases)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "DicomWeb", "Data", "multipart_oracle.py");
        using var process = Process.Start(new ProcessStartInfo(python, script) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        foreach (var (boundary, body) in cases) await process.StandardInput.WriteAsync($"{boundary}\t{Convert.ToBase64String(body)}\n");
        process.StandardInput.Close();
        var text = await output;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return text.TrimEnd('\n').Split('\n');
    }

    /// <summary>A buffer that is as small as it can be, or the usual one.</summary>
    private static MultipartLimits Small(Random random) => random.Next(2) == 0 ? MultipartLimits.Default : new() { BufferBytes = 1, MaxHeaderBytes = 300 };

    private static (string Boundary, List<string> Parts, byte[] Body) Make(Random random, bool isForPython = false)
    {
        var boundary = new string(random.GetItems<char>(Letters, random.Next(1, isForPython ? 70 : 200)));
        // A boundary of hyphens could be the end of a closing one.
        if (boundary.EndsWith('-')) boundary += "x";
        var parts = Enumerable.Range(0, random.Next(1, 6)).Select(_ => Part(random, boundary, isForPython)).ToList();
        var body = new StringBuilder(random.Next(4) switch { 0 => "\r\n", 1 => "A preamble.\r\n", _ => "" });
        foreach (var part in parts)
        {
            body.Append("--").Append(boundary).Append(random.Next(8) == 0 ? " \t" : "").Append("\r\n");
            if (random.Next(4) > 0) body.Append("Content-Type: application/dicom\r\n");
            if (random.Next(4) == 0) body.Append("content-location: http://x/y\r\n");
            body.Append("\r\n").Append(part).Append("\r\n");
        }

        body.Append("--").Append(boundary).Append("--").Append(random.Next(3) switch { 0 => "", 1 => "\r\n", _ => "\r\nAn epilogue." });
        return (boundary, parts, ReadBody.Bytes(body.ToString()));
    }

    /// <summary>Random bytes between pieces of boundaries, without a whole one.</summary>
    private static string Part(Random random, string boundary, bool isForPython)
    {
        string[] pieces = ["\r", "\n", "\r\n", "--", "-", "\r\n--", "--" + boundary, "\r\n--" + boundary[..^1], "\r\n--" + boundary + "!", boundary, "\0\0\0\0", "DICM", "\r\n\r\n"];
        var text = new StringBuilder();
        for (var i = random.Next(20); i > 0; i--)
        {
            if (random.Next(3) > 0) text.Append(pieces[random.Next(pieces.Length)]);
            else
            {
                var bytes = new byte[random.Next(40)];
                random.NextBytes(bytes);
                text.Append(Encoding.Latin1.GetString(bytes));
            }
        }

        var body = text.ToString();
        // The end of the line before is not part of it, but begins a boundary; Python takes any end of a line for one.
        var lines = "\r\n" + body + "\r\n";
        string[] ends = ["-", " ", "\t", "\r", "\n"];
        var looksAlike = isForPython
            ? lines.Contains("\r--" + boundary, StringComparison.Ordinal) || lines.Contains("\n--" + boundary, StringComparison.Ordinal)
            : ends.Any(end => lines.Contains("\r\n--" + boundary + end, StringComparison.Ordinal));
        return looksAlike ? Part(random, boundary, isForPython) : body;
    }

    private static byte[] Damage(Random random, byte[] body)
    {
        var bytes = body.ToList();
        for (var i = random.Next(1, 4); i > 0 && bytes.Count > 0; i--)
        {
            var at = random.Next(bytes.Count);
            var length = random.Next(Math.Min(bytes.Count - at, 30)) + 1;
            switch (random.Next(5))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.RemoveRange(at, length); break;
                case 2: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
                case 3: bytes.RemoveRange(at, bytes.Count - at); break;
                default: bytes.RemoveAll(value => value == (byte)'\r' && random.Next(2) == 0); break;
            }
        }

        return [.. bytes];
    }
}
