using System.Collections;
using System.Globalization;
using System.Reflection;
using CloudPacs.Mapping.Findings;
using Microsoft.Extensions.Configuration;

namespace CloudPacs.Settings;

/// <summary>Builds <see cref="EngineSettings"/> from the three layers and refuses unknown keys and values.</summary>
public static class SettingsLoader
{
    /// <summary>
    /// Variables <c>CLOUDPACS_X</c> that are no settings: the token of commands, and those of the test suite, which starts engines under
    /// them.
    /// </summary>
    private static readonly string[] NoSettings = ["TOKEN", "CORPUS", "LONG", "TESTED_PROGRAM", "UPDATE"];

    /// <summary>Reads all layers.</summary>
    /// <param name="overrides">Keys from the command line, such as <c>Mllp:Port=0</c>.</param>
    /// <exception cref="SettingsException">An unknown key or an invalid value; names key, problem and fix.</exception>
    public static EngineSettings Load(IReadOnlyDictionary<string, string?> overrides) => Read(ReadLayers(overrides));

    /// <summary>The settings that a configuration holds, whatever it was read from.</summary>
    /// <exception cref="SettingsException">An unknown key or an invalid value; names key, problem and fix.</exception>
    public static EngineSettings Read(IConfiguration configuration)
    {
        var problems = new List<SettingsProblem>();
        var sections = configuration.GetChildren().Where(static one => !NoSettings.Contains(one.Key, StringComparer.OrdinalIgnoreCase));
        foreach (var section in sections) CheckKeys(section, typeof(EngineSettings), "", problems);
        if (problems.Count > 0) throw new SettingsException(problems);

        var settings = configuration.Get<EngineSettings>() ?? new EngineSettings();
        var result = new EngineSettingsValidator().Validate(settings);
        foreach (var failure in result.Errors)
        {
            var parts = failure.ErrorMessage.Split(" | ", 2);
            problems.Add(new SettingsProblem(KeyOf(failure.PropertyName), parts[0], parts.Length > 1 ? parts[1] : ""));
        }

        return problems.Count > 0 ? throw new SettingsException(problems) : settings;
    }

    private static IConfigurationRoot ReadLayers(IReadOnlyDictionary<string, string?> overrides)
    {
        var file = Path.GetFullPath("appsettings.json");
        try
        {
            return new ConfigurationBuilder()
                .AddJsonFile(file, optional: true, reloadOnChange: false)
                .AddEnvironmentVariables("CLOUDPACS_")
                .AddInMemoryCollection(overrides)
                .Build();
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            const string Fix = "Give a readable file with valid JSON, or take it away.";
            throw new SettingsException([new SettingsProblem(file, $"cannot be read: {e.GetBaseException().Message}", Fix)]);
        }
    }

    private static string KeyOf(string property) =>
        property.Replace('.', ':').Replace("[", ":", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal);

    private static void CheckKeys(IConfigurationSection section, Type owner, string prefix, List<SettingsProblem> problems)
    {
        var key = prefix + section.Key;
        var property = owner.GetProperty(section.Key, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase);
        if (property is null)
        {
            var names = owner.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(p => p.Name);
            var near = names.OrderBy(n => EditDistance.Between(n, section.Key)).First();
            problems.Add(new SettingsProblem(key, "there is no such setting.", $"Did you mean {prefix}{near}? Otherwise take it out."));
            return;
        }

        CheckValue(section, property.PropertyType, key, problems);
    }

    private static void CheckValue(IConfigurationSection section, Type type, string key, List<SettingsProblem> problems)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string)) return;
        if (!IsValue(type) && !string.IsNullOrEmpty(section.Value))
        {
            // The binder would pass over it in silence.
            var isList = typeof(IList).IsAssignableFrom(type);
            problems.Add(
                new SettingsProblem(
                    key, $"holds '{section.Value}', but is a {(isList ? "list" : "group of settings")}.",
                    isList ? $"Number its entries: {key}:0, {key}:1." : $"Set the keys below it, such as {key}:{ExampleOf(type)}."));
            return;
        }

        if (type.IsGenericType && typeof(IDictionary).IsAssignableFrom(type))
        {
            foreach (var item in section.GetChildren()) CheckValue(item, type.GetGenericArguments()[1], $"{key}:{item.Key}", problems);
            return;
        }

        if (type.IsGenericType && typeof(IList).IsAssignableFrom(type)) return;
        if (IsValue(type))
        {
            if (!CanParse(section.Value, type, out var expected))
                problems.Add(new SettingsProblem(key, $"'{section.Value}' is not {expected}.", $"Give {expected}."));
            return;
        }

        foreach (var child in section.GetChildren()) CheckKeys(child, type, key + ":", problems);
    }

    private static bool IsValue(Type type) => type.IsPrimitive || type == typeof(TimeSpan);

    private static string ExampleOf(Type type) =>
        typeof(IDictionary).IsAssignableFrom(type) ? "NAME" : type.GetProperties(BindingFlags.Public | BindingFlags.Instance)[0].Name;

    private static bool CanParse(string? text, Type type, out string expected)
    {
        expected = type == typeof(bool)
            ? "true or false"
            : type == typeof(TimeSpan) ? "a time span such as 1.00:00:00 (days.hours:minutes:seconds)" : "a whole number";
        if (type == typeof(bool)) return bool.TryParse(text, out _);
        // A bare number would be taken for days, which hardly anybody means.
        if (type == typeof(TimeSpan))
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out _) && text!.Contains(':', StringComparison.Ordinal);
        return type == typeof(long)
            ? long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
    }
}
