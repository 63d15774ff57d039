using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Performed;
using CloudPacs.EndToEnd.Tests.Studies;
using Xunit;

[assembly: AssemblyFixture(typeof(StudyEngine))]

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>
/// One engine for the tests of studies and of performed steps that keep to patients, orders, steps and instances of their own: to compile
/// its own code again costs an engine more than most tests do.
/// </summary>
public sealed class StudyEngine : IAsyncDisposable
{
    private readonly Lazy<Task<TestedEngine>> _engine = new(async () => await EngineInside.StartNewAsync(PerformedStations.Settings));

    internal Task<TestedEngine> GetAsync() => _engine.Value;

    public async ValueTask DisposeAsync()
    {
        if (_engine.IsValueCreated) await (await _engine.Value).DisposeAsync();
    }
}
