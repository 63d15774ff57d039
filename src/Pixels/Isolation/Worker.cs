using System.Runtime.InteropServices;
using CloudPacs.Pixels.Decoding;
using CloudPacs.Pixels.Libraries;

namespace CloudPacs.Pixels.Isolation;

/// <summary>
/// The process that libraries of the system run in: requests from standard input, answers to standard output, end with the input. A library
/// that aborts on a broken stream takes this process with it and nothing else.
/// </summary>
internal static partial class Worker
{
    /// <summary>Most memory that may be written to; OpenJPEG takes about eight bytes for each sample of the largest picture.</summary>
    private const ulong MaxMemoryBytes = 4UL << 30;

    public static int Main()
    {
        LimitResources();
        using var input = Console.OpenStandardInput();
        using var output = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
        var codecs = new Dictionary<WorkerCodec, IFrameCodec>();
        if (CharLs.TryLoad(out _) is { } charLs) codecs[WorkerCodec.CharLs] = new JpegLsCodec(charLs);
        if (OpenJpeg.TryLoad(out _) is { } openJpeg) codecs[WorkerCodec.OpenJpeg] = new Jpeg2000Codec(openJpeg);
        output.WriteByte(WorkerMessages.Ready);
        output.Flush();
        while (WorkerMessages.ReadRequest(input) is { } request)
        {
            WorkerMessages.WriteAnswer(output, PixelResult<FrameImage>.From(() => codecs.TryGetValue(request.Codec, out var codec)
                ? codec.Decode(new FrameStream(request.Bytes, request.Shape, 1))
                : throw PixelException.NotSupported($"The library {request.Codec} is not installed.")));
            output.Flush();
        }

        return 0;
    }

    /// <summary>No core file, which would hold a patient's picture, and no more memory than a picture has use for.</summary>
    private static void LimitResources()
    {
        if (!OperatingSystem.IsLinux()) return;
        const int dataResource = 2, coreResource = 4;
        var none = default(Limit);
        _ = SetLimit(coreResource, ref none);
        var memory = new Limit { Soft = MaxMemoryBytes, Hard = MaxMemoryBytes };
        _ = SetLimit(dataResource, ref memory);
    }

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, ref Limit limit);

    private struct Limit
    {
        public ulong Soft, Hard;
    }
}
