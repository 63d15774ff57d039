using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CloudPacs.Pixels.Isolation;

/// <summary>A running worker. Used by one thread at a time; ends with this process, as its input ends then.</summary>
internal sealed class WorkerProcess : IDisposable
{
    /// <summary>How often the time that a worker has taken is looked at.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>For a start, and for a decoder that waits for what never comes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly BufferedStream _output;

    private WorkerProcess(Process process)
    {
        _process = process;
        _output = new BufferedStream(process.StandardOutput.BaseStream, 1 << 16);
        // A library that aborts says so in words that are for its authors.
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
    }

    /// <summary>Starts one: this assembly as a program of its own, by the runtime that runs this process.</summary>
    /// <exception cref="InvalidOperationException">The runtime or the assembly is not where it must be.</exception>
    public static WorkerProcess Start()
    {
        var assembly = Path.Combine(AppContext.BaseDirectory, "CloudPacs.Pixels.dll");
        var program = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var host = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", program));
        if (!File.Exists(host) || !File.Exists(Path.ChangeExtension(assembly, ".runtimeconfig.json")))
            throw new InvalidOperationException($"a decoder process needs {host} and {assembly} with its runtimeconfig.json");
        var start = new ProcessStartInfo(host, [assembly])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        // Small and quickly there: it holds one picture at a time.
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        var worker = new WorkerProcess(Process.Start(start) ?? throw new InvalidOperationException("a decoder process did not start"));
        using var deadline = new CancellationTokenSource(Patience);
        using var kill = deadline.Token.Register(worker.End);
        if (worker._output.ReadByte() == WorkerMessages.Ready) return worker;
        worker.Dispose();
        throw new InvalidOperationException("a decoder process ended as soon as it was started");
    }

    /// <exception cref="PixelException">What is wrong with the stream.</exception>
    /// <exception cref="IOException">The worker died or took too long: it is not to be used again.</exception>
    public FrameImage Decode(WorkerCodec codec, ImageShape shape, ReadOnlySpan<byte> bytes)
    {
        // The slowest codec decodes 5 million samples a second. Time of the processor counts, as the machine may be busy.
        var allowed = _process.TotalProcessorTime + TimeSpan.FromSeconds(1.5) + TimeSpan.FromMicroseconds(shape.Pixels * shape.Samples * 2);
        using var deadline = new CancellationTokenSource(Patience + TimeSpan.FromMicroseconds(shape.Pixels * shape.Samples * 4));
        using var kill = deadline.Token.Register(End);
        using var watch = new Timer(_ => EndWhenOver(allowed), null, LookEvery, LookEvery);
        WorkerMessages.WriteRequest(_process.StandardInput.BaseStream, codec, shape, bytes);
        return WorkerMessages.ReadAnswer(_output, shape);
    }

    public void Dispose()
    {
        End();
        _output.Dispose();
        _process.Dispose();
    }

    private void EndWhenOver(TimeSpan allowed)
    {
        try
        {
            if (_process.TotalProcessorTime > allowed) _process.Kill();
        }
        catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has ended by itself.
        }
    }

    private void End() => EndWhenOver(TimeSpan.MinValue);
}
