using System.Globalization;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Matching;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.Integration.Tests.Worklist;
using Xunit;

[assembly: AssemblyFixture(typeof(SampleEngine))]

namespace CloudPacs.EndToEnd.Tests.Matching;

/// <summary>An engine whose worklist is the sample entries and nothing else, put there by HL7 messages.</summary>
public sealed class SampleEngine : IAsyncDisposable
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
        engine.With("MAPPING__DIRECTORY", SiteMaps.Create(engine.Folder["mappings"], "{ arrivalEvents: [A04] }"));
        await engine.StartAsync();
        var today = TimeZoneInfo.ConvertTime(DateTimeOffset.UtcNow, TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata")).ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        await using var his = new HisSender(engine.MllpPort);
        foreach (var message in SampleEntry.All.SelectMany(entry => EntryMessages.For(entry, today))) await his.PlaceAsync(message);
        return engine;
    }
}
