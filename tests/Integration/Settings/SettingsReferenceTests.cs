using System.Collections;
using System.Reflection;
using CloudPacs.Settings;
using Xunit;

namespace CloudPacs.Integration.Tests.Settings;

/// <summary>The page for people and the settings of the engine are the same.</summary>
public sealed class SettingsReferenceTests
{
    [Fact]
    public void Every_setting_is_in_the_reference()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryFolder(), "src", "Settings", "SETTINGS.md"));

        Assert.All(NamesOf(typeof(EngineSettings)), name => Assert.True(
            page.Contains($"`{name}`", StringComparison.Ordinal) || page.Contains($":{name}`", StringComparison.Ordinal), $"{name} is not in the reference."));
    }

    private static IEnumerable<string> NamesOf(Type group)
    {
        foreach (var property in group.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var type = property.PropertyType;
            if (typeof(IDictionary).IsAssignableFrom(type))
            {
                foreach (var name in NamesOf(type.GetGenericArguments()[1])) yield return name;
            }
            else if (type.Assembly == group.Assembly)
            {
                foreach (var name in NamesOf(type)) yield return name;
            }
            else
            {
                yield return property.Name;
            }
        }
    }

    private static string RepositoryFolder()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "CloudPacs.sln"))) folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The repository is not above the tests.");
        return folder;
    }
}
