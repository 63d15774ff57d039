using System.Diagnostics;
using CloudPacs.Pixels;
using CloudPacs.Pixels.Decoding;
using Xunit;

namespace CloudPacs.Protocols.Tests.Pixels;

/// <summary>Ends workers, so that nothing else may use them meanwhile.</summary>
[CollectionDefinition(nameof(WorkerTests), DisableParallelization = true)]
public class WorkersAlone;

/// <summary>Libraries of the system decode in processes of their own: what happens there stays there.</summary>
[Collection(nameof(WorkerTests))]
public class WorkerTests
{
    private const string HighThroughput = "1.2.840.10008.1.2.4.201";

    /// <summary>OpenJPEG 2.5.0 aborts on this one by an assertion (ht_dec.c, mel_init).</summary>
    private const string Aborting =
        "/0//UQApQAAAAAAQAAAAEAAAAAAAAAAAAAAAEAAAABAAAAAAAAAAAAABCwEB/1AACAACAAAAB/9SAAwAAgABAAIEBEAB/1wACiBweHh4cHB4/2QAFgABT3BlbkpwSCBWZXIg" +
        "MC45LjAu/5AACgAAAAAA9wAB/5PAAW+A/x/cud7FwA7sKa8OXDzm5+iBSO0BC/IAxZyEAqm4AMAAtaAAWjAAKsBjAEEh4Uo8MCAiIkEhjf4A/6CEUrcA630GUB0QG9D7G9D7" +
        "QDGADX0suADp+1K3AOt9BlAdEBvQ+0AxgA19LLgA6ft3X+9asuwzNgDAAXbwAF1UAAt8zD89AAFOp28goACg6GhgCCAQAjj46QEIADxv30BAAUDR0cAQgPAZw+F/JRVZzh8L" +
        "8MCM6R+xAezZ5xf4BdQNdTs6DiABEMDjOQAFYAAhAOxRCABtz8c9moU9KtjYuN+1ARK/yDdLm8USv8TbavNjev5tbI/mdwbzs1Mjf8SkUgH/2Q==";

    [Fact]
    public void A_stream_that_ends_the_library_costs_nothing_but_its_picture()
    {
        Assert.SkipUnless(PixelCodecs.CanDecode(HighThroughput, out var whyNot), whyNot ?? "");
        for (var round = 0; round < 3; round++)
        {
            var result = FrameDecoder.Decode(Frame(Convert.FromBase64String(Aborting)));

            Assert.Equal(PixelProblemKind.Damaged, result.Problem?.Kind);
            Assert.Null(FrameDecoder.Decode(Frame(Convert.FromBase64String(SelfTest.HighThroughputJpeg2000.Base64))).Problem);
        }
    }

    [Fact]
    public void A_worker_that_somebody_ended_is_replaced()
    {
        Assert.SkipUnless(PixelCodecs.CanDecode(HighThroughput, out var whyNot), whyNot ?? "");
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Finds its children in /proc.");
        var frame = Frame(Convert.FromBase64String(SelfTest.HighThroughputJpeg2000.Base64));
        Assert.Null(FrameDecoder.Decode(frame).Problem);

        var workers = Children();
        Assert.NotEmpty(workers);
        foreach (var worker in workers)
        {
            worker.Kill();
            worker.WaitForExit();
        }

        Assert.Null(FrameDecoder.Decode(frame).Problem);
        Assert.NotEmpty(Children());
    }

    private static EncodedFrame Frame(byte[] stream) => new(PixelImages.Header(SelfTest.Size, SelfTest.Size, 16, 12), HighThroughput, stream);

    private static List<Process> Children()
    {
        var children = new List<Process>();
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
        {
            try
            {
                var status = File.ReadAllText(Path.Combine(folder, "stat"));
                var fields = status[(status.LastIndexOf(')') + 2)..].Split(' ');
                if (fields[1] == PixelImages.Text(Environment.ProcessId) && fields[0] != "Z"
                    && File.ReadAllText(Path.Combine(folder, "cmdline")).Contains("CloudPacs.Pixels.dll", StringComparison.Ordinal))
                    children.Add(Process.GetProcessById(int.Parse(Path.GetFileName(folder), null)));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
            {
                // It ended while it was looked at.
            }
        }

        return children;
    }
}
