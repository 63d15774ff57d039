using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Engines;

/// <summary>An engine with a data folder and ports of its own, as tests use it, wherever it runs. Disposing it stops it.</summary>
internal abstract partial class TestedEngine : IAsyncDisposable
{
    protected static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(120);
    protected static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(60);
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal)
    {
        ["MLLP__PORT"] = "0", ["DICOM__PORT"] = "0", ["HTTP__PORT"] = "0",
        // A stop that takes all of it stays well within its limit on a busy machine too.
        ["DRAINTIME"] = "00:00:04",
        ["SITE__TIMEZONE"] = "Asia/Kolkata",
        ["WORKLIST__KEEPVISIBLE"] = "36500.00:00:00",
        ["MAPPING__DIRECTORY"] = Repository.Mappings,
    };

    private TaskCompletionSource<string> _ready = new();
    private bool _isDisposed;

    /// <param name="settings">Settings by environment name without its prefix; they win over those of the fixture.</param>
    protected TestedEngine(IEnumerable<(string Name, string Value)> settings)
    {
        _settings["DATA"] = Folder["data"];
        foreach (var (name, value) in settings) _settings[name] = value;
    }

    public int MllpPort { get; private set; }

    public int DicomPort { get; private set; }

    public int HttpPort { get; private set; }

    public string DataFolder => _settings["DATA"];

    /// <summary>Where its database is reached while it runs.</summary>
    public abstract string Database { get; }

    /// <summary>For files that belong to this engine.</summary>
    public ScratchFolder Folder { get; } = new();

    public string Output => Read(_output);

    public string Errors => Read(_errors);

    protected IReadOnlyDictionary<string, string> Settings => _settings;

    /// <summary>A setting for the next start.</summary>
    public TestedEngine With(string name, string value)
    {
        _settings[name] = value;
        return this;
    }

    /// <summary>Starts it on the same folder and, from the second start on, the same ports; waits until it is ready.</summary>
    public abstract Task StartAsync();

    /// <summary>Stops it in order, as SIGTERM does; gives the exit code.</summary>
    public abstract Task<int> StopAsync(TimeSpan? limit = null);

    /// <summary>Address of its HTTP port, without a path.</summary>
    public string Address => $"{(_settings.ContainsKey("HTTP__TLS__CERTIFICATEFILE") ? "https" : "http")}://127.0.0.1:{HttpPort}";

    public async Task<string> GetAsync(string path)
    {
        // Whose certificate it is, is the matter of the tests of TLS.
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator };
        using var http = new HttpClient(handler);
        return await http.GetStringAsync(new Uri(Address + path));
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true)) return;
        await EndAsync();
        Folder.Dispose();
    }

    /// <summary>Starts a new engine; one that does not become ready is disposed of.</summary>
    protected static async Task<TEngine> StartedAsync<TEngine>(TEngine engine) where TEngine : TestedEngine
    {
        try
        {
            await engine.StartAsync();
            return engine;
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it, and whatever it left behind.</summary>
    protected abstract Task EndAsync();

    /// <summary>A new start begins.</summary>
    protected void Expect() => _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits until it tells where it listens.</summary>
    /// <param name="ended">Ends with the engine.</param>
    /// <param name="howItEnded">For the message, when it ends before.</param>
    protected async Task WaitUntilReadyAsync(Task ended, Func<string> howItEnded)
    {
        if (await Task.WhenAny(_ready.Task, ended, Task.Delay(StartLimit)) != _ready.Task)
            Assert.Fail($"The engine {(ended.IsCompleted ? $"ended with {howItEnded()}" : "is not ready in time")}:\n{Errors}");
        var line = await _ready.Task;
        var ports = EndPointPort().Matches(line).Select(static match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)).ToArray();
        // With TLS a second DICOM port stands between.
        (MllpPort, DicomPort, HttpPort) = (ports[0], ports[1], ports[^1]);
        (_settings["MLLP__PORT"], _settings["DICOM__PORT"], _settings["HTTP__PORT"]) = ($"{MllpPort}", $"{DicomPort}", $"{HttpPort}");
        Assert.Equal("ready", await GetAsync("/health/ready"));
    }

    /// <summary>Takes a line of its output.</summary>
    protected void Said(string? line)
    {
        Append(_output, line);
        if (line?.StartsWith("CloudPacs is ready", StringComparison.Ordinal) == true) _ready.TrySetResult(line);
    }

    /// <summary>Takes a line of its error output.</summary>
    protected void Logged(string? line) => Append(_errors, line);

    private static void Append(StringBuilder text, string? line)
    {
        if (line is null) return;
        lock (text) text.AppendLine(line);
    }

    private static string Read(StringBuilder text)
    {
        lock (text) return text.ToString();
    }

    [GeneratedRegex(@":(\d+)(?=,|$)")]
    private static partial Regex EndPointPort();
}
