using CloudPacs.Mapping.Findings;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace CloudPacs.Mapping.Tests;

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
        using var watcher = new MapWatcher(_directory, catalog, loads.Add, time);

        for (var i = 0; i < 5; i++)
        {
            Write("base/tables/sex.csv", "from,to\nM,F\n" + new string('\n', i));
            time.Advance(TimeSpan.FromMilliseconds(500));
        }

        Assert.Empty(loads);
        time.Advance(TimeSpan.FromMilliseconds(500));
        time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal([true], loads);
    }

    [Fact]
    public void A_folder_that_another_one_is_moved_in_place_of_is_noticed()
    {
        var time = new FakeTimeProvider();
        var catalog = Open();
        var loads = new List<bool>();
        using var watcher = new MapWatcher(_directory, catalog, loads.Add, time);

        Directory.Move(_directory, _directory + ".old");
        Directory.CreateDirectory(_directory);
        foreach (var (file, text) in MapFiles.Good) Write(file, text);
        Write("base/tables/sex.csv", "from,to\nM,F\n");
        Directory.Delete(_directory + ".old", recursive: true);
        time.Advance(TimeSpan.FromMilliseconds(500));
        time.Advance(TimeSpan.FromMilliseconds(500));

        Assert.Equal([true], loads);
    }

    [Theory]
    [InlineData("senders")]
    [InlineData("sites/mercy")]
    [InlineData("base/tables")]
    public void A_folder_that_goes_away_leaves_the_old_maps_in_use(string folder)
    {
        var catalog = Open();
        var first = catalog.Current;

        Directory.Delete(Path.Combine(_directory, folder), recursive: true);
        var isTaken = catalog.Reload();

        Assert.False(isTaken);
        Assert.Same(first, catalog.Current);
        var found = Assert.Single(catalog.Diagnostics);
        Assert.Equal(("MAP036", folder), (found.Code, found.File));
    }

    [Fact]
    public void Tests_that_end_in_a_fault_of_the_engine_leave_the_old_maps_in_use()
    {
        var catalog = Open(_ => throw new InvalidOperationException("broken"));
        var first = catalog.Current;

        Write("base/tables/sex.csv", "from,to\nM,F\n");

        Assert.False(catalog.Reload());
        Assert.Same(first, catalog.Current);
        Assert.Equal("MAP043", Assert.Single(catalog.Diagnostics).Code);
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
