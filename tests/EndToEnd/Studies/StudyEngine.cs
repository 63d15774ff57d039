using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Studies;
using Xunit;

[assembly: AssemblyFixture(typeof(StudyEngine))]

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>One engine for the tests of studies that keep to patients, orders and instances of their own.</summary>
public sealed class StudyEngine : IAsyncDisposable
{
    private readonly Lazy<Task<EngineProcess>> _engine = new(() => EngineProcess.StartNewAsync());

    internal Task<EngineProcess> GetAsync() => _engine.Value;

    public async ValueTask DisposeAsync()
    {
        if (_engine.IsValueCreated) await (await _engine.Value).DisposeAsync();
    }
}
