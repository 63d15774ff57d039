using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CloudPacs.Pixels.Isolation;

/// <summary>A running worker. Used by one thread at a time; ends with this process, as its input ends then.</summary>
internal sealed class WorkerProcess : IDisposable
{
    /// <summary>A picture of 256 megapixels takes a few seconds.</summary>
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(30);

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
        var host = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
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
        return new WorkerProcess(Process.Start(start) ?? throw new InvalidOperationException("a decoder process did not start"));
    }

    /// <exception cref="PixelException">What is wrong with the stream.</exception>
    /// <exception cref="IOException">The worker died or took too long: it is not to be used again.</exception>
    public FrameImage Decode(WorkerCodec codec, ImageShape shape, ReadOnlySpan<byte> bytes)
    {
        using var deadline = new CancellationTokenSource(TimeLimit);
        using var kill = deadline.Token.Register(() => _process.Kill());
        WorkerMessages.WriteRequest(_process.StandardInput.BaseStream, codec, shape, bytes);
        return WorkerMessages.ReadAnswer(_output, shape);
    }

    public void Dispose()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }

        _output.Dispose();
        _process.Dispose();
    }
}
