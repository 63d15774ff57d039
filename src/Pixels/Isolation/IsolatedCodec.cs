using System.Collections.Concurrent;
using CloudPacs.Pixels.Decoding;

namespace CloudPacs.Pixels.Isolation;

/// <summary>
/// A library of the system behind a process boundary. As many workers run as callers decode at once; one for each core is
/// kept for the next.
/// </summary>
internal sealed class IsolatedCodec(WorkerCodec library, string name) : IFrameCodec
{
    private static readonly ConcurrentBag<WorkerProcess> Idle = [];

    public FrameImage Decode(FrameStream frame)
    {
        var isUsed = Idle.TryTake(out var worker);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                worker ??= WorkerProcess.Start();
                var image = worker.Decode(library, frame.Shape, frame.Bytes.Span);
                Keep(worker);
                return image;
            }
            catch (PixelException)
            {
                Keep(worker!);
                throw;
            }
            catch (Exception exception) when (exception is IOException or InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                worker?.Dispose();
                var couldNotStart = worker == null;
                worker = null;
                if (couldNotStart) throw PixelException.NotSupported($"{name} is not decoded here: {exception.Message}.");
                // A worker that was kept may have been ended by somebody else: that is not the stream's fault.
                if (isUsed && attempt == 1) continue;
                throw PixelException.Damaged($"The decoder of {name} broke down on the stream.");
            }
        }
    }

    private static void Keep(WorkerProcess worker)
    {
        if (Idle.Count < Environment.ProcessorCount) Idle.Add(worker);
        else worker.Dispose();
    }
}
