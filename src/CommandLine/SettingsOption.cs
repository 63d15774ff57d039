using System.CommandLine;
using CloudPacs.Settings;

namespace CloudPacs.CommandLine;

/// <summary><c>--set KEY=VALUE</c>, repeatable: settings of the command line, over environment and file.</summary>
internal static class SettingsOption
{
    public static Option<string[]> Create() =>
        new("--set") { Description = "A setting, such as Mllp:Port=2576; may be repeated", AllowMultipleArgumentsPerToken = true };

    /// <exception cref="SettingsException">A setting is wrong.</exception>
    public static EngineSettings Load(ParseResult result, Option<string[]> option)
    {
        var overrides = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in result.GetValue(option) ?? [])
        {
            var equals = entry.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
                throw new SettingsException(
                    [new SettingsProblem(entry, "is not of the form KEY=VALUE.", "Write for example --set Mllp:Port=2576.")]);
            overrides[entry[..equals]] = entry[(equals + 1)..];
        }

        return SettingsLoader.Load(overrides);
    }
}
