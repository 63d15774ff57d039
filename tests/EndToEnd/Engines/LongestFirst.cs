using CloudPacs.EndToEnd.Tests.Crash;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Studies;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace CloudPacs.EndToEnd.Tests.Engines;

/// <summary>Begins with the classes that take minutes, so that none of them is left at the end, when nothing else keeps the machine busy.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long =
    [
        .. new[]
        {
            typeof(EngineKillTests), typeof(DatabaseKillTests), typeof(PerformedKillTests), typeof(StudyKillTests), typeof(StopTests), typeof(StartFailureTests),
            typeof(StopUnderLoadTests), typeof(BackupTests), typeof(RepetitionTests), typeof(RealReceiverTests),
        }.Select(static type => type.FullName!),
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(static collection => PlaceOf(collection.TestCollectionDisplayName)).ThenBy(static collection => collection.UniqueID, StringComparer.Ordinal)];

    /// <summary>A collection of one class is shown as "Test collection for" it.</summary>
    private static int PlaceOf(string collection)
    {
        var place = Array.FindIndex(Long, name => collection.Contains(name, StringComparison.Ordinal));
        return place < 0 ? Long.Length : place;
    }
}
