using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

[assembly: AssemblyFixture(typeof(DataTemplate))]

namespace CloudPacs.EndToEnd.Tests.Engines;

/// <summary>
/// A data folder as a first start and a stop leave it. An engine that starts on a folder that is not there yet gets a copy, which takes a
/// tenth of the time of making a database. First starts themselves are tested by <c>EngineKillTests</c> and the tests of the store.
/// </summary>
public sealed class DataTemplate : IAsyncDisposable
{
    private static readonly Lazy<Task<EngineProcess>> Maker = new(MakeAsync);

    /// <summary>Makes a data folder with an empty database.</summary>
    internal static async Task CopyAsync(string target)
    {
        var made = await Maker.Value;
        // Owners and modes stay: PostgreSQL insists on them.
        var copied = await Tool.RunAsync("cp", "-a", made.DataFolder, target);
        Assert.True(copied.ExitCode == 0, copied.Errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (Maker.IsValueCreated) await (await Maker.Value).DisposeAsync();
    }

    private static async Task<EngineProcess> MakeAsync()
    {
        var engine = new EngineProcess();
        await engine.StartOnNewFolderAsync();
        Assert.Equal(0, await engine.StopAsync());
        return engine;
    }
}
