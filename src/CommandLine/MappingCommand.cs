using System.CommandLine;
using CloudPacs.Integration.Hosting;
using CloudPacs.Integration.Messages;
using CloudPacs.Mapping;
using CloudPacs.Mapping.Functions;
using CloudPacs.Mapping.Loading;
using CloudPacs.Resources;
using CloudPacs.Settings;

namespace CloudPacs.CommandLine;

/// <summary>
/// <c>cloudpacs mapping …</c>: the maps of <c>Mapping:Directory</c>, without a database; and the versions that a running engine keeps.
/// </summary>
internal static class MappingCommand
{
    public static Command Create()
    {
        var set = SettingsOption.Create();
        set.Recursive = true;
        return new Command("mapping", "Check, test and explain the maps")
        {
            set, Check(set), Test(set), MappingExplain.Explain(set), MappingExplain.Preview(set), MappingShow.Create(set),
            MappingDiff.Create(set), Functions(),
            MappingVersions.Versions(), MappingVersions.Rollback(), MappingVersions.Reload(),
        };
    }

    /// <exception cref="StartException">The maps have errors.</exception>
    internal static MapSet Load(EngineSettings settings)
    {
        var (maps, diagnostics) = MapCatalog.Load(settings.Mapping.Directory, EnvironmentOf(settings));
        return maps ?? throw new StartException(string.Join(Environment.NewLine, diagnostics.Where(static d => d.IsError)));
    }

    internal static MapEnvironment EnvironmentOf(EngineSettings settings)
    {
        var zone = settings.Site.FindZone();
        return new MapEnvironment(settings.Site.Name, zone, $"urn:cloudpacs:{settings.Site.Name.ToLowerInvariant()}", Guid.Empty)
        {
            Owned = ResourceTypes.Owned,
            OwnedAttributes = OwnedAttributes.All,
        };
    }

    private static Command Functions()
    {
        var name = new Argument<string>("name") { Description = "Only functions whose name contains this", DefaultValueFactory = _ => "" };
        var command = new Command("functions", "List the functions that rules may call: a value that is piped in is the first argument")
        {
            name,
        };
        command.SetAction(result =>
        {
            var part = result.GetValue(name)!;
            var table = FunctionTable.Default;
            foreach (var known in table.Names.Order(StringComparer.Ordinal))
            {
                if (known.Contains(part, StringComparison.OrdinalIgnoreCase) && table.TryGet(known, out var function))
                    result.Output().WriteLine(function.Help);
            }

            return Cli.Done;
        });
        return command;
    }

    private static Command Check(Option<string[]> set)
    {
        var command = new Command("check", "Load the maps as the engine would and list every finding as file:line:column");
        command.SetAction(result =>
        {
            var settings = SettingsOption.Load(result, set);
            var (maps, diagnostics) = MapCatalog.Load(settings.Mapping.Directory, EnvironmentOf(settings));
            foreach (var diagnostic in diagnostics) result.Output().WriteLine($"{(diagnostic.IsError ? "error" : "warning")} {diagnostic}");
            result.Output().WriteLine(
                maps is null
                    ? "The maps have errors; an engine would go on with the old ones."
                    : $"{maps.Senders.Count} senders, {maps.Destinations.Count} destinations, version {maps.Version}");
            return maps is null ? Cli.Failed : Cli.Done;
        });
        return command;
    }

    private static Command Test(Option<string[]> set)
    {
        var filter = new Argument<string>("filter")
        {
            Description = "Only tests whose file or name contains this", DefaultValueFactory = _ => "",
        };
        var command = new Command("test", "Run the tests below mappings/tests through the whole pipeline, in memory") { filter };
        command.SetAction(result =>
        {
            var settings = SettingsOption.Load(result, set);
            var runner = new MapTestRunner(settings.Mapping.Directory, EnvironmentOf(settings));
            var (passed, failed) = (0, 0);
            var part = result.GetValue(filter)!;
            foreach (var test in runner.ReadTests())
            {
                if (!test.Name.Contains(part, StringComparison.Ordinal) && !test.At.File.Contains(part, StringComparison.Ordinal)) continue;
                var outcome = runner.Run(test);
                if (outcome.Differences.Count == 0)
                {
                    passed++;
                    continue;
                }

                failed++;
                result.Output().WriteLine($"{test.At.File}: {test.Name}");
                foreach (var difference in outcome.Differences) result.Output().WriteLine($"  {difference}");
            }

            result.Output().WriteLine($"{passed} passed, {failed} failed");
            return failed == 0 ? Cli.Done : Cli.Failed;
        });
        return command;
    }

    /// <summary>The maps of one sender for all messages, when a name is given.</summary>
    /// <exception cref="StartException">There is no such sender.</exception>
    internal static MapSet For(MapSet maps, string? sender) => sender is null ? maps
        : maps.ForcedTo(sender) ?? throw new StartException(
            $"There is no sender '{sender}'; there are {string.Join(", ", maps.Senders.Select(static s => s.Name))}.");
}
