using CloudPacs.EndToEnd.Tests.Engines;
using Xunit;

[assembly: AssemblyFixture(typeof(SharedEngine))]

namespace CloudPacs.EndToEnd.Tests.Engines;

/// <summary>
/// One engine for all tests that keep to patients and orders of their own; started when the first of them asks. Its site takes the
/// station from ORC-18 and lets a registration (A04) mean arrival.
/// </summary>
public sealed class SharedEngine : IAsyncDisposable
{
    private readonly Lazy<Task<TestedEngine>> _engine = new(StartAsync);

    internal Task<TestedEngine> GetAsync() => _engine.Value;

    public async ValueTask DisposeAsync()
    {
        if (_engine.IsValueCreated) await (await _engine.Value).DisposeAsync();
    }

    private static async Task<TestedEngine> StartAsync()
    {
        var engine = new EngineInside();
        engine.With("MAPPING__DIRECTORY", SiteMaps.Create(engine.Folder["mappings"], "{ stationAeFrom: ORC-18, arrivalEvents: [A04] }"));
        await engine.StartAsync();
        return engine;
    }
}
