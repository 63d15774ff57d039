using CloudPacs.EndToEnd.Tests.Engines;
using Xunit;

[assembly: AssemblyFixture(typeof(PreparedFolder))]

namespace CloudPacs.EndToEnd.Tests.Engines;

/// <summary>A data folder that has its database already: starts on it are quick. One test class at a time may use it.</summary>
public sealed class PreparedFolder : IAsyncDisposable
{
    private readonly Lazy<Task<EngineProcess>> _engine = new(StartAndStopAsync);

    /// <summary>The stopped engine that the folder belongs to.</summary>
    internal Task<EngineProcess> GetAsync() => _engine.Value;

    public async ValueTask DisposeAsync()
    {
        if (_engine.IsValueCreated) await (await _engine.Value).DisposeAsync();
    }

    private static async Task<EngineProcess> StartAndStopAsync()
    {
        var engine = await EngineProcess.StartNewAsync();
        Assert.Equal(0, await engine.StopAsync());
        return engine;
    }
}
