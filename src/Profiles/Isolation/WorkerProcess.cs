using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CloudPacs.Profiles.Isolation;

/// <summary>A running worker. It is asked one thing at a time, and ends with this process, as its input ends then.</summary>
internal sealed class WorkerProcess : IDisposable
{
    /// <summary>How often the time that a worker has taken is looked at.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>Most memory of its objects, in hexadecimal digits: the definitions take some hundred megabytes.</summary>
    private const string MaxHeapBytes = "60000000";

    private readonly Process _process;
    private readonly BufferedStream _output;
    private volatile bool _isEnded;

    private WorkerProcess(Process process)
    {
        _process = process;
        _output = new BufferedStream(process.StandardOutput.BaseStream, 1 << 16);
        // What it says when it breaks down may have a patient's data in it.
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
    }

    /// <summary>Starts one: this assembly as a program of its own, by the runtime that runs this process.</summary>
    /// <exception cref="InvalidOperationException">The runtime or the assembly is not where it must be.</exception>
    public static async Task<WorkerProcess> StartAsync(WorkerLimits limits, CancellationToken cancellationToken)
    {
        var assembly = Path.Combine(AppContext.BaseDirectory, "CloudPacs.Profiles.dll");
        var program = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var host = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", program));
        if (!File.Exists(host) || !File.Exists(Path.ChangeExtension(assembly, ".runtimeconfig.json")))
            throw new InvalidOperationException($"a worker needs {host} and {assembly} with its runtimeconfig.json");
        var start = new ProcessStartInfo(host, [assembly])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_GCHeapHardLimit"] = MaxHeapBytes;
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        var worker = new WorkerProcess(Process.Start(start) ?? throw new InvalidOperationException("a worker did not start"));
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limits.Time);
        await using var kill = deadline.Token.Register(worker.End);
        var first = new byte[1];
        var length = await worker._output.ReadAsync(first, CancellationToken.None).ConfigureAwait(false);
        if (length == 1 && first[0] == Exchange.Ready) return worker;
        worker.Dispose();
        cancellationToken.ThrowIfCancellationRequested();
        throw new InvalidOperationException("a worker ended as soon as it was started");
    }

    /// <param name="question">What is asked.</param>
    /// <param name="content">What it is about.</param>
    /// <param name="find">Definitions of the site.</param>
    /// <param name="limits">How much it may take.</param>
    /// <param name="cancellationToken">Ends the worker.</param>
    /// <exception cref="IOException">The worker broke down: it is not to be used again.</exception>
    /// <exception cref="WorkerTimeException">It took more time than it may, and was ended.</exception>
    public async Task<(Answer Answer, byte[] Content)> AskAsync(
        Question question, ReadOnlyMemory<byte> content, Func<string, Task<ReadOnlyMemory<byte>?>> find, WorkerLimits limits,
        CancellationToken cancellationToken)
    {
        var allowed = _process.TotalProcessorTime + limits.ProcessorTime;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limits.Time);
        await using var kill = deadline.Token.Register(End);
        await using var watch = new Timer(_ => EndWhenOver(allowed), null, LookEvery, LookEvery);
        try
        {
            await Exchange.WriteAsync(_process.StandardInput.BaseStream, question, content, CancellationToken.None).ConfigureAwait(false);
            while (await Exchange.ReadAsync<Answer>(_output, CancellationToken.None).ConfigureAwait(false) is var (answer, found))
            {
                if (answer.Wanted is not { } canonical) return (answer, found);
                var definition = await find(canonical).ConfigureAwait(false);
                await Exchange.WriteAsync(
                    _process.StandardInput.BaseStream, definition is not null, definition ?? default, CancellationToken.None)
                    .ConfigureAwait(false);
            }
        }
        catch (IOException) when (_isEnded)
        {
            // It was ended here: why is told below.
        }

        cancellationToken.ThrowIfCancellationRequested();
        throw _isEnded ? new WorkerTimeException() : new IOException("The worker ended.");
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
            if (_process.TotalProcessorTime <= allowed) return;
            _isEnded = true;
            _process.Kill();
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
        {
            // It has ended by itself.
        }
    }

    private void End() => EndWhenOver(TimeSpan.MinValue);
}

/// <summary>How much one question may take.</summary>
/// <param name="ProcessorTime">Time of a processor, as the machine may be busy.</param>
/// <param name="Time">Time at all.</param>
internal sealed record WorkerLimits(TimeSpan ProcessorTime, TimeSpan Time);

/// <summary>A question took more time than it may.</summary>
internal sealed class WorkerTimeException : Exception;
