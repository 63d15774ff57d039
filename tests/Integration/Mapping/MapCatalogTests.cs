using CloudPacs.Integration.Mapping;
using CloudPacs.Integration.Mapping.Loading;

using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace CloudPacs.Integration.Tests.Mapping;

/// <summary>Hot reload: what is in use, and what never comes into use.</summary>
public sealed class MapCatalogTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("cloudpacs-maps").FullName;

    public MapCatalogTests()
    {
        foreach (var (file, text) in MapFiles.Good) Write(file, text);
    }

    private MapCatalog Open(Func<MapSet, IReadOnlyList<MapDiagnostic>>? verify = null) =>
        new(_directory, MapFiles.Environment, MapCatalog.Load(_directory, MapFiles.Environment).Set!, verify);

    [Fact]
    public void A_change_is_taken_and_a_fault_after_it_is_not()
    {
        var catalog = Open();
        var first = catalog.Current;

        Write("base/tables/sex.csv", "from,to\nM,F\n");
        Assert.True(catalog.Reload());
        var second = catalog.Current;
        Write("base/tables/sex.csv", "from,too\nM,F\n");
        Assert.False(catalog.Reload());

        Assert.NotSame(first, second);
        Assert.Same(second, catalog.Current);
        Assert.True(catalog.IsRefused);
        Write("base/tables/sex.csv", "from,to\nM,F\n");
        Assert.False(catalog.Reload());
        Assert.False(catalog.IsRefused);
    }

    [Fact]
    public void A_set_whose_tests_fail_is_not_taken()
    {
        var catalog = Open(_ => [new MapDiagnostic("MAP100", true, "tests/a.yaml", 1, 1, null, "A test fails.", "Look at it.")]);
        var first = catalog.Current;

        Write("base/tables/sex.csv", "from,to\nM,F\n");

        Assert.False(catalog.Reload());
        Assert.Same(first, catalog.Current);
        Assert.Equal("A test fails.", catalog.Diagnostics.Single().Text);
    }

    [Fact]
    public void A_kept_version_can_be_taken_again()
    {
        var catalog = Open();
        var first = catalog.Current;
        Write("base/tables/sex.csv", "from,to\nM,F\n");
        catalog.Reload();

        Assert.True(catalog.Rollback(first.Version));

        Assert.Same(first, catalog.Current);
        Assert.Same(first, catalog.History[0]);
        Assert.False(catalog.Rollback("0000"));
    }

    [Fact]
    public void Only_twenty_versions_are_kept()
    {
        var catalog = Open();

        for (var i = 0; i < 25; i++)
        {
            Write("base/tables/sex.csv", $"from,to\nM,{(char)('A' + i)}\n");
            Assert.True(catalog.Reload());
        }

        Assert.Equal(20, catalog.History.Count);
    }

    [Fact]
    public void Changes_are_loaded_once_when_they_are_quiet()
    {
        var time = new FakeTimeProvider();
        var catalog = Open();
        var loads = new List<bool>();
        using var watcher = new MapWatcher(Path.Combine(_directory, "nowhere"), catalog, loads.Add, time);

        Write("base/tables/sex.csv", "from,to\nM,F\n");
        for (var i = 0; i < 5; i++)
        {
            watcher.Touch();
            time.Advance(TimeSpan.FromMilliseconds(300));
        }

        Assert.Empty(loads);
        time.Advance(TimeSpan.FromMilliseconds(300));
        Assert.Equal([true], loads);
    }

    [Fact]
    public async Task A_saved_file_is_noticed()
    {
        var catalog = Open();
        var first = catalog.Current;
        var loaded = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watcher = new MapWatcher(_directory, catalog, isTaken => { if (isTaken) loaded.TrySetResult(isTaken); }, TimeProvider.System, TimeSpan.FromMilliseconds(20));

        Write("base/tables/sex.csv", "from,to\nM,F\n");

        Assert.True(await loaded.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        Assert.NotSame(first, catalog.Current);
    }

    [Fact]
    public void A_directory_without_maps_is_told()
    {
        var (set, diagnostics) = MapCatalog.Load(Path.Combine(_directory, "nowhere"), MapFiles.Environment);

        Assert.Null(set);
        Assert.Contains(diagnostics, diagnostic => diagnostic.Code == "MAP036");
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private void Write(string file, string text)
    {
        var path = Path.Combine(_directory, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
