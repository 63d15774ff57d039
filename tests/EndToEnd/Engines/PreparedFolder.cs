namespace CloudPacs.EndToEnd.Tests.Engines;

/// <summary>A data folder that has its database already, for a class of tests that start engines on it one after the other.</summary>
public sealed class PreparedFolder : IAsyncDisposable
{
    private readonly Lazy<Task<EngineProcess>> _engine = new(MakeAsync);

    /// <summary>The stopped engine that the folder belongs to.</summary>
    internal Task<EngineProcess> GetAsync() => _engine.Value;

    public async ValueTask DisposeAsync()
    {
        if (_engine.IsValueCreated) await (await _engine.Value).DisposeAsync();
    }

    private static async Task<EngineProcess> MakeAsync()
    {
        var engine = new EngineProcess();
        await DataTemplate.CopyAsync(engine.DataFolder);
        return engine;
    }
}
